import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { exitOf } from '../../cli/exit.js'

test('a fault before anything was changed is 1, a refusal 4', () => {
  assert.is(exitOf({ code: 'FILE_MISSING', folder: '/' }), 1)
  assert.is(exitOf({ code: 'PROTECTED', addrs: ['vm.main'] }), 4)
})

test('what only a run that has begun can come to is 3, its interruption 130', () => {
  assert.is(exitOf({ code: 'RUN_INCOMPLETE', environment: 'demo', done: 1, failed: 1, skipped: 0, run: 1 }), 3)
  assert.is(exitOf({ code: 'LOCK_LOST', environment: 'demo' }), 3)
  assert.is(exitOf({ code: 'INTERRUPTED', environment: 'demo', done: 0, leftOff: [], notBegun: 3, again: 'deployer apply' }), 130)
})

test.run()
