import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Outcome } from '../../engine/contract.js'
import { aBox, aNote, apply, desk, planned } from '../support/paper-run.js'

const notes = Array.from({ length: 40 }, (_, index) => aNote(`n${index}`, 'x'))
const lost: Outcome = { is: 'unknown', fault: { code: 'CONNECTION_LOST', host: 'paper', addr: 'note.n30' } }

test('predicted tasks that wait for a free place are asked for in one look, however few may run at once', async () => {
  const at = desk()
  const { report } = await apply(at, [aBox(), ...notes], new AbortController(), 2)
  assert.is(report.done.length, 41)
  // The plan asks the provider; once the machine is there, the provider and the host are asked for all that is on it.
  assert.is(at.paper.looks, 3)
  assert.equal((await planned(at, [aBox(), ...notes])).plan.tasks, [])
})

test('after a fault such a task is looked at again, not decided from what was seen ahead', async () => {
  const at = desk()
  let times = 0
  at.paper.trouble = ({ addr }) => (addr === 'note.n30' && times++ === 0 ? lost : undefined)
  const { report } = await apply(at, [aBox(), ...notes], new AbortController(), 2)
  assert.is(report.done.length, 41)
  assert.is(at.paper.looks, 5)
})

test.run()
