import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makePlan } from '../../engine/plan/plan.js'
import type { Plan } from '../../engine/plan-value.js'
import { E } from '../../specs/fp.js'
import type { Sheet } from '../support/paper.js'
import { aBox, aNote, apply, asked, desk, inputFor, marks, planned, tryPlan, wishFor } from '../support/paper-run.js'

test('what is not there is created, in order of need, and predicted where its host does not exist', async () => {
  const { plan } = await planned(desk(), [aNote('a', 'x'), aBox()])
  assert.equal(
    plan.tasks.map(({ action, addr, predicted, after }) => ({ action, addr, predicted, after })),
    [
      { action: 'create', addr: 'box.main', predicted: false, after: [] },
      { action: 'create', addr: 'note.a', predicted: true, after: ['box.main'] },
    ],
  )
  assert.is(plan.host, undefined)
})

test('after an apply the second plan is empty, and names the host', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'x')])
  const { plan, records } = await planned(at, [aBox(), aNote('a', 'x')])
  assert.equal([plan.tasks, plan.drift, records], [[], [], []])
  assert.equal([plan.unchanged, plan.host], [['box.main', 'note.a'], '10.0.0.1'])
})

test('a change in the file is told from one in the world, and from both at once', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'old'), aNote('b', 'same'), aNote('c', 'old')])
  const host = at.paper.machines.get('main')?.host
  host?.files.set('/b', 'drifted')
  host?.files.set('/c', 'drifted')
  const { plan } = await planned(at, [aBox(), aNote('a', 'new'), aNote('b', 'same'), aNote('c', 'new')])
  assert.equal(
    plan.tasks.map(({ addr, fields }) => [addr, fields]),
    [
      ['note.a', [{ name: 'text', from: 'old', to: 'new', source: 'file' }]],
      ['note.b', [{ name: 'text', from: 'drifted', to: 'same', source: 'host' }]],
      ['note.c', [{ name: 'text', from: 'drifted', to: 'new', source: 'both' }]],
    ],
  )
  assert.equal(plan.drift, [
    { addr: 'note.b', says: 'text is drifted', fate: 'put back' },
    { addr: 'note.c', says: 'text is drifted', fate: 'overwritten' },
  ])
})

test('what is otherwise than it was left, and as it is wanted now, is blamed on nobody', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'old')])
  at.paper.machines.get('main')?.host.files.set('/a', 'new')
  const { plan } = await planned(at, [aBox(), aNote('a', 'new')])
  assert.equal([plan.tasks, plan.drift], [[], []])
})

test('a change that comes from a variable of the environment says so', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'file')])
  const withoutOverrides = { resources: [aBox(), aNote('a', 'file')], facts: [] }
  const { plan } = await planned(at, [aBox(), aNote('a', 'variable')], 'apply', { overrides: ['DEPLOYER__NOTE__A'], withoutOverrides })
  assert.equal(plan.tasks[0]?.fields, [{ name: 'text', from: 'file', to: 'variable', source: 'env' }])
})

test('what is wanted differently though the file is the same comes from the tool', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'old')])
  const made = await makePlan({ ...inputFor(at, wishFor([aBox(), aNote('a', 'new')])), isSameFile: true })()
  assert.equal(E.isRight(made) && made.right.plan.tasks[0]?.fields, [{ name: 'text', from: 'old', to: 'new', source: 'tool' }])
})

test('what a run left half done comes from the file, though that is as it was', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'old')])
  at.memory.delete('note.a')
  const made = await makePlan({ ...inputFor(at, wishFor([aBox(), aNote('a', 'new')])), isSameFile: true })()
  assert.equal(E.isRight(made) && made.right.plan.tasks[0]?.fields, [{ name: 'text', from: 'old', to: 'new', source: 'file' }])
})

test('every task has a reason', async () => {
  const at = desk()
  const reasons = async (...made: Parameters<typeof planned>) => (await planned(...made)).plan.tasks.map(task => task.reasons)
  assert.equal(await reasons(at, [aBox(), aNote('a', 'x')]), [['not there yet'], ['predicted from the file']])
  await apply(at, [aBox(), aNote('a', 'old'), aNote('b', 'same'), aNote('c', 'old'), aNote('d', 'x'), aNote('e', 'x')])
  const host = at.paper.machines.get('main')?.host
  for (const [path, text] of Object.entries({ '/b': 'drifted', '/c': 'drifted' })) host?.files.set(path, text)
  host?.files.delete('/d')
  assert.equal(await reasons(at, [aBox(), aNote('a', 'new'), aNote('b', 'same'), aNote('c', 'new'), aNote('d', 'x')]), [
    ['the file changed'],
    ['changed outside'],
    ['changed in the file and outside'],
    ['gone since it was last applied'],
    ['no longer wanted'],
  ])
})

