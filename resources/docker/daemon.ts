import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../specs/json.js'

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

export const parseConfig = (content: string | undefined): Config => {
  try {
    const config: unknown = JSON.parse(content ?? '{}')
    return typeof config === 'object' && config !== null && !Array.isArray(config) ? (config as Config) : {}
  } catch {
    return {}
  }
}

/** Equal settings are equal bytes, in whatever order they came. */
export const renderConfig = (config: Config): string =>
  `${JSON.stringify(Object.fromEntries(Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))), null, 2)}\n`

/** Others have their keys in the same file: what we wrote before goes, what we want comes, the rest stays. */
export const merged = (there: Config, before: Config, ours: Config): Config => ({
  ...Object.fromEntries(Object.entries(there).filter(([key]) => before[key] === undefined || ours[key] !== undefined)),
  ...ours,
})

/** Keys that the running engine has otherwise than the file says. */
export const notLoaded = (loaded: Config, wanted: Config, before: Config): ReadonlyArray<string> => [
  ...Object.keys(wanted).filter(key => !isDeepStrictEqual(loaded[key], wanted[key])),
  ...Object.keys(before).filter(key => wanted[key] === undefined && loaded[key] !== undefined),
]
