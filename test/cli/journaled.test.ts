import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { journaled } from '../../cli/journaled.js'
import type { Log } from '../../cli/log.js'
import type { Journal } from '../../engine/store.js'
import type { Fault } from '../../specs/fault.js'
import { attempt, E, fail } from '../../specs/fp.js'
import { paperJournal } from '../support/journal.js'
import { aBox, aNote, desk, planned } from '../support/paper-run.js'

const full: Fault = { code: 'DISK_FULL', where: 'state.db' }
const log: Log = { mask: text => text, keepIn: () => {}, hide: () => {}, write: () => {}, insist: () => undefined, close: () => {} }

const endOf = async (journal: Journal): Promise<Fault | undefined> => {
  const made = await planned(desk(), [aBox(), aNote('a', 'x')])
  const stop = new AbortController().signal
  const clock = { now: () => 0, sleep: async () => {} }
  const ended = await attempt(() => journaled(made, journal, { report: () => {}, stop, clock, log }))()
  return E.isLeft(ended) ? ended.left : undefined
}

test('a run whose journal fails in the middle tells that something was changed', async () => {
  const paper = paperJournal()
  const fault = await endOf({ ...paper, results: () => fail(full) })
  assert.equal(fault, { code: 'RUN_INCOMPLETE', environment: 'demo', run: 1, done: 0, failed: 1, skipped: 0, first: full })
  assert.is(paper.outcome, 'failed')
})

test('a run whose journal fails before anything began has changed nothing', async () => {
  assert.equal(await endOf({ ...paperJournal(), intents: () => fail(full) }), full)
})

test('a lock that was lost tells by itself that something was changed', async () => {
  const lost: Fault = { code: 'LOCK_LOST', environment: 'demo' }
  assert.equal(await endOf({ ...paperJournal(), results: () => fail(lost) }), lost)
})

test.run()
