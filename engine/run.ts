import type { Attempt } from '../specs/fp.js'
import type { Planned } from './plan.js'
import type { RunEvent, RunReport } from './run-value.js'
import type { Journal } from './store.js'

export interface RunInput {
  readonly planned: Planned
  readonly journal: Journal
  readonly report: (event: RunEvent) => void
  /** Aborted once: end after the steps under way. A second Ctrl-C ends the process; the journal stands that. */
  readonly stop: AbortSignal
  readonly concurrency: number
  /** Injected so that tests wait for nothing. */
  readonly clock: { readonly now: () => number; readonly sleep: (ms: number) => Promise<void> }
}

/** Performs a plan. A fault of a task is in the report; the attempt itself fails only when the journal does. */
export declare const run: (input: RunInput) => Attempt<RunReport>
