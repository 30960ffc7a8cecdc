import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Fault } from '../../specs/fault.js'
import { attemptNow, E, type Either, fail, need } from '../../specs/fp.js'
import type { Entry } from './entry.js'
import { emptyWorld, fold, type World } from './fold.js'
import { type Snapshot, snapshotOf, worldFrom } from './snapshot.js'

/** The first line of a log. The others are arrays of entries, each written as one. */
interface Head {
  readonly sandbox: number
  readonly salt: string
  readonly world?: Snapshot
}
const FORMAT = 1
const SMALL = 1 << 20
const GROWTH = 4

/** The append-only log of a sandbox and the world that it makes, in step with other processes that write to it. */
export interface Log {
  /** The world now. Nothing is written; without a file it is empty. */
  read(): Either<Fault, World>
  /** The same, with a file to write to. */
  open(): Either<Fault, World>
  /** The world for who has the lock: nobody else changes it, so the file is not asked again. */
  locked(): Either<Fault, World>
  salt(): string
  /** Folded already; whatever another process wrote meanwhile is folded by the next read. */
  append(entries: ReadonlyArray<Entry>): Either<Fault, void>
  /** Whether the log is a multiple of the world. */
  isLong(): boolean
  /** Writes the world in place of what led to it. The caller holds the lock in the file, and no longer in the world. */
  compact(): Either<Fault, void>
  close(): void
}

interface Known {
  readonly world: World
  readonly salt: string
  /** Open for reading: while it is, no other file gets its inode. */
  readonly fd: number
  readonly inode: number
  /** Bytes folded: the end of the last whole line. */
  readonly folded: number
  /** Bytes there, a torn line included. */
  readonly size: number
  readonly head: number
}

export const openLog = (file: string): Log => {
  let known: Known | undefined
  let fd: number | undefined

  const drop = (): void => {
    for (const one of [fd, known?.fd]) if (one !== undefined) closeSync(one)
    fd = undefined
    known = undefined
  }

  const sync = (): Known | undefined => {
    const stat = statSync(file, { throwIfNoEntry: false })
    if (known !== undefined && (stat === undefined || stat.ino !== known.inode || stat.size < known.folded)) drop()
    if (stat === undefined || known?.folded === stat.size) return known
    known = known === undefined || known.folded === 0 ? whole(file) : grown(known, file)
    return known
  }

  const descriptor = (): number => {
    fd ??= openSync(file, 'a', 0o600)
    return fd
  }

  const start = (): void => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const head: Head = { sandbox: FORMAT, salt: randomBytes(16).toString('hex') }
    if (known === undefined) create(head, file)
    else replace(head, file)
    drop()
  }

  const trim = (): void => {
    if (known === undefined || known.size === known.folded) return
    ftruncateSync(descriptor(), known.folded)
    known = { ...known, size: known.folded }
  }

  const attempted = <A>(body: () => A): Either<Fault, A> => {
    try {
      const result = attemptNow(body)
      if (E.isLeft(result)) drop()
      return result
    } catch (cause) {
      drop()
      return fail(faultOf(cause, file))
    }
  }

  return {
    read: () => attempted(() => sync()?.world ?? emptyWorld()),
    open: () =>
      attempted(() => {
        if ((sync()?.folded ?? 0) === 0) start()
        const { world } = need(present(known ?? sync(), file))
        trim()
        return world
      }),
    locked: () => attempted(() => need(present(known ?? sync(), file)).world),
    salt: () => known?.salt ?? '',
    append: entries =>
      attempted(() => {
        const { folded, inode } = need(present(known, file))
        const line = Buffer.from(`${JSON.stringify(entries)}\n`)
        writeWhole(descriptor(), line)
        const { ino, size } = fstatSync(descriptor())
        const end = folded + line.length
        if (known !== undefined && ino === inode && size === end) known = { ...known, folded: end, size }
        else drop()
      }),
    isLong: () => known !== undefined && known.folded > Math.max(SMALL, GROWTH * known.head),
    compact: () =>
      attempted(() => {
        if (known === undefined) return
        const { world, salt } = known
        const size = replace({ sandbox: FORMAT, salt, world: snapshotOf(world) }, file)
        drop()
        const reader = openSync(file, 'r')
        known = { world, salt, fd: reader, inode: fstatSync(reader).ino, folded: size, size, head: size }
      }),
    close: drop,
  }
}

