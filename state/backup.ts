import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Fault } from '../specs/fault.js'
import type { Either } from '../specs/fp.js'
import { syncFolder } from '../specs/write.js'
import { guarded } from './guarded.js'
import { BACKUP, backupsAt, makePrivate, type Place } from './place.js'
import { lifeOf } from './process.js'
import { type Database, sqlite } from './sqlite.js'

const KEEP = 10

/**
 * A compact copy of what is committed, on disk when this returns; its path. Not a copy of the file's bytes: closing another
 * handle on the file would drop the locks that SQLite holds on it in this process.
 */
export const backUp = (db: Database, place: Place, now: () => number, why: string): Either<Fault, string> =>
  guarded(place, () => {
    makePrivate(place.backups)
    const path = join(place.backups, `${stampAfter(newestStamp(place), now())}-${why}.db`)
    const unfinished = `${path}.${process.pid}.part`
    try {
      closeSync(openSync(unfinished, 'wx', 0o600))
      db.prepare('vacuum into ?').run(unfinished)
      dropLocks(unfinished)
      toDisk(unfinished)
      renameSync(unfinished, path)
    } catch (cause) {
      rmSync(unfinished, { force: true })
      throw cause
    }
    syncFolder(place.backups)
    for (const old of [...backupsAt(place).slice(0, -KEEP), ...abandonedAt(place)]) rmSync(old, { force: true })
    return path
  })

/** Parts of backups whose makers were killed. */
const abandonedAt = ({ backups }: Place): ReadonlyArray<string> =>
  readdirSync(backups)
    .filter(name => {
      const pid = /\.(\d+)\.part$/.exec(name)?.[1]
      return pid !== undefined && lifeOf(Number(pid), {}) === 'gone'
    })
    .map(name => join(backups, name))

/** Who is at work now is not when a backup is put back. */
const dropLocks = (path: string): void => {
  const copy = new (sqlite())(path)
  copy.pragma('journal_mode = off')
  copy.exec('delete from locks')
  copy.close()
}

const toDisk = (path: string): void => {
  const handle = openSync(path, 'r+')
  fsyncSync(handle)
  closeSync(handle)
}

const stampOf = (time: number): string => new Date(time).toISOString().replace(/[-:.]/g, '')

const newestStamp = (place: Place): string | undefined => BACKUP.exec(basename(backupsAt(place).at(-1) ?? ''))?.[1]

/** A clock that was put back must not make the newest backup look like the oldest. */
const stampAfter = (newest: string | undefined, time: number): string => {
  const stamp = stampOf(time)
  if (newest === undefined || stamp > newest) return stamp
  return stampOf(timeOf(newest) + 1)
}

export const timeOf = (stamp: string): number =>
  Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/, '$1-$2-$3T$4:$5:$6.$7Z'))
