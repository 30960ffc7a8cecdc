import { tables } from './0001-tables.js'

/** Each brings a state from one format to the next. One that was released is never edited. */
export const MIGRATIONS: ReadonlyArray<string> = [tables]
