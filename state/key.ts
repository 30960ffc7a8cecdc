import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import type { Fault } from '../specs/fault.js'
import { attemptNow, type Either, fail, need } from '../specs/fp.js'
import { makeFile } from '../specs/write.js'

/** Opens and seals; printing it shows nothing. */
export interface Key {
  readonly key: KeyObject
  /** Where it comes from, in words for messages. */
  readonly from: string
}

export interface KeyEnv {
  readonly [name: string]: string | undefined
}

/** `make`: whether a first key may be made. It is not when something is sealed already: that took another key. */
export const loadKey = (env: KeyEnv, make: boolean): Either<Fault, Key> =>
  attemptNow(() => {
    if (env.DEPLOYER_KEY !== undefined) return keyOf(env.DEPLOYER_KEY, 'DEPLOYER_KEY')
    const named = env.DEPLOYER_KEY_FILE
    if (named !== undefined) return keyIn(named)
    const file = defaultKeyFile(env)
    if (make) makeFirst(file)
    return keyIn(file)
  })

/** Outside of the project, so that copying or committing the project never takes the key along. */
export const defaultKeyFile = (env: KeyEnv): string => {
  const { XDG_CONFIG_HOME: config, HOME: home } = env
  return join(config !== undefined && isAbsolute(config) ? config : join(home ?? homedir(), '.config'), 'deployer', 'key')
}

const SIZE = 32
const LARGEST_FILE = 4096

const keyOf = (text: string, from: string): Key => {
  const bytes = bytesOf(text.trim())
  if (bytes === undefined)
    return unusable(from, text.trim() === '' ? 'it is empty' : 'it is neither 64 hexadecimal digits nor 32 bytes in base64')
  return { key: createSecretKey(bytes), from }
}

const bytesOf = (text: string): Buffer | undefined => {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === SIZE ? bytes : undefined
}

const keyIn = (file: string): Key =>
  onDisk(file, () => {
    const at = statSync(file)
    if (at.isDirectory()) return unusable(file, 'it is a folder')
    if ((at.mode & 0o077) !== 0) return unusable(file, `others may use it (mode ${(at.mode & 0o777).toString(8)})`)
    if (at.size > LARGEST_FILE) return unusable(file, `it has ${at.size} bytes`)
    return keyOf(readFileSync(file, 'utf8'), file)
  })

const makeFirst = (file: string): void =>
  onDisk(file, () => {
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) return
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    makeFile(file, `${randomBytes(SIZE).toString('hex')}\n`)
  })

const onDisk = <A>(file: string, body: () => A): A => {
  try {
    return body()
  } catch (cause) {
    const why = WHY[codeOf(cause) ?? '']
    if (why === undefined) throw cause
    return unusable(file, why)
  }
}

const codeOf = (cause: unknown): string | undefined => (cause as { code?: string }).code

const WHY: { readonly [code: string]: string | undefined } = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ELOOP: 'its links go in a circle',
  EIO: 'the disk failed',
}

const unusable = (from: string, why: string): never => need(fail({ code: 'KEY_UNUSABLE', from, why }))
