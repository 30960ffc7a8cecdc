import type { Json } from '../specs/json.js'
import type { Addr, Facts } from './contract.js'

/** A resource that the file asks for. */
export interface Declared {
  readonly addr: Addr
  readonly kind: string
  /** Decoded and complete; secrets are references. Plain JSON. */
  readonly spec: Json
  /** Undefined: the file says nothing, and what was applied before goes on. */
  readonly protect?: boolean
}

/** All that one environment file asks for, in the file's order. */
export interface Wish {
  readonly environment: string
  readonly provider: string
  readonly resources: ReadonlyArray<Declared>
  /** What does not come from a resource with a handler: the environment itself, and sections that only offer. */
  readonly facts: Facts
  /** Sections that this version reads but cannot act on. */
  readonly unhandled: ReadonlyArray<Addr>
  /** What is made and yet reached by nobody, since only one of those would lead to it: `http 7070`. */
  readonly unreached?: ReadonlyArray<string>
  /** Variables of the environment that took part, such as DEPLOYER__TRACKER__UDP__0__PORT. */
  readonly overrides: ReadonlyArray<string>
  /** The same file without them. */
  readonly withoutOverrides?: Pick<Wish, 'resources' | 'facts'>
  /** Ports that can be reached from outside, for people to read: `6969/udp`, `22/tcp from 192.0.2.0/24`. */
  readonly reachable: ReadonlyArray<string>
}
