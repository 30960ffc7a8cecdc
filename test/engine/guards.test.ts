import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Consent, guard } from '../../engine/plan/guards.js'
import { hintOf, saysOf } from '../../specs/fault.js'
import { E } from '../../specs/fp.js'
import { memoryOf } from '../support/journal.js'
import { aBox, aNote, apply, asked, type Desk, desk, planned } from '../support/paper-run.js'

const consent = (rest: Partial<Consent> = {}): Consent => ({ acceptLoss: [], acceptDeletes: false, purpose: 'apply', ...rest })
const settled = async (): Promise<Desk> => {
  const at = desk()
  await apply(at, [aBox(), aNote('a', 'x'), aNote('b', 'y')])
  return at
}
const verdict = async (at: Desk, resources: Parameters<typeof planned>[1], given: Partial<Consent> = {}) => {
  const { plan } = await planned(at, resources, given.purpose ?? 'apply')
  const result = guard(plan, memoryOf(at.memory), consent(given))
  return E.isLeft(result) ? result.left.code : 'allowed'
}

test('an ordinary change needs no consent', async () => {
  assert.is(await verdict(await settled(), [aBox(), aNote('a', 'z'), aNote('b', 'y')]), 'allowed')
})

test('lost data wants exactly its resources to be named', async () => {
  const at = await settled()
  const changed = [aBox('two'), aNote('a', 'x'), aNote('b', 'y')]
  assert.is(await verdict(at, changed), 'DATA_LOSS')
  assert.is(await verdict(at, changed, { acceptLoss: ['note.a'] }), 'DATA_LOSS')
  assert.is(await verdict(at, changed, { acceptLoss: ['box.main', 'note.a'] }), 'DATA_LOSS')
  assert.is(await verdict(at, changed, { acceptLoss: ['box.main'] }), 'allowed')
})

test('who names more than is lost is told what is too much', () => {
  const fault = { code: 'DATA_LOSS', addrs: ['box.main'], fingerprint: '' } as const
  const told = (accepted: ReadonlyArray<string>) => [saysOf({ ...fault, accepted }), hintOf({ ...fault, accepted })]
  assert.equal(told([]), ['this would lose data of box.main', 'If that is meant, add: --accept-loss box.main'])
  assert.equal(told(['box.main', 'note.a']), [
    'this would lose data of box.main, but not of note.a',
    'If that is meant, give exactly: --accept-loss box.main',
  ])
})

test('deleting more than half wants to be said on purpose', async () => {
  const at = desk()
  await apply(at, [aNote('a', 'x', 'provider'), aNote('b', 'y', 'provider'), aNote('c', 'z', 'provider')])
  const left = [aNote('a', 'x', 'provider')]
  assert.is(await verdict(at, left), 'DELETES_MANY')
  assert.is(await verdict(at, left, { acceptDeletes: true }), 'allowed')
  assert.is(await verdict(at, [aNote('a', 'x', 'provider'), aNote('b', 'y', 'provider')]), 'allowed')
})

test('protection outlives its line in the file, and an applied protect: false lifts it', async () => {
  const at = desk()
  await apply(at, [
    aNote('a', 'x', 'provider'),
    aNote('b', 'y', 'provider'),
    asked('note.c', { path: '/c', text: 'z', on: 'provider' }, true),
  ])
  const without = [aNote('a', 'x', 'provider'), aNote('b', 'y', 'provider')]
  assert.is(await verdict(at, without), 'PROTECTED')
  await apply(at, [...without, asked('note.c', { path: '/c', text: 'z', on: 'provider' }, false)])
  assert.is(await verdict(at, without), 'allowed')
})

test('a change of protection alone is in the plan, changes nothing on a host, and is planned once', async () => {
  const at = desk()
  await apply(at, [aNote('a', 'x', 'provider')])
  const guarded = [asked('note.a', { path: '/a', text: 'x', on: 'provider' }, true)]
  const { plan } = await planned(at, guarded)
  assert.equal(
    plan.tasks.map(({ action, sentence, fields, steps }) => ({ action, sentence, fields, steps })),
    [
      {
        action: 'update',
        sentence: 'refuses to be deleted or replaced from now on',
        fields: [{ name: 'protect', from: false, to: true, notable: true, source: 'file' }],
        steps: [],
      },
    ],
  )
  const { report } = await apply(at, guarded)
  assert.equal([report.outcome, at.paper.log.length], ['done', 1])
  assert.equal((await planned(at, guarded)).plan.tasks, [])
})

test('a plan that is no longer the reviewed one is refused', async () => {
  const at = await settled()
  const changed = [aBox(), aNote('a', 'z'), aNote('b', 'y')]
  const { plan } = await planned(at, changed)
  assert.is(await verdict(at, changed, { expect: plan.fingerprint.slice(0, 16) }), 'allowed')
  assert.is(await verdict(at, changed, { expect: '0123456789abcdef' }), 'PLAN_MOVED')
})

test('a foreign thing in the way is refused before anything else', async () => {
  const at = desk()
  at.paper.top.files.set('/a', 'theirs')
  assert.is(await verdict(at, [aNote('a', 'x', 'provider')]), 'NOT_OURS')
})

test.run()
