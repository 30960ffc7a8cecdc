import type { Fault } from '../specs/fault.js'
import type { Either } from '../specs/fp.js'
import type { Json } from '../specs/json.js'
import type { Addr } from './contract.js'

/** What the state remembers of a resource: identity and history, never the truth about a host. */
export interface Remembered {
  readonly addr: Addr
  readonly kind: string
  /** As last applied; secrets are references. */
  readonly spec: Json
  readonly wanted: Json
  /** Which build wrote it: another one may want the same in another shape. */
  readonly tool: string
  readonly protect: boolean
  /** The machine's identity at the provider, and its last known address, where it is one. */
  readonly identity?: Json
  readonly run: number
}

export interface Memory {
  readonly resources: ReadonlyArray<Remembered>
  readonly lastRun?: { readonly run: number; readonly command: string; readonly outcome: RunOutcome }
  /** What the same file was called before, where resources of that name are still remembered. */
  readonly formerly?: { readonly environment: string; readonly resources: number }
  /** Began and has no end: its process was killed. */
  readonly unfinished?: { readonly run: number; readonly command: string }
  /** Seconds that a task of this addr and action took, newest run; keys made by `durationKey`. */
  readonly durations: { readonly [addrAndAction: string]: number }
}

export const durationKey = (addr: Addr, action: string): string => `${action} ${addr}`

export type RunOutcome = 'done' | 'failed' | 'interrupted' | 'running' | 'abandoned'

export interface RunStart {
  readonly environment: string
  readonly command: string
  readonly fingerprint: string
  /** The environment's decoded spec and provider, for `--back-to` and history. Secrets are references. */
  readonly spec: Json
  readonly tasks: number
}
/** Left off: begun, and ended half-way because somebody asked for it. */
export type TaskOutcome = 'done' | 'failed' | 'skipped' | 'left off'
export interface TaskResult {
  readonly outcome: TaskOutcome
  readonly seconds: number
  readonly fault?: Json
  /** What to remember from now on; 'forget' after a delete; undefined leaves the memory as it was. */
  readonly remember?: Omit<Remembered, 'run'> | 'forget'
}

/**
 * One run, journaled. Every call is one small durable transaction with the fence checked inside; a newer lock makes it fail
 * with LOCK_LOST. `intents` come before anything acts; `results` after it was verified.
 */
export interface Journal {
  readonly run: number
  /** Grows with every lock taken. */
  readonly fence: number
  intents(tasks: ReadonlyArray<{ readonly addr: Addr; readonly action: string }>): Either<Fault, void>
  results(tasks: ReadonlyArray<{ readonly addr: Addr; readonly action: string; readonly result: TaskResult }>): Either<Fault, void>
  /** What the run took is what history says of it. */
  end(outcome: RunOutcome): Either<Fault, { readonly seconds: number }>
}
