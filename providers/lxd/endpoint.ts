import { readFileSync } from 'node:fs'
import type { Fault } from '../../specs/fault.js'
import { attemptNow, type Either, fail, need } from '../../specs/fp.js'
import { certificatesOf, type Home, type KnownRemote, knownRemotes } from './client-config.js'
import { socketAmong, socketsOf } from './sockets.js'

/** Where the API is and how it is spoken to. */
export type Endpoint = { readonly is: 'socket'; readonly path: string } | Remote
export interface Remote {
  readonly is: 'remote'
  readonly url: URL
  readonly certificate: string
  readonly key: string
  /** The server's own certificate; without it a certificate authority has to vouch for the server. */
  readonly pinned?: string
}
/** What the `provider` section says of it. */
export interface Whereabouts {
  readonly socket?: string
  readonly remote?: string | Written
}
interface Written {
  readonly url: string
  readonly certificate: string
  readonly key: string
  readonly server_certificate?: string | undefined
}

export const placeOf = (endpoint: Endpoint): string => (endpoint.is === 'socket' ? endpoint.path : endpoint.url.origin)

export const endpointOf = ({ socket, remote }: Whereabouts, home: Home): Either<Fault, Endpoint> =>
  attemptNow(() => {
    if (typeof remote === 'string') return need(named(remote, home))
    if (remote !== undefined) return need(written(remote, home))
    const places = socket === undefined ? socketsOf(home) : [socket]
    const path = socketAmong(places)
    return path === undefined ? need(fail({ code: 'LXD_MISSING', places })) : { is: 'socket', path }
  })

const named = (name: string, home: Home): Either<Fault, Endpoint> =>
  attemptNow(() => {
    const machines = knownRemotes(home).filter(({ protocol }) => protocol !== 'simplestreams')
    const found = machines.find(remote => remote.name === name)
    if (found === undefined || !/^(unix|https):/.test(found.addr)) return need(fail(unknown(name, machines)))
    if (found.addr.startsWith('unix:')) return need(endpointOf(socketOf(found.addr), home))
    const { certificate, key, pinned } = certificatesOf(found)
    if (certificate === undefined || key === undefined) return need(fail(unknown(name, machines)))
    return { is: 'remote', url: new URL(found.addr), certificate, key, ...(pinned !== undefined && { pinned }) }
  })

const unknown = (remote: string, known: ReadonlyArray<KnownRemote>): Fault => ({
  code: 'REMOTE_UNKNOWN',
  remote,
  known: known.map(({ name }) => name),
})

/** `unix://` alone is the default place. */
const socketOf = (addr: string): Whereabouts => {
  const socket = addr.replace(/^unix:(\/\/)?/, '')
  return socket === '' ? {} : { socket }
}

const written = ({ url, certificate, key, server_certificate: own }: Written, home: Home): Either<Fault, Endpoint> =>
  attemptNow(() => {
    const at = new URL(url)
    const pinned = own === undefined ? keptOf(at, home) : need(contentOf(own))
    const ours = { certificate: need(contentOf(certificate)), key: need(contentOf(key)) }
    return { is: 'remote', url: at, ...ours, ...(pinned !== undefined && { pinned }) }
  })

/** What lxc was shown when it was told of this server. */
const keptOf = (at: URL, home: Home): string | undefined => {
  const known = knownRemotes(home).find(({ addr }) => URL.canParse(addr) && new URL(addr).origin === at.origin)
  return known === undefined ? undefined : certificatesOf(known).pinned
}

const contentOf = (file: string): Either<Fault, string> => {
  try {
    return attemptNow(() => readFileSync(file, 'utf8'))
  } catch (cause) {
    return fail({ code: 'FILE_UNREADABLE', file, why: (cause as Error).message })
  }
}
