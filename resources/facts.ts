import type { Addr, Facts, Via } from '../engine/contract.js'
import type { Json } from '../specs/json.js'

/** What the whole environment says to each resource. */
export interface EnvironmentFact {
  readonly fact: 'environment'
  readonly from: 'environment'
  readonly name: string
  /** The `provider` section, decoded. */
  readonly provider: {
    readonly kind: 'sandbox' | 'lxd' | 'hetzner' | 'ssh'
    readonly instance?: string
    readonly host?: string
    readonly type?: string
    readonly [key: string]: Json | undefined
  }
  readonly ssh: { readonly user: string; readonly port: number; readonly key?: string; readonly authorized_keys: ReadonlyArray<string> }
}

/** A port that a service publishes on the host. */
export interface PortFact {
  readonly fact: 'port'
  readonly from: Addr
  readonly port: number
  readonly proto: 'tcp' | 'udp'
  /** `public`, `loopback`, or one address. */
  readonly bind: string
  /** One socket in its container, so that `public` is IPv4. */
  readonly single?: true
  /** `any`, or networks that may use it. */
  readonly sources: ReadonlyArray<string>
  readonly note?: string
}

/** Where the engine of a host is, for what runs containers. */
export interface EngineFact {
  readonly fact: 'engine'
  readonly from: Addr
  readonly host: Via
  /** There are credentials for registries, in the configuration that `dockerFolder` names. */
  readonly login?: true
}

/** An image that the file names, and what it is pinned to; without a digest it could not be resolved, and why is said elsewhere. */
export interface ImageFact {
  readonly fact: 'image'
  readonly from: 'environment'
  readonly image: string
  readonly digest?: string
}

/** Where services of an environment live: the folder on the host, and whether their networks have IPv6. `stackOf` says the rest. */
export interface StackFact {
  readonly fact: 'stack'
  readonly from: Addr
  readonly root: string
  readonly ipv6: boolean
}

/** A user of the host who may operate the engine. */
export interface LoginFact {
  readonly fact: 'login'
  readonly from: Addr
  readonly user: string
}

/** A service of the compose file, in what its own section says of it; `blockOf` makes the whole of it. */
export interface ServiceFact {
  readonly fact: 'service'
  readonly from: Addr
  readonly name: string
  readonly image: string
  /** As in Compose, without image, ports and networks; paths are relative to the file's folder. */
  readonly block: { readonly [key: string]: Json }
  readonly networks: ReadonlyArray<'database' | 'metrics' | 'proxy' | 'visualization'>
}

/** A compose file of the user's that the environment file includes. */
export interface FragmentFact {
  readonly fact: 'fragment'
  readonly from: 'environment'
  readonly file: string
  readonly content: { readonly [key: string]: Json }
}

/** A name that Caddy serves with TLS, and what is behind it. */
export interface SiteFact {
  readonly fact: 'site'
  readonly from: Addr
  readonly domain: string
  readonly upstream: string
}

export interface DatabaseFact {
  readonly fact: 'database'
  readonly from: Addr
  readonly driver: 'mysql'
  readonly host: string
  readonly port: number
  readonly name: string
  readonly user: string
  /** The secret's path. */
  readonly password: string
}

/** Somebody else's database that a service of ours logs in to, and what it needs there. */
export interface ForeignDatabaseFact extends Pick<DatabaseFact, 'host' | 'port' | 'name' | 'user' | 'password'> {
  readonly fact: 'foreign database'
  readonly from: Addr
  readonly needs: ReadonlyArray<string>
  readonly tables: ReadonlyArray<string>
  /** Where the environment file names it. */
  readonly path: ReadonlyArray<string>
}

/** Whose service logs in to the database of ours. */
export interface DatabaseUserFact {
  readonly fact: 'database user'
  readonly from: Addr
}

export interface ScrapeFact {
  readonly fact: 'scrape'
  readonly from: Addr
  readonly job: string
  readonly target: string
  readonly path: string
  readonly token?: string
}

export interface DataFact {
  readonly fact: 'data'
  readonly from: Addr
  readonly path: string
  readonly how: 'copy' | 'sqlite' | 'mysql'
}

type Shapes =
  | EnvironmentFact
  | PortFact
  | EngineFact
  | ImageFact
  | StackFact
  | LoginFact
  | ServiceFact
  | FragmentFact
  | SiteFact
  | DatabaseFact
  | ForeignDatabaseFact
  | DatabaseUserFact
  | ScrapeFact
  | DataFact

/** All facts of one sort, typed. */
export const factsOf = <F extends Shapes['fact']>(facts: Facts, fact: F): ReadonlyArray<Extract<Shapes, { fact: F }>> =>
  facts.filter(one => one.fact === fact) as unknown as ReadonlyArray<Extract<Shapes, { fact: F }>>

export const environmentOf = (facts: Facts): EnvironmentFact => {
  const [one] = factsOf(facts, 'environment')
  if (one === undefined) throw new Error('facts without an environment')
  return one
}

/** Whoever publishes something on the host. */
export const servedBy = (facts: Facts): ReadonlyArray<Addr> => [...new Set(factsOf(facts, 'port').map(({ from }) => from))].sort()
