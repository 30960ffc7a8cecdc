import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Login } from '../../engine/contract.js'
import { replaceFile } from '../../specs/write.js'
import type { Way } from './target.js'

/** How a host was reached. */
export interface Reached extends Way {
  readonly name: string
  readonly login: Login
  readonly patience: number
}

/** Of each environment file beside the state its host, and what the file said of it at that time. */
type Kept = { readonly [file: string]: { readonly edition: string; readonly reached: Reached } }

/** What a file says of its machine. Undefined: there is no such file, or nobody may ask. */
export const editionOf = (file: string): string | undefined => {
  try {
    return createHash('sha256')
      .update(aboutMachine(readFileSync(file, 'utf8')))
      .digest('hex')
  } catch {
    return undefined
  }
}

const ABOUT: ReadonlySet<string> = new Set(['name', 'provider', 'ssh', 'vm'])

/** As far as a glance tells, which is made long before anything that reads such files is there. */
export const aboutMachine = (text: string): string => {
  if (/^\s*\{/.test(text)) {
    const read = Object.entries(JSON.parse(text) as object)
    return JSON.stringify(read.filter(([key]) => ABOUT.has(key)))
  }
  let isAbout = true
  let inTable = false
  const lines = text.split('\n').filter(line => {
    const [, table, key] = /^(?:\[+\s*["']?([\w-]+)|["']?([\w-]+)["']?\s*[:=.])/.exec(line) ?? []
    inTable ||= table !== undefined
    const section = table ?? (inTable ? undefined : key)
    if (section !== undefined) isAbout = ABOUT.has(section)
    return isAbout
  })
  return lines.join('\n')
}

const keptIn = (place: string): Kept => {
  try {
    const read: unknown = JSON.parse(readFileSync(place, 'utf8'))
    return typeof read === 'object' && read !== null ? (read as Kept) : {}
  } catch {
    return {}
  }
}

/** Undefined: never, or the file has changed since, so that it may ask for another host. */
export const reachedLast = (place: string, file: string, edition: string): Reached | undefined => {
  const last = keptIn(place)[basename(file)]
  return last?.edition === edition && isReached(last.reached) ? last.reached : undefined
}

/** It only saves time: where it can't be kept, nothing is lost. */
export const keepReached = (place: string, file: string, edition: string, reached: Reached | undefined): void => {
  const { [basename(file)]: before, ...others } = keptIn(place)
  const now = reached === undefined ? undefined : { edition, reached }
  if (JSON.stringify(before) === JSON.stringify(now)) return
  try {
    replaceFile(place, `${JSON.stringify({ ...others, [basename(file)]: now }, undefined, 2)}\n`)
  } catch {}
}

const isReached = (read: Partial<Reached> | undefined): read is Reached => {
  const { name, address, port, login, patience } = read ?? {}
  const { user, key = '' } = login ?? {}
  return [name, address, user, key].every(isText) && [port, patience].every(isNumber)
}

const isText = (read: unknown): boolean => typeof read === 'string'
const isNumber = (read: unknown): boolean => typeof read === 'number'
