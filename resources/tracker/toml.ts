import { parse, stringify } from 'smol-toml'
import { isRecord } from '../../specs/codec.js'
import { secondsOf } from '../../specs/duration.js'
import { type Mapping, overlaid } from '../overlay.js'
import { type Keeps, pathOf } from './databases.js'
import { type Listener, socketOf, socketsOf } from './listeners.js'
import type { TrackerSpec } from './spec.js'

interface Around {
  readonly listeners: ReadonlyArray<Listener>
  readonly keeps: Keeps
  readonly ipv6: boolean
}

const HEAD = '# Made by deployer out of the environment file; what is changed here is put back. Secrets are in tracker.env.\n\n'

/** What the tracker reads when it starts, without its secrets. */
export const trackerToml = (spec: TrackerSpec, { listeners, keeps, ipv6 }: Around): string => {
  const { log_level, announce, peer_timeout, completed_stat, api, health, config } = spec
  const bound = (scheme: Listener['scheme']): ReadonlyArray<Mapping> =>
    [...new Set(listeners.filter(one => one.scheme === scheme).flatMap(one => socketsOf(one, ipv6)))].sort(byPort).map(address => ({
      bind_address: address,
    }))
  const ours = {
    metadata: { app: 'torrust-tracker', purpose: 'configuration', schema_version: '2.0.0' },
    logging: { threshold: log_level },
    core: {
      listed: spec.listed,
      private: spec.private,
      announce_policy: { interval: secondsOf(announce.interval), interval_min: secondsOf(announce.interval_min) },
      database: { driver: keeps.driver === 'sqlite' ? 'sqlite3' : 'mysql', path: pathOf(keeps) },
      net: { on_reverse_proxy: listeners.some(({ tls }) => tls) },
      tracker_policy: { max_peer_timeout: secondsOf(peer_timeout), persistent_torrent_completed_stat: completed_stat },
    },
    ...withAny('udp_trackers', bound('udp')),
    ...withAny('http_trackers', bound('http')),
    http_api: { bind_address: socketOf(api) },
    health_check_api: { bind_address: socketOf(health) },
  }
  return HEAD + stringify(overlaid(ours, config as Mapping))
}

const withAny = (key: string, list: ReadonlyArray<Mapping>): Mapping => (list.length === 0 ? {} : { [key]: list })

const portIn = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1))
const byPort = (a: string, b: string): number => portIn(a) - portIn(b) || (a < b ? -1 : 1)

/** What of a tracker.toml has a name of its own in a plan. */
export interface Told {
  /** `udp 6969`: its families. */
  readonly listeners: { readonly [name: string]: string }
  readonly database?: string
  readonly listed: boolean
  readonly private: boolean
}

/** Undefined: nobody can read it. */
export const readToml = (text: string): Told | undefined => {
  try {
    const { udp_trackers, http_trackers, core } = parse(text)
    const { database, listed, private: closed } = isRecord(core) ? core : {}
    const path = isRecord(database) ? database.path : undefined
    return {
      listeners: { ...familiesOf('udp', udp_trackers), ...familiesOf('http', http_trackers) },
      ...(typeof path === 'string' && { database: path }),
      listed: listed === true,
      private: closed === true,
    }
  } catch {
    return undefined
  }
}

const familiesOf = (scheme: Listener['scheme'], tables: unknown): Told['listeners'] => {
  const addresses = (Array.isArray(tables) ? tables : []).map(table => (isRecord(table) ? `${table.bind_address}` : ''))
  const ports = [...new Set(addresses.map(portIn))]
  return Object.fromEntries(
    ports.map(port => {
      const families = addresses.filter(one => portIn(one) === port).map(one => (one.startsWith('[') ? 'IPv6' : 'IPv4'))
      return [`${scheme} ${port}`, [...new Set(families)].sort().join(' and ')] as const
    }),
  )
}
