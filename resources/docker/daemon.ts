import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../specs/codec.js'
import type { Json } from '../../specs/json.js'
import { parseJson } from '../../specs/load/json.js'
import { placeOfSpan } from '../../specs/load/source.js'

export type Config = { readonly [key: string]: Json }

export const DAEMON_JSON = '/etc/docker/daemon.json'

/** Until this version packet filtering for IPv6 was an experiment: the engine calls the setting valid, and then does not start. */
const FILTERS_IPV6 = 27

/**
 * What we want of the engine; the user's own keys win. Without a version it is one that is not installed yet, and `experimental`
 * does no harm to a newer one, so it stays where it once stood.
 */
export const configFor = (user: Config, before: Config, version: string | undefined): Config => {
  const newer = version !== undefined && Number.parseInt(version, 10) >= FILTERS_IPV6 && before.experimental !== true
  return { 'live-restore': true, ip6tables: true, ...(newer ? {} : { experimental: true }), ...user }
}

/** What dockerd makes of its file: nothing in it is fine too. Undefined: it is no JSON, or not a mapping. */
const configIn = (content: string): Config | undefined => {
  if (content.trim() === '') return {}
  try {
    const config: unknown = JSON.parse(content)
    return isRecord(config) ? (config as Config) : undefined
  } catch {
    return undefined
  }
}

export const parseConfig = (content = ''): Config => configIn(content) ?? {}

/** Where a person has to mend the file. The engine would not start with it, and to write a new one would lose what it says. */
export const troubleIn = (content: string): { readonly line: number; readonly col: number; readonly why: string } | undefined => {
  if (configIn(content) !== undefined) return undefined
  const { problems } = parseJson({ file: DAEMON_JSON, folder: '/', text: content, skip: 0 })
  const [problem] = problems
  if (problem === undefined) return { line: 1, col: 1, why: 'not a mapping of settings.' }
  const { line, col } = placeOfSpan(problem.span)
  return { line, col, why: problem.issue.what }
}

/** Equal settings are equal bytes, in whatever order they came. */
export const renderConfig = (config: Config): string =>
  `${JSON.stringify(Object.fromEntries(Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))), null, 2)}\n`

/** Others have their say in the same file, also inside a list or a mapping: what we wrote before goes, what we want comes, the rest stays. */
export const merged = (there: Config, before: Config, ours: Config): Config =>
  Object.fromEntries(
    [...new Set([...Object.keys(there), ...Object.keys(ours)])].flatMap(key => {
      const value = mergedValue(there[key], before[key], ours[key])
      return value === undefined ? [] : [[key, value] as const]
    }),
  )

const mergedValue = (there: Json | undefined, before: Json | undefined, ours: Json | undefined): Json | undefined => {
  if (ours === undefined && before === undefined) return there
  if (isList(there) && isList(ours ?? before)) {
    const known = [...listOf(ours), ...listOf(before)]
    return orNothing([...listOf(ours), ...there.filter(one => !known.some(other => isDeepStrictEqual(one, other)))], ours)
  }
  if (isRecord(there) && isRecord(ours ?? before)) return orNothing(merged(there as Config, configOf(before), configOf(ours)), ours)
  return ours
}

const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)
const listOf = (value: Json | undefined): ReadonlyArray<Json> => (isList(value) ? value : [])
const configOf = (value: Json | undefined): Config => (isRecord(value) ? (value as Config) : {})

/** Emptied by our leaving it, it leaves too. */
const orNothing = (value: Json, ours: Json | undefined): Json | undefined =>
  ours === undefined && Object.keys(value as object).length === 0 ? undefined : value

/** Keys that the running engine has otherwise than the file says. */
export const notLoaded = (loaded: Config, wanted: Config, before: Config): ReadonlyArray<string> => [
  ...Object.keys(wanted).filter(key => !isDeepStrictEqual(loaded[key], wanted[key])),
  ...Object.keys(before).filter(key => wanted[key] === undefined && loaded[key] !== undefined),
]
