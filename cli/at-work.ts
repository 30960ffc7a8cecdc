import type { Busy } from '../engine/channel.js'
import type { PlanInput } from '../engine/plan/plan.js'
import type { Context } from './context.js'

/** What holds the package manager longer than this is looked at as it is. */
const PATIENCE_MS = 10 * 60_000
const PAUSE_MS = 500

/** What an earlier run began on a host goes on without it. It is waited for, so that what is planned is what it leaves. */
export const waitForWork = (
  { now, sleep }: Pick<Context, 'now' | 'sleep'>,
  stop: AbortSignal,
  note: (text: string) => void,
): NonNullable<PlanInput['whileBusy']> => {
  const until = now() + PATIENCE_MS
  let told = ''
  return async busy => {
    const says = `Still at work on the host: ${wordsOf(busy)}. Waiting for it.\n`
    if (says !== told) note(says)
    told = says
    if (stop.aborted || now() > until) return false
    await sleep(PAUSE_MS, stop)
    return !stop.aborted
  }
}

const wordsOf = (busy: ReadonlyArray<Busy>): string =>
  [...new Set(busy.map(({ addr, environment }) => `${addr} of ${environment}`))].sort().join(', ')
