import type { Fault } from '../../specs/fault.js'

/** How to show something. On a terminal its width counts and long values are shortened; elsewhere equal values are equal bytes. */
export interface Look {
  readonly color: boolean
  readonly unicode: boolean
  readonly width: number
  /** -1: the result only. 1: every field and file. 2: steps. 3: what guards and holds them. */
  readonly verbosity: number
  readonly steps: boolean
  readonly drift: boolean
  readonly terminal: boolean
}

export const PLAIN: Look = { color: false, unicode: false, width: 80, verbosity: 0, steps: false, drift: false, terminal: false }

/** What a rendering can't know from its value. */
export interface Told {
  readonly command?: 'plan' | 'apply' | 'destroy'
  /** The environment file as it was typed, where it isn't found by itself. */
  readonly file?: string
  /** Flags that the next command has to repeat: `['--back-to', '12']`. */
  readonly flags?: ReadonlyArray<string>
  /** Variables that have to be set again: `DEPLOYER__TRACKER__UDP__0__PORT=6970`, quoted for a shell. */
  readonly variables?: ReadonlyArray<string>
  /** What `guard` says to this plan: PROTECTED is not seen in the plan itself. */
  readonly refusals?: ReadonlyArray<Fault>
  /** The last run that ended well, where there is one to go back to. */
  readonly backTo?: number
  /** Of a plan that goes back to a run; `differs`: the file asks for something else now. */
  readonly towards?: { readonly run: string; readonly file: string; readonly differs: boolean }
  /** Somebody's run that went on while this was looked at. */
  readonly underWay?: { readonly command: string; readonly user: string; readonly host: string }
  /** Where the plan was written to, for apply to insist on. */
  readonly saved?: string
  /** What a destroy leaves. */
  readonly stays?: ReadonlyArray<string>
  /** Files that belong into a repository, where one of them was written. */
  readonly commit?: string
  /** More rows for the end of a run: what for, and the command or address. */
  readonly next?: ReadonlyArray<readonly [string, string]>
}

export const columnsOf = ({ terminal, width }: Look): number => (terminal ? Math.min(120, Math.max(60, width)) : 80)

/** Nothing is left out or shortened. */
export const isWhole = ({ terminal, verbosity }: Look): boolean => !terminal || verbosity >= 1
