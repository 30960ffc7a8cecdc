import type { Place } from './place.js'
import type { Database } from './sqlite.js'

/** Who uses the state, for locks and history. */
export interface Caller {
  readonly host: string
  readonly user: string
  readonly pid: number
}

/** An open state: what every part of this room works on. */
export interface State {
  readonly db: Database
  readonly place: Place
  readonly caller: Caller
  readonly now: () => number
  /** The name that an environment file has today; undefined when it cannot be told. */
  readonly nameOf: (file: string) => string | undefined
}

export const isoOf = (time: number): string => new Date(time).toISOString()