test('what left the file is deleted, from the ledger alone', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'x'), aNote('b', 'y')])
  at.memory.clear()
  const made = await planned(at, [aBox(), aNote('a', 'x')])
  assert.equal(marks(made), ['delete note.b'])
  assert.equal(made.plan.tasks[0]?.steps, [{ do: 'remove', via: 'box.main', path: '/b' }])
})

test('what an update no longer claims is taken away by the same task', async () => {
  const at = desk()
  await apply(at, [aBox(), asked('note.a', { path: '/old', text: 'x', on: 'box.main' })])
  const { plan } = await planned(at, [aBox(), asked('note.a', { path: '/new', text: 'x', on: 'box.main' })])
  assert.equal(
    plan.tasks.map(({ addr, steps }) => [addr, steps.map(step => `${step.do} ${'path' in step ? step.path : ''}`)]),
    [['note.a', ['put /new', 'remove /old']]],
  )
})

test('a replaced machine takes what is on it along, and says what is lost', async () => {
  const at = desk()
  await apply(at, [aBox('one'), aNote('a', 'x')])
  const made = await planned(at, [aBox('two'), aNote('a', 'x')])
  assert.equal(marks(made), ['replace box.main', 'create note.a'])
  assert.equal(made.plan.tasks[1]?.sentence, 'again, because box.main is replaced')
  assert.equal(made.plan.dangers, [
    { word: 'DATA LOST', addr: 'box.main', says: 'its disk' },
    { word: 'DOWN', says: 'everything, about 40 s; its address may change' },
  ])
})

test('a machine of ours under another name than the wanted one is replaced, never left behind or taken away in silence', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'x')])
  const [entry] = at.paper.machines.entries()
  if (entry !== undefined) at.paper.machines.set('old', entry[1])
  const both = (await planned(at, [aBox(), aNote('a', 'x')])).plan
  assert.equal(
    [both.dangers, both.tasks.map(({ action }) => action)],
    [[{ word: 'DATA LOST', addr: 'box.main', says: 'its disk' }], ['update']],
  )
  at.paper.machines.delete('main')
  const { plan } = await planned(at, [aBox(), aNote('a', 'x')])
  assert.equal(plan.tasks[0]?.fields, [{ name: 'provider.instance', from: 'old', to: 'main', source: 'file' }])
  assert.equal(
    plan.tasks[0]?.steps.map(step => [step.do, 'name' in step && step.name]),
    [
      ['machine delete', 'old'],
      ['machine create', 'main'],
    ],
  )
  assert.is(plan.dangers[0]?.word, 'DATA LOST')
})

test('a host that does not answer is a fault: nothing is created or deleted because of it', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'x')])
  const host = at.paper.machines.get('main')?.host
  if (host !== undefined) host.unreachable = { code: 'UNREACHABLE', host: 'main', why: 'no route' }
  const made = await tryPlan(at, [aBox(), aNote('a', 'x')])
  assert.equal(made, E.left({ code: 'UNREACHABLE', host: 'main', why: 'no route' }))
  const fewer = await tryPlan(at, [aBox()])
  assert.equal(fewer, E.left({ code: 'UNREACHABLE', host: 'main', why: 'no route' }))
})

test('what is still at work on a host is waited for where somebody waits, and the plan is of what it leaves', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'x')])
  const host = at.paper.machines.get('main')?.host as Sheet
  const wish = wishFor([aBox(), aNote('a', 'x')])
  const busy = [{ environment: 'demo', addr: 'note.a', run: 1 }] as const
  const isWaiting = async (): Promise<boolean> => {
    host.files.set('/a', 'x')
    delete host.busy
    return true
  }
  const plans: Plan[] = []
  for (const whileBusy of [undefined, async () => false, isWaiting]) {
    host.files.delete('/a')
    host.busy = busy
    const made = await makePlan({ ...inputFor(at, wish), ...(whileBusy && { whileBusy }) })()
    if (E.isRight(made)) plans.push(made.right.plan)
  }
  assert.equal(
    plans.map(plan => [plan.busy, plan.tasks.map(({ addr }) => addr)]),
    [
      [['note.a of demo'], ['note.a']],
      [['note.a of demo'], ['note.a']],
      [[], []],
    ],
  )
})

