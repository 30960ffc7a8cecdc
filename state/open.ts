import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import type { Fault } from '../specs/fault.js'
import { type Either, fail, need } from '../specs/fp.js'
import { makeFile } from '../specs/write.js'
import { backUp } from './backup.js'
import { corrupt, guarded } from './guarded.js'
import { migrate, needKnown, versionOf } from './migrate.js'
import { MIGRATIONS } from './migrations/index.js'
import { makeFolder, narrow, type Place } from './place.js'
import { APPLICATION, type Database, sqlite, withJournal } from './sqlite.js'

const WAIT_MS = 10_000

/** For changing: makes the file when there is none, and brings an older format up to date after a backup. */
export const openForWriting = (place: Place, now: () => number, migrations = MIGRATIONS): Either<Fault, Database> =>
  guarded(place, () => {
    makeFolder(place)
    if (!isThere(place)) create(place, migrations)
    needSized(place)
    accessSync(place.file, constants.R_OK | constants.W_OK)
    accessSync(place.folder, constants.R_OK | constants.W_OK)
    narrow(place.file, 0o600)
    return closedOnFault(new (sqlite())(place.file, { fileMustExist: true, timeout: WAIT_MS }), db => {
      needOurs(db, place)
      needKnown(db, place, migrations.length)
      db.pragma('journal_mode = wal')
      db.pragma('synchronous = full')
      db.pragma('foreign_keys = on')
      needSound(db, place)
      const version = versionOf(db)
      if (version < migrations.length) {
        need(backUp(db, place, now, `format-${version}`))
        migrate(db, migrations)
      }
      return db
    })
  })

/** For looking: changes nothing, waits for nobody. Undefined: there is no state yet. */
export const openForReading = (place: Place, migrations = MIGRATIONS): Either<Fault, Database | undefined> =>
  guarded(place, () => {
    if (!isThere(place)) return undefined
    needSized(place)
    accessSync(place.file, constants.R_OK)
    return closedOnFault(reading(place), db => {
      needOurs(db, place)
      needKnown(db, place, migrations.length)
      needSound(db, place)
      return versionOf(db) === migrations.length ? db : broughtUpToDate(db, migrations)
    })
  })

/** In a folder that we may not write to, SQLite cannot make the index of its log; without a log the file alone is the state. */
const reading = (place: Place): Database => {
  const Sqlite = sqlite()
  try {
    const db = new Sqlite(place.file, { readonly: true, timeout: WAIT_MS })
    db.pragma('schema_version')
    return db
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? ''
    if (!/^SQLITE_(READONLY|CANTOPEN)/.test(code) || hasLog(place)) throw cause
    return new Sqlite(withJournal(readFileSync(place.file), 'rollback'))
  }
}

const broughtUpToDate = (db: Database, migrations: ReadonlyArray<string>): Database => {
  const copy = new (sqlite())(withJournal(db.serialize(), 'rollback'))
  db.close()
  migrate(copy, migrations)
  return copy
}

const create = (place: Place, migrations: ReadonlyArray<string>): void => {
  if (hasLog(place)) need(fail(corrupt(place, `it is gone, but its log ${place.file}-wal is still there`)))
  const memory = new (sqlite())(':memory:')
  memory.pragma(`application_id = ${APPLICATION}`)
  migrate(memory, migrations)
  const bytes = withJournal(memory.serialize(), 'wal')
  memory.close()
  makeFile(place.file, bytes)
}

/** SQLite takes an empty file for a new database, which would be a lost state. */
const needSized = (place: Place): void => {
  const at = statSync(place.file)
  if (at.isDirectory()) need(fail({ code: 'STATE_UNUSABLE', file: place.file, why: 'it is a folder' }))
  if (at.size === 0) need(fail(corrupt(place, 'it is empty')))
}

const needOurs = (db: Database, place: Place): void => {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION) need(fail(corrupt(place, 'it is not a state of deployer')))
}

const needSound = (db: Database, place: Place): void => {
  const [first] = db.pragma('quick_check') as ReadonlyArray<{ readonly quick_check: string }>
  if (first?.quick_check !== 'ok') need(fail(corrupt(place, first?.quick_check ?? 'it cannot be checked')))
  if (db.memory) return
  const size = (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number)
  if (hasLog(place)) return
  const found = statSync(place.file).size
  if (found < size) need(fail(corrupt(place, `it has ${found} of ${size} bytes`)))
}

const closedOnFault = <A>(db: Database, body: (db: Database) => A): A => {
  try {
    return body(db)
  } catch (cause) {
    db.close()
    throw cause
  }
}

/** A folder that we may not look into is a fault, not an empty one. */
const isThere = (place: Place): boolean => statSync(place.file, { throwIfNoEntry: false }) !== undefined

/** What was committed and not yet brought into the file. */
const hasLog = (place: Place): boolean => (statSync(`${place.file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
