import type { Check, Host } from '../contract.js'
import { machineAsked } from '../outside.js'
import type { Entry } from '../plan/decide.js'
import type { CheckResult } from '../run-value.js'
import { lookAt } from '../world.js'
import type { Performing } from './performing.js'

/** A service that has just been started may need a while; what works is not asked again. */
const PATIENCE_MS = 60_000
const PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

interface Asked {
  readonly entry: Entry
  readonly check: Check
}

/** All of them, then the sum: one failing check hides no other. */
export const checkAll = async (performing: Performing): Promise<ReadonlyArray<CheckResult>> => {
  const { planned, clock, stop } = performing
  const asked = [...planned.entries.values()].flatMap(entry => entry.kind.checks(entry.want).map(check => ({ entry, check })))
  const results = new Map<Asked, CheckResult>()
  const deadline = clock.now() + PATIENCE_MS
  for (let pause = PAUSE_MS, left: ReadonlyArray<Asked> = asked; left.length > 0; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    for (const [one, result] of await answered(left, performing)) results.set(one, result)
    left = left.filter(one => results.get(one)?.result === 'failed')
    if (left.length === 0 || stop.aborted || clock.now() + pause > deadline) break
    await clock.sleep(pause)
  }
  return asked.flatMap(one => results.get(one) ?? [])
}

const answered = async (asked: ReadonlyArray<Asked>, { planned }: Performing): Promise<ReadonlyArray<readonly [Asked, CheckResult]>> => {
  const { input, routes, links } = planned
  const looking = { environment: input.wish.environment, routes, provider: input.provider, links, reveal: input.reveal }
  const probes = asked.map(({ check }) => check.probe)
  const { answers, hosts } = await lookAt(probes, looking)
  const hostOf = ({ probe }: Check): Host | undefined => hosts.get(machineAsked(probe) ?? routes.rootOf(probe.via))
  const lacks = ({ check }: Asked): boolean => check.needs === 'ipv6' && hostOf(check)?.ipv6 === false
  return asked.map(one => [one, lacks(one) ? skippedOf(one) : resultOf(one.entry, one.check, answers.of(one.check.probe as never))])
}

const skippedOf = ({ entry, check }: Asked): CheckResult => ({
  addr: entry.addr,
  says: check.says,
  result: 'skipped',
  why: 'the host has no IPv6 address',
})

const resultOf = ({ addr }: Entry, { says, expect }: Check, answer: { readonly is: string; readonly value?: unknown }): CheckResult => {
  if (answer.is === 'unasked') return { addr, says, result: 'failed', why: 'could not be asked' }
  if (answer.is === 'absent') return { addr, says, result: 'failed', why: 'no answer' }
  return holds(answer.value, expect)
    ? { addr, says, result: 'ok' }
    : { addr, says, result: 'failed', why: `answered ${JSON.stringify(answer.value)}` }
}

const holds = (value: unknown, expect: unknown): boolean => {
  if (expect === null || typeof expect !== 'object') return value === expect
  if (value === null || typeof value !== 'object') return false
  if (Array.isArray(expect) && (!Array.isArray(value) || value.length !== expect.length)) return false
  return Object.entries(expect).every(([key, one]) => holds((value as Record<string, unknown>)[key], one))
}
