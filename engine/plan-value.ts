import type { Fault } from '../specs/fault.js'
import type { Json } from '../specs/json.js'
import type { Addr, Claim, Impact, Step } from './contract.js'

/** A plan as a value. Everything shown is a rendering of it; its JSON is versioned by `format`. Free of times and ages. */
export interface Plan {
  readonly format: 1
  readonly environment: string
  readonly provider: string
  readonly simulated: boolean
  /** The machine exists without us, and stays when all of ours goes. */
  readonly given?: true
  /** The machine's address; undefined: no machine yet. */
  readonly host?: string
  /** There is a machine, and it does not run. */
  readonly stopped?: true
  /** In the order in which they run. Tasks with action `none` are not here but in `unchanged`. */
  readonly tasks: ReadonlyArray<Task>
  readonly unchanged: ReadonlyArray<Addr>
  readonly unhandled: ReadonlyArray<Addr>
  /** What nobody reaches before those are handled. */
  readonly unreached?: ReadonlyArray<string>
  readonly drift: ReadonlyArray<Drift>
  /** What the file asks for and the world keeps otherwise: said in every plan, never counted. */
  readonly unmet?: ReadonlyArray<Unmet>
  readonly dangers: ReadonlyArray<Danger>
  /** What users of the service will notice, in sentences. */
  readonly consequences: ReadonlyArray<string>
  readonly reachable: ReadonlyArray<string>
  readonly overrides: ReadonlyArray<string>
  /** A run that ended without its result: this plan goes on from what it left. */
  readonly unfinished?: { readonly run: number; readonly command: string }
  /** Generated secrets that the state does not have and hosts do: apply keeps them. */
  readonly readBack?: ReadonlyArray<string>
  /** The same file had another name, and what was made under it still stands. */
  readonly formerly?: { readonly environment: string; readonly resources: number }
  /** Batches that the host is still running. Apply waits for them. */
  readonly busy: ReadonlyArray<string>
  /** What apply writes into the lock file, and what it can't. */
  readonly pins?: ReadonlyArray<Pin>
  /** Why apply would refuse, whatever the flags. */
  readonly blocked: ReadonlyArray<Fault>
  /** What was deleted outside and is gone already: apply forgets it. */
  readonly vanished: ReadonlyArray<Addr>
  readonly fingerprint: string
}

export type Action = 'create' | 'update' | 'replace' | 'delete'
/** `run`: what an older run wanted, where a plan goes back to one. */
export type Source = 'file' | 'run' | 'env' | 'secret' | 'host' | 'both' | 'lock' | 'tool'

export interface Task {
  readonly addr: Addr
  readonly kind: string
  readonly action: Action
  /** One line: what it is, or what the change does. */
  readonly sentence: string
  readonly reasons: ReadonlyArray<string>
  /** Decided when its host answers; may do less than shown, never more. */
  readonly predicted: boolean
  readonly fields: ReadonlyArray<PlannedField>
  readonly files: ReadonlyArray<PlannedFile>
  readonly impact: Impact
  readonly steps: ReadonlyArray<Step>
  /** What the ledger gets before the first step, and what is given up after the last. */
  readonly claims: ReadonlyArray<Claim>
  readonly releases: ReadonlyArray<Claim>
  /** Pending tasks that come first. */
  readonly after: ReadonlyArray<Addr>
}
export interface PlannedField {
  readonly name: string
  readonly from?: Json | undefined
  readonly to?: Json | undefined
  readonly secret?: true
  /** Generated before, and used again. */
  readonly kept?: true
  /** The secrets in it that changed, by name. */
  readonly carries?: ReadonlyArray<string>
  /** Shown of a create too, whose sentence says the rest. */
  readonly notable?: true
  /** A few words behind the values. */
  readonly note?: string
  readonly source?: Source
}
export interface PlannedFile {
  readonly path: string
  /** Unified: `@@` lines, and lines that start with a blank, `-` or `+`. Secrets show as (secret). */
  readonly lines: ReadonlyArray<string>
  readonly source?: Source
}
export interface Drift {
  readonly addr: Addr
  readonly says: string
  readonly fate: 'put back' | 'left alone' | 'overwritten'
}
export interface Unmet {
  readonly addr: Addr
  readonly says: string
}
/** What an image is to be pinned to; without a digest nobody could say. `was`: what the lock file has so far. */
export interface Pin {
  readonly image: string
  readonly digest?: string
  readonly was?: string
}
export interface Danger {
  readonly word: 'DATA LOST' | 'DATA LEFT' | 'DOWN'
  readonly addr?: Addr
  readonly says: string
}

export const isPending = (plan: Plan): boolean => plan.tasks.length > 0 || plan.vanished.length > 0
