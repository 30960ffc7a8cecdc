import type { Addr, Facts } from '../engine/contract.js'
import type { Declared, Wish } from '../engine/wish.js'
import type { Json } from '../specs/json.js'
import { type Environment, PRESENCE } from './environment.js'
import type { EnvironmentFact, PortFact } from './facts.js'
import { reachableOf } from './reachable.js'
import { kinds } from './registry.js'
import { socketsOf } from './sockets.js'
import { reachOf } from './vm/index.js'

export interface Given {
  /** Lines of authorized_keys: the texts of `ssh.authorized_keys`, files read. */
  readonly keys: ReadonlyArray<string>
  readonly overrides: ReadonlyArray<string>
  /** The environment without its overrides, where there are any. */
  readonly without?: Environment
}

/** What a whole environment file asks for of those who can act on it. */
export const wishOf = (environment: Environment, { keys, overrides, without }: Given, handled: Handled = kinds): Wish => ({
  environment: environment.name,
  provider: environment.provider.kind,
  ...asked(environment, keys, handled),
  unhandled: sectionsOf(environment)
    .filter(section => !handled.has(section))
    .map(addrOf),
  overrides,
  ...(without !== undefined && { withoutOverrides: asked(without, keys, handled) }),
  reachable: reachableOf(environment),
})

type Section = (typeof PRESENCE.always)[number] | (typeof PRESENCE.written)[number]

const sectionsOf = (environment: Environment): ReadonlyArray<Section> =>
  [...PRESENCE.always, ...PRESENCE.written].filter(section => environment[section] !== undefined)

const addrOf = (section: string): Addr => `${section}.main`

type Handled = ReadonlyMap<string, unknown>

const asked = (environment: Environment, keys: ReadonlyArray<string>, handled: Handled): Pick<Wish, 'resources' | 'facts'> => ({
  resources: sectionsOf(environment)
    .filter(section => handled.has(section))
    .map(section => declared(section, environment)),
  facts: factsFor(environment, keys),
})

const declared = (section: Section, environment: Environment): Declared => {
  const { protect, ...spec } = environment[section] as { readonly protect?: boolean }
  return { addr: addrOf(section), kind: section, spec: spec as Json, ...(protect !== undefined && { protect }) }
}

const factsFor = (environment: Environment, keys: ReadonlyArray<string>): Facts => {
  const said = environmentFact(environment, keys)
  return [said, reachOf(addrOf('vm'), environment.vm, said), ...portsOf(environment)] as unknown as Facts
}

const environmentFact = ({ name, provider, ssh }: Environment, keys: ReadonlyArray<string>): EnvironmentFact => ({
  fact: 'environment',
  from: 'environment',
  name,
  provider: provider as EnvironmentFact['provider'],
  ssh: { user: ssh.user, port: ssh.port, ...(ssh.key !== undefined && { key: ssh.key }), authorized_keys: keys },
})

/** Sections that have no handler yet say here what they publish; sshd's own port is the firewall's. */
const portsOf = (environment: Environment): ReadonlyArray<PortFact> =>
  socketsOf(environment).flatMap(({ path, port, proto, bind, container, from }): ReadonlyArray<PortFact> => {
    if (container === 'host' || bind === undefined) return []
    return [{ fact: 'port', from: addrOf(`${path[0]}`), port, proto, bind, sources: from ?? ['any'] }]
  })
