import { isUtf8 } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Fault } from '../fault.js'
import { attemptNow, type Either, fail, need } from '../fp.js'
import { extensionOf, FORMATS } from './format.js'

export const MOST_BYTES = 1024 * 1024

/** The text of an environment file. `shown` is its name in messages. */
export const readText = (file: string, shown: string): Either<Fault, string> =>
  attemptNow(() => {
    need(inspected(file, shown, MOST_BYTES))
    if (!FORMATS.has(extensionOf(file))) need(fail({ code: 'FILE_FORMAT_UNKNOWN', file: shown }))
    return need(readAny(file, { shown }))
  })

/** The text of any file. Looks before it reads, so that nothing large or endless is read, and nothing that makes us wait. */
export const readAny = (file: string, { shown = file, most = MOST_BYTES }: Reading = {}): Either<Fault, string> =>
  attemptNow(() => {
    need(inspected(file, shown, most))
    return need(decoded(need(bytesOf(file, shown, most)), shown))
  })

interface Reading {
  readonly shown?: string
  readonly most?: number
}

const inspected = (file: string, shown: string, most: number): Either<Fault, void> =>
  attemptNow(() => {
    const stat = need(reached(file, shown, () => statSync(file)))
    if (stat.isDirectory()) need(fail({ code: 'FILE_NOT_A_FILE', file: shown }))
    if (!stat.isFile()) need(fail({ code: 'FILE_UNREADABLE', file: shown, why: 'it is a pipe, a socket or a device; save it to a file' }))
    need(fits(stat.size, shown, most))
  })

const fits = (bytes: number, shown: string, most: number): Either<Fault, void> =>
  attemptNow(() => {
    if (bytes > most) need(fail({ code: 'FILE_TOO_LARGE', file: shown, bytes, limit: most }))
  })

/** Opened without waiting and never read beyond the limit: between the look and the read the file may have become another. */
const bytesOf = (file: string, shown: string, most: number): Either<Fault, Buffer> =>
  attemptNow(() => {
    const descriptor = need(reached(file, shown, () => openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)))
    try {
      const room = Buffer.alloc(Math.min(most, fstatSync(descriptor).size) + 1)
      let filled = 0
      for (let got = -1; got !== 0 && filled < room.length; filled += got) {
        got = need(reached(file, shown, () => readSync(descriptor, room, filled, room.length - filled, null)))
      }
      need(fits(filled, shown, most))
      return room.subarray(0, filled)
    } finally {
      closeSync(descriptor)
    }
  })

const reached = <A>(file: string, shown: string, body: () => A): Either<Fault, A> =>
  attemptNow(() => {
    try {
      return body()
    } catch (cause) {
      const { code = 'unknown reason' } = cause as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return need(fail({ code: 'FILE_MISSING', file: shown, folder: dirname(file) }))
      return need(fail({ code: 'FILE_UNREADABLE', file: shown, why: REASONS[code] ?? code }))
    }
  })

const REASONS: { readonly [code: string]: string } = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links form a circle',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk gave an error',
  EMFILE: 'too many files are open',
  ERR_INVALID_ARG_VALUE: 'its name has a NUL character',
}

const decoded = (bytes: Buffer, shown: string): Either<Fault, string> =>
  attemptNow(() => {
    if (!isUtf8(bytes)) need(fail({ code: 'FILE_NOT_UTF8', place: { file: shown, ...firstBad(bytes), length: 1 } }))
    return bytes.toString('utf8').replace(/^\uFEFF/, '')
  })

/** A decoder puts U+FFFD where bytes make no character; one that stands in the file is three sound bytes. */
const firstBad = (bytes: Buffer): { readonly line: number; readonly col: number } => {
  const text = bytes.toString('utf8')
  let at = 0
  let byte = 0
  for (;;) {
    const next = text.indexOf('\uFFFD', at)
    byte += Buffer.byteLength(text.slice(at, next))
    if (bytes.readUIntBE(byte, Math.min(3, bytes.length - byte)) !== 0xefbfbd) return lineAndCol(text.slice(0, next))
    byte += 3
    at = next + 1
  }
}

const lineAndCol = (before: string): { readonly line: number; readonly col: number } => {
  const lines = before.replace(/^\uFEFF/, '').split('\n')
  return { line: lines.length, col: (lines[lines.length - 1]?.length ?? 0) + 1 }
}
