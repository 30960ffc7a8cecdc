import type { Fault } from '../specs/fault.js'
import { fail, need } from '../specs/fp.js'
import type { Place } from './place.js'
import type { Database } from './sqlite.js'

export const versionOf = (db: Database): number => db.pragma('user_version', { simple: true }) as number

/** Every migration is one transaction. Another process may be at the same work, so each looks again at where things stand. */
export const migrate = (db: Database, migrations: ReadonlyArray<string>): void => {
  db.pragma('foreign_keys = off')
  for (const [index, sql] of migrations.entries()) db.transaction(() => step(db, index, sql)).immediate()
  db.pragma('foreign_keys = on')
}

const step = (db: Database, from: number, sql: string): void => {
  if (versionOf(db) !== from) return
  db.exec(sql)
  const orphans = db.pragma('foreign_key_check') as ReadonlyArray<unknown>
  if (orphans.length > 0) throw new Error(`migration ${from + 1} leaves ${orphans.length} rows without what they refer to`)
  db.pragma(`user_version = ${from + 1}`)
}

export const needKnown = (db: Database, place: Place, known: number): void => {
  const version = versionOf(db)
  const newer: Fault = { code: 'STATE_NEWER', file: place.file, version, known }
  if (version > known) need(fail(newer))
}