/** All of it or nothing. */
const writeWhole = (fd: number, bytes: Buffer): void => {
  let at = 0
  try {
    while (at < bytes.length) at += writeSync(fd, bytes, at)
  } catch (cause) {
    ftruncateSync(fd, fstatSync(fd).size - at)
    throw cause
  }
}

const NEWLINE = 10
const endOf = (bytes: Buffer): number => bytes.lastIndexOf(NEWLINE) + 1

/** Beside the file, to take its place as a whole. */
const writeBeside = (head: Head, file: string): { readonly next: string; readonly size: number } => {
  const text = `${JSON.stringify(head)}\n`
  const next = `${file}.${process.pid}`
  writeFileSync(next, text, { mode: 0o600 })
  return { next, size: Buffer.byteLength(text) }
}

const replace = (head: Head, file: string): number => {
  const { next, size } = writeBeside(head, file)
  renameSync(next, file)
  return size
}

/** Unless another process was faster. */
const create = (head: Head, file: string): void => {
  const { next } = writeBeside(head, file)
  try {
    linkSync(next, file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  } finally {
    unlinkSync(next)
  }
}

const present = (known: Known | undefined, file: string): Either<Fault, Known> =>
  known === undefined ? fail(damaged(file, 'it was taken away')) : E.right(known)

const whole = (file: string): Known => {
  const fd = openSync(file, 'r')
  try {
    const bytes = readFileSync(fd)
    const folded = endOf(bytes)
    const about = { fd, inode: fstatSync(fd).ino, folded, size: bytes.length }
    if (folded === 0) return { ...about, world: emptyWorld(), salt: '', head: 0 }
    const [first = '', ...lines] = bytes.subarray(0, folded).toString('utf8').split('\n')
    const head = parsed(first, file) as Head
    if (head.sandbox !== FORMAT) need(fail(damaged(file, 'it was written by another version of deployer')))
    const world = head.world === undefined ? emptyWorld() : worldFrom(head.world)
    foldLines(world, lines, file)
    return { ...about, world, salt: head.salt, head: Buffer.byteLength(first) + 1 }
  } catch (cause) {
    closeSync(fd)
    throw cause
  }
}

const grown = (known: Known, file: string): Known => {
  const { size } = fstatSync(known.fd)
  const bytes = Buffer.alloc(size - known.folded)
  const tail = bytes.subarray(0, readSync(known.fd, bytes, 0, bytes.length, known.folded))
  foldLines(known.world, tail.subarray(0, endOf(tail)).toString('utf8').split('\n'), file)
  return { ...known, folded: known.folded + endOf(tail), size: known.folded + tail.length }
}

const foldLines = (world: World, lines: ReadonlyArray<string>, file: string): void => {
  for (const line of lines) if (line !== '') for (const entry of parsed(line, file) as ReadonlyArray<Entry>) fold(world, entry)
}

const parsed = (line: string, file: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return need(fail(damaged(file, 'a line is damaged')))
  }
}

const damaged = (file: string, why: string): Fault => ({ code: 'PROVIDER_FAILED', provider: 'sandbox', why: `${file}: ${why}` })

const faultOf = (cause: unknown, file: string): Fault => {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return { code: 'DISK_FULL', where: file }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return { code: 'PERMISSION_DENIED', host: 'sandbox', what: file }
  if (code === undefined) throw cause
  return damaged(file, message)
}
