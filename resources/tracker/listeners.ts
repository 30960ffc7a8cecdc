import type { Addr } from '../../engine/contract.js'
import type { Announcing } from '../../engine/outside.js'
import { hasTls } from '../../specs/listener.js'
import type { TrackerSpec } from './spec.js'

export interface Listener {
  readonly scheme: 'udp' | 'http'
  readonly port: number
  readonly bind: string
  /** Caddy has its port. */
  readonly tls: boolean
}

export const listenersOf = ({ udp, http }: Pick<TrackerSpec, 'udp' | 'http'>): ReadonlyArray<Listener> => [
  ...udp.map(({ port, bind = 'public' }) => ({ scheme: 'udp', port, bind, tls: false }) as const),
  ...http.map(one => ({ scheme: 'http', port: one.port, bind: one.bind ?? 'public', tls: hasTls(one) }) as const),
]

export const nameOf = ({ scheme, port }: Pick<Listener, 'scheme' | 'port'>): string => `${scheme} ${port}`

/**
 * Sockets in the container, one for each family: a single one for both answers IPv4 clients with IPv6 records. Behind Caddy and
 * behind the host's loopback only IPv4 is used.
 */
export const socketsOf = ({ port, bind, tls }: Listener, ipv6: boolean): ReadonlyArray<string> => {
  const [four, six] = [`0.0.0.0:${port}`, `[::]:${port}`]
  if (tls || bind === 'loopback') return [four]
  if (bind === 'public') return ipv6 ? [four, six] : [four]
  return [bind.includes(':') ? six : four]
}

/** One socket for a service that knows one address only. */
export const socketOf = ({ port, bind }: { readonly port: number; readonly bind?: string }): string =>
  bind?.includes(':') === true ? `[::]:${port}` : `0.0.0.0:${port}`

/** From where clients come, as far as they come from outside. */
export const waysTo = (
  { scheme, port, bind, tls }: Listener,
  machine: Addr,
  ipv6: boolean,
): ReadonlyArray<Omit<Announcing, 'api' | 'admit'>> => {
  if (tls || bind === 'loopback') return []
  const at = { machine, scheme, port }
  if (bind === 'public') return [{ ...at, family: 4 }, ...(ipv6 ? [{ ...at, family: 6 } as const] : [])]
  if (bind === '0.0.0.0') return [{ ...at, family: 4 }]
  if (bind === '::') return [{ ...at, family: 6 }]
  return [{ ...at, family: bind.includes(':') ? 6 : 4, address: bind }]
}
