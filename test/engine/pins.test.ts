import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyKind, Fact, Facts, Probe } from '../../engine/contract.js'
import { guard } from '../../engine/plan/guards.js'
import { makePlan, type PlanInput, type Planned } from '../../engine/plan/plan.js'
import type { Declared } from '../../engine/wish.js'
import { worldOf } from '../../engine/world.js'
import { E } from '../../specs/fp.js'
import { paperKinds } from '../support/paper.js'
import { aBox, aNote, type Desk, desk, inputFor, perform, wishFor } from '../support/paper-run.js'

const note = paperKinds.get('note') as AnyKind
/** A note that ends in what is locked. */
const kinds = new Map([
  ...paperKinds,
  [
    'note',
    {
      ...note,
      want: (_, spec, facts) => ({ ...spec, text: `${spec.text}@${facts.find(({ fact }) => fact === 'lock')?.digest}` }),
    } satisfies AnyKind,
  ],
])
const locked = (digest: string): Facts => [{ fact: 'lock', from: 'environment', digest } as unknown as Fact]

interface Asked extends Partial<PlanInput> {
  readonly lock: string
  readonly notes: ReadonlyArray<Declared>
}
const planned = async (at: Desk, { lock, notes, ...rest }: Asked): Promise<Planned> => {
  const wish = wishFor([aBox(), ...notes], { facts: locked(lock) })
  const made = await makePlan({ ...inputFor(at, wish), kinds, ...rest })()
  if (E.isLeft(made)) throw new Error(JSON.stringify(made.left))
  return made.right
}
const before = async (notes: ReadonlyArray<Declared>): Promise<Desk> => {
  const at = desk()
  await perform(at, await planned(at, { lock: 'a', notes }))
  return at
}
const fieldsOf = ({ plan }: Planned) => plan.tasks.map(({ addr, fields }) => [addr, fields.map(({ to, source }) => `${to} ${source}`)])
const lockedIn = () => locked('a')

test('what changes only because something else is locked says so, and what changes anyway does not', async () => {
  const at = await before([aNote('same', 'x'), aNote('other', 'x')])
  const now = await planned(at, { lock: 'b', notes: [aNote('same', 'x'), aNote('other', 'y')], lockedIn })
  assert.equal(fieldsOf(now), [
    ['note.same', ['x@b lock']],
    ['note.other', ['y@b file']],
  ])
  assert.equal(now.plan.tasks[0]?.reasons, ['a newer image'])
})

test('what changed outside as well does not come from the lock file alone', async () => {
  const at = await before([aNote('a', 'x')])
  at.paper.machines.get('main')?.host.files.set('/a', 'drifted')
  assert.equal(fieldsOf(await planned(at, { lock: 'b', notes: [aNote('a', 'x')], lockedIn })), [['note.a', ['x@b both']]])
})

test('where a plan goes back to a run, all comes from that', async () => {
  const at = await before([aNote('a', 'x')])
  const back = await planned(at, { lock: 'b', notes: [aNote('a', 'x')], lockedIn, asks: 'run', isSameFile: true })
  assert.equal(fieldsOf(back), [['note.a', ['x@b run']]])
})

test('a run that locked nothing tells nothing', async () => {
  const at = await before([aNote('a', 'x')])
  const notes = [aNote('a', 'x')]
  assert.equal(fieldsOf(await planned(at, { lock: 'b', notes, lockedIn: () => undefined })), [['note.a', ['x@b file']]])
})

test('the plan has the pins that it is given, and what nobody could say blocks it', async () => {
  const at = desk()
  const pin = { image: 'mysql:8.4' }
  const because = { code: 'IMAGE_MISSING', image: 'mysql:8.4', tried: ['http://mirror: no such image'] } as const
  const fault = { code: 'IMAGE_UNPINNED', image: 'mysql:8.4', because } as const
  const { plan } = await planned(at, { lock: 'a', notes: [], pins: { planned: [pin], blocked: [fault] } })
  assert.equal([plan.pins, plan.blocked], [[pin], [fault]])
  const refused = guard(plan, { resources: [], durations: {} }, { acceptLoss: [], acceptDeletes: false, purpose: 'apply' })
  assert.equal(refused, E.left(fault))
  assert.is('pins' in (await planned(at, { lock: 'a', notes: [], pins: { planned: [], blocked: [] } })).plan, false)
})

test('of one thing it can be asked whether it is this or that, and who asks neither hears of the first', () => {
  const probe = (match?: string): Probe => ({ ask: 'file', key: '/a', via: 'vm.main', ...(match !== undefined && { match }) })
  const value = (same: boolean) => ({ is: 'present', value: { mode: '0600', owner: 'root', group: 'root', same } }) as const
  const look = { answers: [value(false), value(true)], ledger: [], busy: [] }
  const { answers } = worldOf([[[probe('new'), probe('old')], look]], {
    environment: 'demo',
    machines: new Map(),
    hosts: new Map(),
    unreachable: new Map(),
  })
  assert.equal(
    [probe('new'), probe('old'), probe(), probe('third')].map(one => answers.of(one as never)),
    [value(false), value(true), value(false), value(false)],
  )
})

test.run()
