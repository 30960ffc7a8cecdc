import { hasTls } from '../specs/listener.js'
import type { Environment } from './environment.js'
import { kinds } from './registry.js'
import { familyOf, isOf } from './sockets.js'

/** Where people and programs reach the tracker, once it runs on a host with this address. */
export interface Endpoints {
  /** To paste into a BitTorrent client. */
  readonly clients: ReadonlyArray<string>
  /** The API's URL; undefined: it answers on the host's loopback only. */
  readonly api?: string
  readonly apiPort: number
  /** The API has TLS, and nobody gives it yet: there is no way to it. */
  readonly apiWaits?: true
}

interface Listener {
  readonly port: number
  readonly bind?: string
  readonly domain?: string
  readonly tls?: boolean
}

export const endpointsOf = ({ tracker }: Environment, address: string, handled: Pick<typeof kinds, 'has'> = kinds): Endpoints => {
  const { udp, http, api } = tracker
  const path = tracker.private ? 'announce/YOUR_KEY' : 'announce'
  const isServed = (one: Listener): boolean => !hasTls(one) || handled.has('caddy')
  const apiHost = isServed(api) && isMet(api, address) ? hostOf({ bind: 'loopback', ...api }, address) : []
  return {
    clients: [
      ...udp.flatMap(one => hostOf(one, address).map(host => `udp://${host}:${one.port}/announce`)),
      ...http.filter(isServed).flatMap(one => hostOf(one, address).map(host => `${webOf(one, host)}/${path}`)),
    ],
    ...(apiHost[0] !== undefined && { api: `${webOf(api, apiHost[0])}/api/v1` }),
    apiPort: api.port,
    ...(!isServed(api) && { apiWaits: true }),
  }
}

/** It has one socket: an address of the other family leads nowhere. */
const isMet = ({ bind = 'loopback', domain }: Listener, address: string): boolean => {
  const family = familyOf({ bind, single: true })
  return domain !== undefined || (bind !== 'public' && bind !== '0.0.0.0' && bind !== '::') || isOf(family, address)
}

const webOf = (listener: Listener, host: string): string => (hasTls(listener) ? `https://${host}` : `http://${host}:${listener.port}`)

/** Its name, or an address that clients can use; nothing where it is on loopback. */
const hostOf = ({ bind = 'public', domain }: Listener, address: string): ReadonlyArray<string> => {
  if (domain !== undefined) return [domain]
  if (bind === 'loopback' || bind.startsWith('127.') || bind === '::1') return []
  return [inUrl(bind === 'public' || bind === '0.0.0.0' || bind === '::' ? address : bind)]
}

const inUrl = (address: string): string => (address.includes(':') ? `[${address}]` : address)