test('with a provider that does not answer nothing is gone and nothing is forgotten', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'x')])
  const fault = { code: 'LXD_DOWN', at: '/unix.socket', why: 'refused' } as const
  at.paper.top.unreachable = fault
  assert.equal(await tryPlan(at, [aBox(), aNote('a', 'x')]), E.left(fault))
  assert.equal(await tryPlan(at, [aBox()]), E.left(fault))
  assert.equal(await tryPlan(at, [aBox(), aNote('a', 'x')], 'destroy'), E.left(fault))
  assert.equal(await tryPlan({ ...desk(), paper: at.paper }, [aBox()], 'destroy'), E.left(fault))
})

test('a machine that went away is made again, and what was on it with it', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'x')])
  at.paper.machines.clear()
  const made = await planned(at, [aBox(), aNote('a', 'x')])
  assert.equal(marks(made), ['create box.main', 'create note.a'])
  assert.equal(made.plan.drift, [{ addr: 'box.main', says: 'gone', fate: 'put back' }])
})

test('a machine that went away and could not be made again keeps from planning, not from taking down', async () => {
  const at = desk()
  const resources = [aBox(), aNote('a', 'x')]
  await apply(at, resources)
  at.paper.machines.clear()
  const fault = { code: 'PROVIDER_LACKS', provider: 'paper', what: 'profile', name: 'one', known: [] } as const
  const asked = (purpose: 'apply' | 'destroy', unreachable: object) => {
    const input = inputFor(at, wishFor(resources), purpose)
    const look: typeof input.provider.look = async probes => ({
      answers: probes.map(({ via }) => ({ is: 'unasked', via, fault })),
      ledger: [],
      busy: [],
      ...unreachable,
    })
    return makePlan({ ...input, provider: { ...input.provider, look } })()
  }
  assert.equal(await asked('apply', {}), E.left(fault))
  const gone = await asked('destroy', {})
  assert.equal(E.isRight(gone) && gone.right.plan.vanished, ['note.a', 'box.main'])
  assert.equal(await asked('destroy', { unreachable: fault }), E.left(fault))
})

test('what was deleted outside and left the file is only forgotten', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'x')])
  at.paper.machines.clear()
  const { plan } = await planned(at, [])
  assert.equal([plan.tasks, plan.vanished], [[], ['note.a', 'box.main']])
})

test('destroy takes the machine, and the rest goes with it', async () => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'x'), aNote('b', 'y')])
  const made = await planned(at, [aBox(), aNote('a', 'x'), aNote('b', 'y')], 'destroy')
  assert.equal(
    made.plan.tasks.map(({ addr, sentence, steps, after }) => [addr, sentence, steps.length, after]),
    [
      ['note.b', 'with the machine', 0, ['box.main']],
      ['note.a', 'with the machine', 0, ['box.main']],
      ['box.main', 'the box', 1, []],
    ],
  )
})

test('a thing that is there and is not ours is refused, and left alone', async () => {
  const at = desk()
  at.paper.top.files.set('/a', 'somebody else')
  const { plan } = await planned(at, [aNote('a', 'x', 'provider')])
  assert.equal(plan.blocked, [{ code: 'NOT_OURS', what: 'file', id: '/a' }])
})

test('two plans of one world have the same fingerprint, and another change has another one', async () => {
  const at = desk()
  const prints = async (text: string) => (await planned(at, [aBox(), aNote('a', text)])).plan.fingerprint
  assert.is(await prints('x'), await prints('x'))
  assert.is.not(await prints('x'), await prints('y'))
  assert.match(await prints('x'), /^[0-9a-f]{64}$/)
})

test('one look at the provider and one at each host answers everything', async () => {
  const at = desk()
  const notes = Array.from({ length: 20 }, (_, index) => aNote(`n${index}`, 'x'))
  await apply(at, [aBox(), ...notes])
  at.paper.looks = 0
  await planned(at, [aBox(), ...notes])
  assert.is(at.paper.looks, 2)
})

test.run()
