import { addressOf } from '../specs/address.js'
import { isRecord, whenWhole } from '../specs/codec.js'
import type { Path } from '../specs/issue.js'
import { hasTls } from '../specs/listener.js'
import type { Environment } from './environment.js'

/** A port that something takes, on the host or, behind Caddy, only inside of its container. */
export interface Socket {
  readonly name: string
  readonly path: Path
  readonly port: number
  readonly proto: 'tcp' | 'udp'
  /** As in a listener; undefined: not published. */
  readonly bind?: string
  /** Who may reach it; undefined: whoever can. */
  readonly from?: ReadonlyArray<string>
  /** One socket in its container, so that `public` is IPv4. */
  readonly single?: true
  /** Those of one container share its ports too, unless they are one listener that is published twice. */
  readonly container: string
  readonly role: string
}

/** Every socket of an environment; what is broken in a draft is left out. */
export const socketsOf = (environment: Environment): ReadonlyArray<Socket> =>
  [sshd, caddy, udp, http, api, health, prometheus, grafana, services].flatMap(sockets => whenWhole(() => sockets(environment)) ?? [])

type Sockets = (environment: Environment) => ReadonlyArray<Socket>

const sshd: Sockets = ({ ssh }) => [
  { name: 'ssh', path: ['ssh', 'port'], port: ssh.port, proto: 'tcp', bind: 'public', container: 'host', role: 'ssh' },
]

const caddy: Sockets = environment =>
  'caddy' in environment ? [caddySocket(80, 'tcp'), caddySocket(443, 'tcp'), caddySocket(443, 'udp')] : []
const caddySocket = (port: number, proto: 'tcp' | 'udp'): Socket => ({
  name: 'caddy',
  path: ['caddy'],
  port,
  proto,
  bind: 'public',
  container: 'caddy',
  role: 'caddy',
})

const udp: Sockets = ({ tracker }) =>
  wholeOf(tracker.udp, ({ port, bind = 'public' }, index) => ({
    name: `udp ${port}`,
    path: ['tracker', 'udp', index],
    port,
    proto: 'udp',
    bind,
    container: 'tracker',
    role: 'udp',
  }))

const http: Sockets = ({ tracker }) =>
  wholeOf(tracker.http, (listener, index) => ({
    name: `http ${listener.port}`,
    path: ['tracker', 'http', index],
    port: listener.port,
    proto: 'tcp',
    ...(hasTls(listener) ? {} : { bind: listener.bind ?? 'public' }),
    container: 'tracker',
    role: 'http',
  }))

/** Indexes stay those of the file. */
const wholeOf = <A>(all: ReadonlyArray<A>, socket: (one: A, index: number) => Socket): ReadonlyArray<Socket> =>
  Array.from({ length: all.length }, (_, index) => index).flatMap(index => whenWhole(() => socket(all[index] as A, index)) ?? [])

interface Service {
  readonly port: number
  readonly bind?: string
  readonly from?: ReadonlyArray<string>
  readonly domain?: string
  readonly tls?: boolean
}
const one = (name: string, service: Service, container: string, ...path: ReadonlyArray<string>): Socket => ({
  name,
  path: [...path, 'port'],
  port: service.port,
  proto: 'tcp',
  ...(hasTls(service) ? {} : { bind: service.bind ?? 'loopback', ...(service.from && { from: service.from }) }),
  container,
  role: name,
})

const api: Sockets = ({ tracker }) => [{ ...one('api', tracker.api, 'tracker', 'tracker', 'api'), single: true }]
const health: Sockets = ({ tracker }) => [{ ...one('health', tracker.health, 'tracker', 'tracker', 'health'), single: true }]
const prometheus: Sockets = ({ prometheus: service }) =>
  service === undefined ? [] : [one('prometheus', service, 'prometheus', 'prometheus')]
const grafana: Sockets = ({ grafana: service }) => (service === undefined ? [] : [one('grafana', service, 'grafana', 'grafana')])

const services: Sockets = environment =>
  Object.entries(environment['compose-stack'].services).flatMap(([name, service]) => {
    const ports: unknown = (service as { readonly ports?: unknown }).ports
    if (!Array.isArray(ports)) return []
    return ports.flatMap((written: unknown, index) => {
      const published = publishedBy(written)
      if (published === undefined) return []
      return [{ ...published, name, path: ['compose-stack', 'services', name, 'ports', index], container: name, role: `${name} ${index}` }]
    })
  })

/** What a `ports` entry of Compose publishes on a fixed port of the host. */
const publishedBy = (written: unknown): Pick<Socket, 'port' | 'proto' | 'bind'> | undefined => {
  if (isRecord(written)) {
    const port = Number(written.published)
    if (!Number.isInteger(port) || port < 1) return undefined
    return { port, proto: written.protocol === 'udp' ? 'udp' : 'tcp', bind: bindOf(written.host_ip) }
  }
  const [, address, host, proto] = /^(?:\[?([0-9a-fA-F.:]+?)\]?:)?(\d{1,5}):\d{1,5}(?:\/(tcp|udp))?$/.exec(`${written}`) ?? []
  return host === undefined ? undefined : { port: Number(host), proto: proto === 'udp' ? 'udp' : 'tcp', bind: bindOf(address) }
}

const bindOf = (written: unknown): string => (typeof written === 'string' ? (addressOf(written) ?? 'public') : 'public')

/** Of which family it is, where it is of one. */
export const familyOf = ({ bind, single }: Pick<Socket, 'bind' | 'single'>): 4 | 6 | undefined => {
  if (bind === undefined || bind === 'loopback') return undefined
  if (bind === 'public') return single === true ? 4 : undefined
  return bind.includes(':') ? 6 : 4
}
/** Whether this network can be where a packet of that family comes from. */
export const isOf = (family: 4 | 6 | undefined, source: string): boolean =>
  family === undefined || source === 'any' || source.includes(':') === (family === 6)

/** Whether both can't be there. UDP and TCP may share a number, and so may two addresses. */
export const collide = (a: Socket, b: Socket): boolean => {
  if (a.port !== b.port || a.proto !== b.proto) return false
  const inside = a.container === b.container && (a.role !== b.role || a.bind === undefined || b.bind === undefined)
  return inside || (a.bind !== undefined && b.bind !== undefined && overlap(a.bind, b.bind))
}

const overlap = (a: string, b: string): boolean =>
  addressesOf(a).some(([family, address]) =>
    addressesOf(b).some(([other, at]) => family === other && (address === '*' || at === '*' || address === at)),
  )

const addressesOf = (bind: string): ReadonlyArray<readonly [family: 4 | 6, address: string]> => {
  if (bind === 'public')
    return [
      [4, '*'],
      [6, '*'],
    ]
  if (bind === 'loopback')
    return [
      [4, '127.0.0.1'],
      [6, '::1'],
    ]
  if (bind === '0.0.0.0') return [[4, '*']]
  if (bind === '::') return [[6, '*']]
  return [[bind.includes(':') ? 6 : 4, bind]]
}
