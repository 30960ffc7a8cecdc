import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { exitOf, exitOfPlan } from '../../cli/exit.js'
import type { Plan } from '../../engine/plan-value.js'

test('a fault before anything was changed is 1, a refusal 4', () => {
  assert.is(exitOf({ code: 'FILE_MISSING', folder: '/' }), 1)
  assert.is(exitOf({ code: 'PROTECTED', addrs: ['vm.main'] }), 4)
})

test('what only a run that has begun can come to is 3, its interruption 130', () => {
  assert.is(exitOf({ code: 'RUN_INCOMPLETE', environment: 'demo', done: 1, failed: 1, skipped: 0, run: 1 }), 3)
  assert.is(exitOf({ code: 'LOCK_LOST', environment: 'demo' }), 3)
  assert.is(exitOf({ code: 'INTERRUPTED', environment: 'demo', done: 0, leftOff: [], notBegun: 3, again: 'deployer apply' }), 130)
})

test('a plan that apply would refuse ends as apply would', () => {
  const plan = { tasks: [{}], vanished: [], blocked: [] } as unknown as Plan
  assert.equal([exitOfPlan(plan, false), exitOfPlan(plan, true)], [0, 2])
  const unpinned = { code: 'IMAGE_UNPINNED', because: { code: 'REGISTRY_REFUSED' } } as never
  const refused = { ...plan, blocked: [{ code: 'PROTECTED', addrs: ['vm.main'] } as const] }
  assert.equal([exitOfPlan({ ...plan, blocked: [unpinned] }, false), exitOfPlan(refused, true)], [1, 4])
})

test.run()
