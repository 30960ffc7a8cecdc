import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Outcome } from '../../engine/channel.js'
import { aBox, aNote, apply, asked, desk, planned } from '../support/paper-run.js'

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

test('who only waits for a task at the same place is asked for in its last batch', async () => {
  const at = desk()
  const page = asked('page.one', { path: '/one', text: 'y', on: 'box.main' })
  const all = [aBox(), aNote('n0', 'x'), page]
  assert.is((await apply(at, all)).report.done.length, 3)
  assert.is(at.paper.looks, 3)
  assert.equal((await planned(at, all)).plan.tasks, [])
})

test('what such a batch asked is no answer when the batch failed', async () => {
  const at = desk()
  let times = 0
  at.paper.trouble = ({ addr }) => (addr === 'note.n0' && times++ === 0 ? lost : undefined)
  const page = asked('page.one', { path: '/one', text: 'y', on: 'box.main' })
  assert.is((await apply(at, [aBox(), aNote('n0', 'x'), page])).report.done.length, 3)
  assert.is(at.paper.looks, 5)
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
