import { type Attempt, attempt, need } from '../../specs/fp.js'
import type { Addr } from '../contract.js'
import { isUnproved } from '../plan/plan.js'
import type { Task } from '../plan-value.js'
import type { CheckResult, RunReport } from '../run-value.js'
import { durationKey, type Journal, type Memory } from '../store.js'
import { PATIENCE_MS } from './checks.js'
import { performingOf, type RunInput } from './performing.js'
import { walk } from './walk.js'

/** Performs a plan. A fault of a task is in the report; the attempt itself fails only when the journal does. */
export const run = (input: RunInput): Attempt<RunReport> =>
  attempt(async () => {
    const { planned, journal, report } = input
    const { plan } = planned
    report({
      at: 'begin',
      run: journal.run,
      tasks: plan.tasks.map(task => ({ ...heading(task), ...estimateOf(task, planned.input.memory) })),
    })
    const performing = performingOf(input)
    const ended = await walk(performing)
    note(
      journal,
      planned.records.map(remember => ({ addr: remember.addr, action: 'none', result: { outcome: 'done', seconds: 0, remember } })),
    )
    note(
      journal,
      plan.vanished.map(addr => ({ addr, action: 'forget', result: { outcome: 'done', seconds: 0, remember: 'forget' } })),
    )
    const cut = ended.leftOff.length + ended.notBegun.length > 0
    const whole = ended.failed.length === 0 && !cut
    const checks: ReadonlyArray<CheckResult> =
      whole && (plan.tasks.length > 0 || isUnproved(planned))
        ? await performing.early.askTheRest({ ...performing, patience: PATIENCE_MS })
        : []
    for (const check of checks) report({ at: 'check', ...check })

    const works = checks.every(({ result }) => result !== 'failed')
    const outcome = ended.failed.length > 0 || !works ? 'failed' : cut ? 'interrupted' : 'done'
    const { seconds } = need(journal.end(outcome))
    const host = [...performing.machines.values()][0]?.seen.addresses[0]
    return {
      run: journal.run,
      environment: plan.environment,
      outcome,
      ...ended,
      checks,
      seconds,
      ...(host !== undefined && { host }),
    }
  })

const note = (journal: Journal, results: Parameters<Journal['results']>[0]): void => {
  if (results.length > 0) need(journal.results(results))
}

const heading = ({ addr, action, after }: Task): { addr: Addr; action: string; after: ReadonlyArray<Addr> } => ({ addr, action, after })

const estimateOf = ({ addr, action }: Task, memory: Memory): { estimate?: number } => {
  const estimate = memory.durations[durationKey(addr, action)]
  return estimate === undefined ? {} : { estimate }
}

export type { RunInput }
