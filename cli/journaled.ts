import type { Planned } from '../engine/plan/plan.js'
import { type RunInput, run } from '../engine/run/run.js'
import type { RunEvent, RunReport } from '../engine/run-value.js'
import type { Journal } from '../engine/store.js'
import type { Fault } from '../specs/fault.js'
import { E, fail, need } from '../specs/fp.js'
import { BrokenRun, tellsOfChange } from './exit.js'
import type { Log } from './log.js'

interface Journaling extends Pick<RunInput, 'report' | 'stop' | 'clock'> {
  readonly log: Log
}

const CONCURRENCY = 10

/** The journal gets its end whatever happens; a killed process leaves it to the next lock. */
export const journaled = async (planned: Planned, journal: Journal, { report, stop, clock, log }: Journaling): Promise<RunReport> => {
  const { environment, fingerprint } = planned.plan
  log.write(`run ${journal.run} of ${environment} begins, plan ${fingerprint}, fence ${journal.fence}`)
  let ended: RunReport | undefined
  const events: Array<RunEvent['at']> = []
  try {
    const heard = (event: RunEvent): void => {
      events.push(event.at)
      log.write(`run ${journal.run} ${lineOf(event)}`)
      report(event)
    }
    const running = run({ planned, journal, report: heard, stop, concurrency: CONCURRENCY, clock })
    const outcome = await running().catch((cause: unknown) => {
      throw new BrokenRun(cause)
    })
    ended = need(E.isLeft(outcome) ? fail(brokenOff(outcome.left, { environment, run: journal.run, events })) : outcome)
    return ended
  } finally {
    if (ended === undefined) journal.end('failed')
    log.write(`run ${journal.run} of ${environment} ended: ${ended?.outcome ?? 'failed'}`)
  }
}

interface SoFar {
  readonly environment: string
  readonly run: number
  readonly events: ReadonlyArray<RunEvent['at']>
}

/** The journal could not be written any more. What had begun by then has changed something. */
const brokenOff = (fault: Fault, { environment, run, events }: SoFar): Fault => {
  const count = (at: RunEvent['at']): number => events.filter(one => one === at).length
  const [begun, done, skipped] = [count('running'), count('done'), count('skipped')]
  if (begun === 0 || tellsOfChange(fault)) return fault
  return { code: 'RUN_INCOMPLETE', environment, run, done, failed: begun - done, skipped, first: fault }
}

const lineOf = (event: RunEvent): string => {
  if (event.at === 'begin') return `begin: ${event.tasks.map(({ action, addr }) => `${action} ${addr}`).join(', ')}`
  const { at, ...rest } = event
  return `${at} ${JSON.stringify(rest)}`
}
