import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Check } from '../../engine/contract.js'
import { isIdle } from '../../engine/plan/plan.js'

import { aNote, type Desk, desk, perform, planned } from '../support/paper-run.js'

const fileSays = (path: string, content: string): Check => ({
  says: `${path} says ${content}`,
  probe: { ask: 'file', key: path, via: 'provider' },
  expect: { content },
})

const checked = async (at: Desk, checks: ReadonlyArray<Check>) => {
  const made = await planned(at, [aNote('a', 'x', 'provider')])
  const entries = new Map([...made.entries].map(([addr, entry]) => [addr, { ...entry, kind: { ...entry.kind, checks: () => checks } }]))
  return perform(at, { ...made, entries })
}

test('a check holds when the answer holds at least what is expected', async () => {
  const { report } = await checked(desk(), [fileSays('/a', 'x')])
  assert.equal([report.outcome, report.checks], ['done', [{ addr: 'note.a', says: '/a says x', result: 'ok' }]])
})

test('a failed check fails the run, hides no other, and everything stays done', async () => {
  const { report, journal } = await checked(desk(), [fileSays('/a', 'y'), fileSays('/none', 'z'), fileSays('/a', 'x')])
  assert.equal(
    report.checks.map(({ result }) => result),
    ['failed', 'failed', 'ok'],
  )
  assert.equal([report.outcome, journal.outcome, report.failed], ['failed', 'failed', []])
})

test('what is only slow is waited for', async () => {
  const at = desk()
  at.paper.passes = () => {
    if (at.paper.looks === 4) at.paper.top.files.set('/late', 'here')
  }
  const { report } = await checked(at, [fileSays('/a', 'x'), fileSays('/late', 'here')])
  assert.equal(
    report.checks.map(({ result }) => result),
    ['ok', 'ok'],
  )
})

test('an apply with nothing to do checks nothing and is no run', async () => {
  const at = desk()
  await checked(at, [fileSays('/a', 'y')])
  assert.ok(isIdle(await planned(at, [aNote('a', 'x', 'provider')])))
})

test.run()
