import { saysOf } from '../../specs/fault.js'
import type { Json } from '../../specs/json.js'
import type { Machine } from '../channel.js'
import type { Addr, Answer, Check, Host } from '../contract.js'
import { machineAsked } from '../outside.js'
import type { Entry } from '../plan/decide.js'
import type { Planned } from '../plan/plan.js'
import type { CheckResult } from '../run-value.js'
import { lookAt } from '../world.js'
import { otherwise } from './otherwise.js'
import type { RunInput } from './performing.js'

export interface Checking extends Pick<RunInput, 'clock' | 'stop'> {
  readonly planned: Pick<Planned, 'entries' | 'input' | 'routes' | 'links'>
  /** That have just been at work; left out: the provider says which there are. */
  readonly machines?: ReadonlyMap<Addr, Machine>
  /** Left out: of all resources. */
  readonly of?: ReadonlyArray<Addr>
  /** For how long what fails is asked again, in milliseconds: a service that has just been started may need a while. */
  readonly patience: number
}

export const PATIENCE_MS = 60_000
const PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

export interface Asked {
  readonly entry: Entry
  readonly check: Check
}

/** All of them, then the sum: one failing check hides no other. What works is not asked again. */
export const checkAll = async (
  checking: Checking,
  asked = checksOf(checking),
  known: ReadonlyMap<Asked, CheckResult> = new Map(),
): Promise<ReadonlyArray<CheckResult>> => {
  const { clock, stop, patience } = checking
  const results = new Map(known)
  const isFailing = (one: Asked): boolean => (results.get(one)?.result ?? 'failed') === 'failed'
  const deadline = clock.now() + patience
  for (let pause = PAUSE_MS, left = asked.filter(isFailing), isFirst = true; left.length > 0; isFirst = false) {
    for (const [one, result] of await answered(left, checking, isFirst)) results.set(one, result)
    left = left.filter(isFailing)
    if (left.length === 0 || stop.aborted || clock.now() + pause > deadline) break
    await clock.sleep(pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }
  return [...asked.flatMap(one => results.get(one) ?? []), ...untriedOf(checking)]
}

const untriedOf = ({ planned, of }: Checking): ReadonlyArray<CheckResult> =>
  [...planned.entries.values()]
    .filter(({ addr }) => of === undefined || of.includes(addr))
    .flatMap(({ addr, kind, want }) => (kind.untried?.(want) ?? []).map(one => ({ addr, ...one, result: 'skipped' as const })))

export const checksOf = ({ planned, of }: Pick<Checking, 'planned' | 'of'>): ReadonlyArray<Asked> =>
  [...planned.entries.values()]
    .filter(({ addr }) => of === undefined || of.includes(addr))
    .flatMap(entry => entry.kind.checks(entry.want).map(check => ({ entry, check })))

/** Where the machines are is asked once more when something fails. */
export const answered = async (
  asked: ReadonlyArray<Asked>,
  { planned, machines: given }: Pick<Checking, 'planned' | 'machines'>,
  isFirst: boolean,
): Promise<ReadonlyArray<readonly [Asked, CheckResult]>> => {
  const { input, routes, links } = planned
  const isKnown = [...routes.machines.keys()].every(addr => (given?.get(addr)?.seen.addresses.length ?? 0) > 0)
  const machines = isFirst && isKnown ? given : undefined
  const looking = {
    environment: input.wish.environment,
    routes,
    provider: input.provider,
    links,
    reveal: input.reveal,
    ...(machines && { machines }),
  }
  const probes = asked.map(({ check }) => check.probe)
  const { answers, hosts } = await lookAt(probes, looking)
  const hostOf = ({ probe }: Check): Host | undefined => hosts.get(machineAsked(probe) ?? routes.rootOf(probe.via))
  return asked.map(one => {
    const { check } = one
    const result = check.needs === 'ipv6' && hostOf(check)?.ipv6 === false ? NO_IPV6 : resultOf(check, answers.of(check.probe as never))
    return [one, { addr: one.entry.addr, says: check.says, ...result }]
  })
}

type Result = Omit<CheckResult, 'addr' | 'says'>

const NO_IPV6: Result = { result: 'skipped', why: 'the host has no IPv6 address' }

const resultOf = ({ expect, probe }: Check, answer: Answer<unknown>): Result => {
  if (answer.is === 'absent') return { result: 'failed', why: probe.ask === 'file' ? `${probe.key} is gone` : 'no answer' }
  if (answer.is === 'present') return valued(answer.value, expect)
  const { fault } = answer
  if (fault.code === 'NO_IPV6_HERE') return { result: 'skipped', why: saysOf(fault) }
  if (fault.code === 'NOT_SERVING') return { result: 'failed', why: fault.why }
  return { result: 'failed', why: `could not be asked: ${saysOf(fault)}`, unasked: true }
}

/** Pages and files are no news to anybody: that they are as expected is. */
const LONG: ReadonlySet<string> = new Set(['milliseconds', 'body', 'content'])

const valued = (value: unknown, expect: Json): Result => {
  const { milliseconds } = value as { readonly milliseconds?: number }
  const answer = Object.fromEntries(Object.entries(value as object).filter(([key]) => !LONG.has(key))) as Json
  const result = { ...(milliseconds !== undefined && { milliseconds }), answer }
  return holds(value, expect)
    ? { result: 'ok', ...result }
    : { result: 'failed', why: otherwise(value as object, expect as object, holds), ...result }
}

const holds = (value: unknown, expect: unknown): boolean => {
  if (expect === null || typeof expect !== 'object') return value === expect
  if (value === null || typeof value !== 'object') return false
  if (Array.isArray(expect) && (!Array.isArray(value) || value.length !== expect.length)) return false
  return Object.entries(expect).every(([key, one]) => holds((value as Record<string, unknown>)[key], one))
}
