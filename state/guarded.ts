import type { Fault } from '../specs/fault.js'
import { attemptNow, type Either, fail } from '../specs/fp.js'
import { newestBackup, type Place } from './place.js'

/** What the disk and SQLite do to us as faults. A mistake of ours still throws. */
export const guarded = <A>(place: Place, body: () => A): Either<Fault, A> => {
  try {
    return attemptNow(body)
  } catch (cause) {
    const fault = faultOf(place, cause)
    if (fault === undefined) throw cause
    return fail(fault)
  }
}

export const corrupt = (place: Place, why: string): Fault => {
  const backup = newestBackup(place)
  return { code: 'STATE_CORRUPT', file: place.file, why, ...(backup === undefined ? {} : { backup }) }
}

const faultOf = (place: Place, cause: unknown): Fault | undefined => {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return undefined
  const { code } = cause
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return corrupt(place, cause.message)
  if (code === 'SQLITE_ERROR' && /^no such (table|column)/.test(cause.message)) return corrupt(place, cause.message)
  if (FULL.includes(code)) return { code: 'DISK_FULL', where: place.file }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return unusable(place, 'another process has been writing to it for too long')
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH|IOERR|NOLFS|PROTOCOL|NOMEM)/.test(code)) return unusable(place, cause.message)
  if ('syscall' in cause) return unusable(place, reasonOf(cause.message))
  return undefined
}

/** SQLite needs room for the index of its log as well, and calls the lack of it an I/O error. */
const FULL = ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT']

const unusable = (place: Place, why: string): Fault => ({ code: 'STATE_UNUSABLE', file: place.file, why })

/** Node says `EACCES: permission denied, open '/a/b'`. */
const reasonOf = (message: string): string => /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message
