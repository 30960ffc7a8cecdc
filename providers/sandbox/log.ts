import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
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
/**
 * Says that the line before was never finished, which a # at its end makes sure of. It is not cut off: what looks like half a
 * line may be one that another process is writing at this moment.
 */
const TORN: Entry = { is: 'torn' }
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
    if (known !== undefined && (stat === undefined || stat.ino !== known.inode || stat.size < known.folded || known.folded === 0)) drop()
    if (stat === undefined || known?.folded === stat.size) return known
    known = known === undefined ? whole(file) : grown(known, file)
    return known
  }

  const descriptor = (): number => {
    fd ??= openSync(file, 'a', 0o600)
    return fd
  }

  const start = (): void => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const head: Head = { sandbox: FORMAT, salt: randomBytes(16).toString('hex') }
    if (!existsSync(file)) create(head, file)
    else replace(head, file)
    drop()
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
        return need(present(known ?? sync(), file)).world
      }),
    locked: () => attempted(() => need(present(known ?? sync(), file)).world),
    salt: () => known?.salt ?? '',
    append: entries =>
      attempted(() => {
        const { folded, inode, size } = need(present(known, file))
        const line = Buffer.from(size === folded ? `${JSON.stringify(entries)}\n` : `#\n${JSON.stringify([TORN, ...entries])}\n`)
        writeWhole(descriptor(), line)
        const now = fstatSync(descriptor())
        const end = size + line.length
        if (known !== undefined && now.ino === inode && now.size === end) known = { ...known, folded: end, size: end }
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

const writeWhole = (fd: number, bytes: Buffer): void => {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}

const NEWLINE = 10

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
    const about = { fd, inode: fstatSync(fd).ino, size: bytes.length }
    const first = bytes.subarray(0, bytes.indexOf(NEWLINE) + 1)
    if (first.length === 0) return { ...about, world: emptyWorld(), salt: '', folded: 0, head: 0 }
    const head = parsed(first.toString('utf8')) as Head | undefined
    if (head?.sandbox !== FORMAT) return need(fail(damaged(file, 'it was written by another version of deployer')))
    const world = head.world === undefined ? emptyWorld() : worldFrom(head.world)
    const folded = first.length + foldLines(world, bytes.subarray(first.length), file)
    return { ...about, world, salt: head.salt, folded, head: first.length }
  } catch (cause) {
    closeSync(fd)
    throw cause
  }
}

const grown = (known: Known, file: string): Known => {
  const { size } = fstatSync(known.fd)
  const bytes = Buffer.alloc(size - known.folded)
  const tail = bytes.subarray(0, readSync(known.fd, bytes, 0, bytes.length, known.folded))
  const folded = known.folded + foldLines(known.world, tail, file)
  return { ...known, folded, size: known.folded + tail.length }
}

/** How many bytes of it are lines that count. Lines that were never finished are followed by one that says so, or by nothing. */
const foldLines = (world: World, bytes: Buffer, file: string): number => {
  let counted = 0
  let isTorn = false
  for (let start = 0, end = bytes.indexOf(NEWLINE); end !== -1; start = end + 1, end = bytes.indexOf(NEWLINE, start)) {
    if (end === start) continue
    const entries = parsed(bytes.toString('utf8', start, end)) as ReadonlyArray<Entry> | undefined
    if (entries !== undefined && isTorn && entries[0]?.is !== 'torn') need(fail(damaged(file, 'a line is damaged')))
    isTorn = entries === undefined
    if (entries === undefined) continue
    for (const entry of entries) fold(world, entry)
    counted = end + 1
  }
  return counted
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const damaged = (file: string, why: string): Fault => ({ code: 'PROVIDER_FAILED', provider: 'sandbox', why: `${file}: ${why}` })

const faultOf = (cause: unknown, file: string): Fault => {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return { code: 'DISK_FULL', where: file }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return { code: 'STATE_UNUSABLE', file, why: 'permission denied' }
  if (code === undefined) throw cause
  return damaged(file, message)
}
