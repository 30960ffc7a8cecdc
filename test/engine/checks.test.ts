import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Provider } from '../../engine/channel.js'
import type { Answer, Check } from '../../engine/contract.js'
import { isIdle, type Planned } from '../../engine/plan/plan.js'
import type { RunOutcome } from '../../engine/store.js'
import type { Fault } from '../../specs/fault.js'
import type { Json } from '../../specs/json.js'
import { aNote, type Desk, desk, perform, planned } from '../support/paper-run.js'

const fileSays = (path: string, content: string): Check => ({
  says: `${path} says ${content}`,
  probe: { ask: 'file', key: path, via: 'provider' },
  expect: { content },
})

/** A question to this machine, which gets this answer. */
const asked = async (answer: Answer<unknown>, expect: Json) => {
  const at = desk()
  const probe = { ask: 'open', key: '22/tcp', via: 'operator' } as const
  const answering = (provider: Provider): Provider => ({
    ...provider,
    look: async (probes, reveal) => {
      const look = await provider.look(probes, reveal)
      return { ...look, answers: look.answers.map((one, index) => (probes[index]?.ask === 'open' ? answer : one)) }
    },
  })
  const { report } = await checked(at, [{ says: 'it', probe, expect }], answering)
  return report.checks.map(({ addr: _, says: __, ...result }) => result)[0]
}

const checked = async (at: Desk, checks: ReadonlyArray<Check>, over: (provider: Provider) => Provider = one => one) => {
  const { input, ...made } = { ...(await planned(at, [aNote('a', 'x', 'provider')])) }
  const entries = new Map([...made.entries].map(([addr, entry]) => [addr, { ...entry, kind: { ...entry.kind, checks: () => checks } }]))
  return perform(at, { ...made, input: { ...input, provider: over(input.provider) }, entries })
}

test('a check holds when the answer holds at least what is expected', async () => {
  const { report } = await checked(desk(), [fileSays('/a', 'x')])
  const answer = { mode: '0644', owner: 'root', group: 'root' }
  assert.equal([report.outcome, report.checks], ['done', [{ addr: 'note.a', says: '/a says x', result: 'ok', answer }]])
})

test('a failed check fails the run, hides no other, and everything stays done', async () => {
  const { report, journal } = await checked(desk(), [fileSays('/a', 'y'), fileSays('/none', 'z'), fileSays('/a', 'x')])
  assert.equal(
    report.checks.map(({ result }) => result),
    ['failed', 'failed', 'ok'],
  )
  assert.equal([report.outcome, journal.outcome, report.failed], ['failed', 'failed', []])
})

test('a list holds when it is the same one', async () => {
  const open = (...ports: ReadonlyArray<string>) => ({ is: 'present', value: { open: ports } }) as const
  assert.equal(await asked(open(), { open: [] }), { result: 'ok', answer: { open: [] } })
  assert.equal(await asked(open('3306/tcp', '1313/tcp'), { open: [] }), {
    result: 'failed',
    why: 'can be reached: 3306/tcp 1313/tcp',
    answer: { open: ['3306/tcp', '1313/tcp'] },
  })
})

test('what it took is told apart, and what a service says counts as why', async () => {
  const value = { taken: false, says: 'not whitelisted', milliseconds: 2 }
  const rest = { milliseconds: 2, answer: { taken: false, says: 'not whitelisted' } }
  assert.equal(await asked({ is: 'present', value }, { taken: false }), { result: 'ok', ...rest })
  assert.equal(await asked({ is: 'present', value }, { taken: true }), { result: 'failed', why: 'answered: not whitelisted', ...rest })
})

test('what is wrong is said in words for whoever runs the service', async () => {
  const why = async (value: object, expect: Json) => (await asked({ is: 'present', value }, expect))?.why
  const met = { taken: true, known: 'own', scraped: true }
  assert.is(await why({ ...met, known: '172.18.0.1' }, met), 'it knows its peers as 172.18.0.1, which is not where they are')
  assert.is(await why({ taken: true, scraped: false }, met), 'it tells peers of nobody, a scrape does not count its peers')
  assert.is(await why(met, { taken: false }), 'a stranger was let in')
  assert.is(
    await why({ right: false, wrong: true, status: 500 }, { right: true, wrong: false }),
    'the right token does not open it, a wrong token opens it',
  )
  assert.is(await why({ status: 503 }, { status: 200 }), 'status is 503, not 200')
})

test('no answer, no way to ask and no IPv6 here are three things', async () => {
  const fault = (fault: Fault) => ({ is: 'unasked', via: 'operator', fault }) as const
  assert.equal(await asked({ is: 'absent' }, {}), { result: 'failed', why: 'no answer' })
  assert.equal(await asked(fault({ code: 'NOT_SERVING', at: 'x', why: 'no answer in 3 s' }), {}), {
    result: 'failed',
    why: 'no answer in 3 s',
  })
  assert.equal(await asked(fault({ code: 'NO_IPV6_HERE' }), {}), { result: 'skipped', why: 'this computer has no IPv6' })
  assert.equal(await asked(fault({ code: 'MACHINE_STOPPED', machine: 'm' }), {}), {
    result: 'failed',
    why: 'could not be asked: the machine m is there, and stopped',
    unasked: true,
  })
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

test('after a run that ended badly everything is tried again, though nothing is left to do', async () => {
  const at = desk()
  await checked(at, [fileSays('/a', 'y')])
  const { input, entries, ...made } = await planned(at, [aNote('a', 'x', 'provider')])
  const after = (outcome: RunOutcome): Planned => ({
    ...made,
    input: { ...input, memory: { ...input.memory, lastRun: { run: 1, command: 'apply', outcome } } },
    entries: new Map(
      [...entries].map(([addr, entry]) => [addr, { ...entry, kind: { ...entry.kind, checks: () => [fileSays('/a', 'y')] } }]),
    ),
  })
  assert.equal([isIdle(after('done')), isIdle(after('failed')), isIdle(after('interrupted'))], [true, false, false])
  const { report } = await perform(at, after('failed'))
  assert.equal([report.outcome, report.done, report.checks.map(({ result }) => result)], ['failed', [], ['failed']])
})

test.run()
