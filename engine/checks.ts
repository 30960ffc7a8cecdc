import type { Check } from './contract.js'
import type { Entry } from './decide.js'
import type { Performing } from './performing.js'
import type { CheckResult } from './run-value.js'
import { lookAt } from './world.js'

/** All of them, then the sum: one failing check hides no other. */
export const checkAll = async ({ planned }: Pick<Performing, 'planned'>): Promise<ReadonlyArray<CheckResult>> => {
  const { entries, input, routes, links } = planned
  const checks = [...entries.values()].flatMap(entry => entry.kind.checks(entry.want).map(check => ({ entry, check })))
  if (checks.length === 0) return []
  const looking = { environment: input.wish.environment, routes, provider: input.provider, links, reveal: input.reveal }
  const world = await lookAt(
    checks.map(({ check }) => check.probe),
    looking,
  )
  return checks.map(({ entry, check }) => resultOf(entry, check, world.answers.of(check.probe as never)))
}

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
  return Object.entries(expect).every(([key, one]) => holds((value as Record<string, unknown>)[key], one))
}
