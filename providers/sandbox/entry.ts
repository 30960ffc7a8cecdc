import type { Addr, Claim } from '../../engine/contract.js'
import type { SealedStep } from '../../engine/model/seal.js'

/** A process, told from a later one with the same number. */
export interface Actor {
  readonly pid: number
  readonly since: string
}

/** A batch that holds the lock of the sandbox. */
export interface Begun {
  readonly batch: string
  readonly environment: string
  readonly addr: Addr
  readonly run: number
  readonly fence: number
  readonly actor: Actor
}

/** Where it happened: a host, or without one the provider. */
interface Somewhere {
  readonly batch: string
  readonly host?: string
}

/** What happened, as the log has it. A step stands there once it is done: that is its receipt. No secret gets this far. */
export type Entry =
  | ({ readonly is: 'begin' } & Begun)
  | ({ readonly is: 'claims' | 'releases'; readonly claims: ReadonlyArray<Claim> } & Somewhere)
  | ({ readonly is: 'step'; readonly step: SealedStep; readonly part?: number; readonly at?: number } & Somewhere)
  | { readonly is: 'end'; readonly batch: string }
  /** An undo that nobody confirmed put things back. */
  | { readonly is: 'fired'; readonly host: string; readonly undo: string }
  /** The line before was never finished. */
  | { readonly is: 'torn' }
