import type { Readable, Writable } from 'node:stream'
import type { BaseContext } from 'clipanion'
import type { Ahead } from '../providers/index.js'

/** All that a command has of the process it runs in. Tests make their own and run commands in memory. */
export interface Context extends BaseContext {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  readonly env: { [name: string]: string | undefined }
  readonly cwd: string
  readonly home: string
  readonly isTerminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean }
  /** Of the terminal; undefined where there is none. */
  readonly columns: number | undefined
  readonly rows: number | undefined
  /** The way to the host, where it was begun before the file was read. */
  readonly ahead?: Ahead | undefined
  /** Who runs this, for locks and history. */
  readonly who: { readonly user: string; readonly host: string; readonly pid: number }
  readonly now: () => number
  /** `until` ends it early. */
  readonly sleep: (ms: number, until?: AbortSignal) => Promise<void>
  /** Calls back until released. */
  readonly every: (ms: number, call: () => void) => () => void
  /** Calls back at each Ctrl-C or SIGTERM until released; while nobody listens, a signal ends the process. */
  readonly onInterrupt: (heard: () => void) => () => void
  /** Runs a program on the streams of this process, a terminal included, and passes signals on; `take` gets what it would write. */
  readonly attach: (argv: ReadonlyArray<string>, take?: Take) => Promise<Ended>
  /** What was typed on the terminal so far, before anything was asked, is no answer. */
  readonly forgetTyped: () => Promise<void>
  /** Ends the process now. */
  readonly exit: (code: number) => never
}

export interface Take {
  readonly stdout?: (bytes: Buffer) => void
  readonly stderr?: (bytes: Buffer) => void
}

/** Undefined: there is no such program. A signal counts as 128 and its number. */
export type Ended = number | undefined
