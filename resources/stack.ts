import type { Addr, Facts } from '../engine/contract.js'
import type { Json } from '../specs/json.js'
import type { Size } from '../specs/size.js'
import { environmentOf, factsOf, type PortFact, type ServiceFact } from './facts.js'
import { pinned } from './images.js'
import { bridgePrefix, dockerFolder, subnetOf, vmOf } from './names.js'
import type { Part } from './part.js'

/** Where the services of an environment live. */
export interface Stack {
  readonly project: string
  readonly root: string
  readonly host: Addr
  readonly engine: Addr
  /** Folder of a docker configuration on the host with credentials for registries. */
  readonly login?: string
  readonly ipv6: boolean
}
export type Block = { readonly [key: string]: Json }

export const stackOf = (facts: Facts): Stack => {
  const { name: project } = environmentOf(facts)
  const [stack] = factsOf(facts, 'stack')
  if (stack === undefined) throw new Error('facts without a stack')
  const { root, ipv6, from } = stack
  return { project, root, ipv6, ...placeOf(from), ...loginOf(facts, project) }
}

/** A stack's own place follows from its address. */
export const placeOf = (self: Addr): Pick<Stack, 'host' | 'engine'> => ({
  host: vmOf(self),
  engine: vmOf(self).replace('vm.', 'docker.') as Addr,
})

const loginOf = (facts: Facts, project: string): Pick<Stack, 'login'> =>
  factsOf(facts, 'engine').some(({ login }) => login === true) ? { login: dockerFolder(project) } : {}

export const NETWORKS = ['database', 'metrics', 'proxy', 'visualization'] as const
/** `default` is for services of the user's that name none. */
export type NetworkName = (typeof NETWORKS)[number] | 'default'

/**
 * What is said here is nobody else's business. And the engine publishes all ports of a container anew for every network that could
 * lead out of it, one after the other, at its start and again at its end: with one instead of three a restart takes half the time.
 */
export const INSIDE: ReadonlySet<NetworkName> = new Set(['database', 'metrics'])

/** Always all of them: a service that comes later restarts none that is there. Compose takes them for its own by their labels. */
export const networkOf = ({ project, ipv6 }: Stack, name: NetworkName): Part<'network'> => ({
  what: 'network',
  hold: 'own',
  name: `${project}_${name}`,
  bridge: `${bridgePrefix(project)}-${name.slice(0, 4)}`,
  ...(INSIDE.has(name) && { inside: true as const }),
  ...(ipv6 && { ipv6: subnetOf(project, name) }),
  labels: { 'com.docker.compose.network': name, 'com.docker.compose.project': project, deployer: project },
})

/** What every service gets, the user's too: it comes back after a reboot, and its log never fills the disk. */
export const LASTING = {
  restart: 'unless-stopped',
  logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '10' } },
} as const satisfies Block

/** What every service of ours gets; what a block says itself comes first. */
const HARDENED: Block = {
  restart: LASTING.restart,
  security_opt: ['no-new-privileges:true'],
  cap_drop: ['ALL'],
  logging: LASTING.logging,
}

/** The whole of a service as it stands in the compose file. Its ports are those that the firewall knows of. */
export const blockOf = (service: ServiceFact, facts: Facts): Block => {
  const { project, ipv6 } = stackOf(facts)
  const ports = factsOf(facts, 'port').filter(({ from }) => from === service.from)
  return {
    image: pinned(service.image, facts),
    ...HARDENED,
    ...service.block,
    labels: { deployer: project },
    ...(ports.length > 0 && { ports: publishedAs(ports, ipv6) }),
    networks: [...service.networks],
  }
}

/** In one order, whatever the order in the environment file. */
const publishedAs = (ports: ReadonlyArray<PortFact>, ipv6: boolean): ReadonlyArray<string> =>
  [...ports]
    .sort((a, b) => a.port - b.port || (a.proto < b.proto ? -1 : 1) || (a.bind < b.bind ? -1 : 1))
    .map(({ port, proto, bind, single }) => `${addressOf(bind, ipv6 && single !== true)}${port}:${port}${proto === 'udp' ? '/udp' : ''}`)

/** Without an address Docker publishes in both families. */
const addressOf = (bind: string, ipv6: boolean): string => {
  if (bind === 'public') return ipv6 ? '' : '0.0.0.0:'
  if (bind === 'loopback') return '127.0.0.1:'
  return bind.includes(':') ? `[${bind}]:` : `${bind}:`
}

/** A size of ours as Compose writes it. */
export const composeSize = (size: Size): string => {
  const [, count = '', unit = ''] = /^(\d+)(B|[KMGT]iB)$/.exec(size) ?? []
  return unit === 'TiB' ? `${Number(count) * 1024}g` : `${count}${unit.charAt(0).toLowerCase()}`
}
