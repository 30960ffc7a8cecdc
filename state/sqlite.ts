import { createRequire } from 'node:module'
import type Sqlite from 'better-sqlite3'

export type Database = Sqlite.Database
export type Statement = Sqlite.Statement<unknown[], Record<string, unknown>>

const load = createRequire(import.meta.filename)

/** Loaded on first use: a command that needs no state does not pay for the native module. */
export const sqlite = (): typeof Sqlite => load('better-sqlite3') as typeof Sqlite

/** In the header of each state file, so that a database of another program is not taken for one. */
export const APPLICATION = 0x44_50_4c_59

/** Bytes 18 and 19 of the header: 1 for a rollback journal, 2 for WAL. A database in memory cannot be WAL. */
export const withJournal = (bytes: Buffer, mode: 'rollback' | 'wal'): Buffer => {
  bytes.fill(mode === 'wal' ? 2 : 1, 18, 20)
  return bytes
}
