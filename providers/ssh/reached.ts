import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Login } from '../../engine/contract.js'
import type { Way } from './target.js'

/** How a host was reached. */
export interface Reached extends Way {
  readonly name: string
  readonly login: Login
  readonly patience: number
}

/** Of each environment file beside the state its host, and what the file was at that time. */
type Kept = { readonly [file: string]: { readonly edition: string; readonly reached: Reached } }

/** Undefined: there is no such file, or nobody may ask. */
export const editionOf = (file: string): string | undefined => {
  try {
    const { mtimeMs, size } = statSync(file)
    return `${mtimeMs} ${size}`
  } catch {
    return undefined
  }
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
  const fresh = `${place}.${process.pid}`
  try {
    writeFileSync(fresh, `${JSON.stringify({ ...others, [basename(file)]: now }, undefined, 2)}\n`, { mode: 0o600 })
    renameSync(fresh, place)
  } catch {}
}

const isReached = (read: Partial<Reached> | undefined): read is Reached => {
  const { name, address, port, login, patience } = read ?? {}
  const { user, key = '' } = login ?? {}
  return [name, address, user, key].every(isText) && [port, patience].every(isNumber)
}

const isText = (read: unknown): boolean => typeof read === 'string'
const isNumber = (read: unknown): boolean => typeof read === 'number'
