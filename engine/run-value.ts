import type { Fault } from '../specs/fault.js'
import type { Json } from '../specs/json.js'
import type { Addr, Check } from './contract.js'

/** What a run tells while it goes on. */
export type RunEvent =
  | {
      readonly at: 'begin'
      readonly run: number
      readonly tasks: ReadonlyArray<{
        readonly addr: Addr
        readonly action: string
        readonly after: ReadonlyArray<Addr>
        readonly estimate?: number
      }>
    }
  | { readonly at: 'running'; readonly addr: Addr }
  /** What a running task is doing, in words such as `installing docker.io`. */
  | { readonly at: 'doing'; readonly addr: Addr; readonly says: string }
  | { readonly at: 'again'; readonly addr: Addr; readonly fault: Fault; readonly inSeconds: number }
  | { readonly at: 'done'; readonly addr: Addr; readonly seconds: number; readonly says?: string }
  | { readonly at: 'failed'; readonly addr: Addr; readonly seconds: number; readonly fault: Fault }
  | { readonly at: 'skipped'; readonly addr: Addr; readonly needs: Addr }
  | { readonly at: 'stopping' }
  | ({ readonly at: 'check' } & CheckResult)

export interface CheckResult {
  readonly addr: Addr
  readonly says: string
  readonly result: 'ok' | 'failed' | 'skipped'
  /** Why it failed or was skipped. */
  readonly why?: string
  /** It failed because nobody could be asked. */
  readonly unasked?: true
  /** How long what was asked took. */
  readonly milliseconds?: number
  /** What was answered, for programs. */
  readonly answer?: Json
}

/** What a run did. `outcome` is `done` only when everything is as wanted and every check passed. */
export interface RunReport {
  readonly run: number
  readonly environment: string
  readonly outcome: 'done' | 'failed' | 'interrupted'
  /** `idle`: when its turn came, which nobody could know before, there was nothing to do. */
  readonly done: ReadonlyArray<{ readonly addr: Addr; readonly action: string; readonly seconds: number; readonly idle?: true }>
  readonly failed: ReadonlyArray<{ readonly addr: Addr; readonly fault: Fault }>
  readonly skipped: ReadonlyArray<{ readonly addr: Addr; readonly needs: Addr }>
  /** Begun, and left off where the run was to end: may be half done. */
  readonly leftOff: ReadonlyArray<Addr>
  readonly notBegun: ReadonlyArray<Addr>
  readonly checks: ReadonlyArray<CheckResult>
  readonly seconds: number
  /** The machine's address after the run, where there is one. */
  readonly host?: string
}

export type { Check }
