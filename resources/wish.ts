import type { Addr, Facts } from '../engine/contract.js'
import type { Declared, Wish } from '../engine/wish.js'
import type { Json } from '../specs/json.js'
import { behindCaddy } from './behind-caddy.js'
import { type Fragment, withServices } from './compose-stack/fragments.js'
import { type Environment, PRESENCE } from './environment.js'
import type { EnvironmentFact, FragmentFact, PortFact } from './facts.js'
import { reachableOf } from './reachable.js'
import { kinds } from './registry.js'
import { socketsOf } from './sockets.js'
import { reachOf } from './vm/index.js'

export interface Given {
  /** Lines of authorized_keys: the texts of `ssh.authorized_keys`, files read. */
  readonly keys: ReadonlyArray<string>
  readonly overrides: ReadonlyArray<string>
  /** The compose files of `compose-stack.include`. */
  readonly fragments?: ReadonlyArray<Fragment>
  /** The environment without its overrides, where there are any. */
  readonly without?: Environment
}

/** What a whole environment file asks for of those who can act on it. */
export const wishOf = (environment: Environment, given: Given, handled: Handled = kinds): Wish => {
  const { overrides, without, fragments = [] } = given
  const unreached = handled.has('caddy') ? [] : behindCaddy(environment)
  return {
    environment: environment.name,
    provider: environment.provider.kind,
    ...asked(environment, given, handled),
    unhandled: sectionsOf(environment)
      .filter(section => !handled.has(section))
      .map(addrOf),
    ...(unreached.length > 0 && { unreached }),
    overrides,
    ...(without !== undefined && { withoutOverrides: asked(without, given, handled) }),
    reachable: reachableOf(withServices(environment, fragments)),
  }
}

type Section = (typeof PRESENCE.always)[number] | (typeof PRESENCE.written)[number]

const sectionsOf = (environment: Environment): ReadonlyArray<Section> =>
  [...PRESENCE.always, ...PRESENCE.written].filter(section => environment[section] !== undefined)

const addrOf = (section: string): Addr => `${section}.main`

type Handled = ReadonlyMap<string, unknown>

const asked = (written: Environment, { keys, fragments = [] }: Given, handled: Handled): Pick<Wish, 'resources' | 'facts'> => {
  const environment = withServices(written, fragments)
  return {
    resources: sectionsOf(environment)
      .filter(section => handled.has(section))
      .map(section => declared(section, environment)),
    facts: [...factsFor(environment, keys), ...fragments.map(fragmentFact)] as unknown as Facts,
  }
}

const fragmentFact = ({ file, content }: Fragment): FragmentFact => ({ fact: 'fragment', from: 'environment', file, content })

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

/** What is published, for the firewall and the compose file alike; sshd's own port is the firewall's. */
const portsOf = (environment: Environment): ReadonlyArray<PortFact> =>
  socketsOf(environment).flatMap(({ path, port, proto, bind, container, from, role }): ReadonlyArray<PortFact> => {
    if (container === 'host' || bind === undefined) return []
    const fact = { fact: 'port', from: addrOf(`${path[0]}`), port, proto, bind, sources: from ?? ['any'] } as const
    return [ONE_SOCKET.has(role) ? { ...fact, single: true } : fact]
  })

/** The tracker opens one socket for these, which in its container is of one family. */
const ONE_SOCKET: ReadonlySet<string> = new Set(['api', 'health'])
