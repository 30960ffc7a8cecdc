import type * as t from 'io-ts'
import type { Fault } from '../specs/fault.js'
import type { Json } from '../specs/json.js'
import type { Addr, Ask, Asks, Probe, ProbeOf, Step, Text, Thing, Via } from './vocabulary.js'

export type * from './vocabulary.js'

/** Three answers, never two: nothing is created, deleted or pruned because a question failed. */
export type Answer<A> =
  | { readonly is: 'absent' }
  | { readonly is: 'present'; readonly value: A }
  | { readonly is: 'unasked'; readonly via: Via; readonly fault: Fault }

/** The answers to one resource's probes. */
export interface Answers {
  of<A extends Ask>(probe: ProbeOf<A>): Answer<Asks[A]>
}

/** Something that one resource offers to others, as data. The shapes in use are in resources/facts.ts; the engine knows `reach` only. */
export type Fact = { readonly fact: string; readonly from: Addr | 'environment' } & { readonly [key: string]: Json | undefined }
export type Facts = ReadonlyArray<Fact>

/** `from` can be a `via`: it is reached through another one. What is reached through the provider is a machine with a host of its own. */
export interface Reach {
  readonly fact: 'reach'
  readonly from: Addr
  readonly through: Via
  /** `host` as far as the file tells, such as by the image's name; what it doesn't tell is filled in once the host was asked. */
  readonly machine?: { readonly name: string; readonly login: Login; readonly host?: Host }
}
export interface Login {
  readonly user: string
  readonly port: number
  readonly key?: string
}

/** What a host says of itself; predicted from the image's name until it can be asked. */
export interface Host {
  readonly os: string
  readonly version: string
  readonly arch: string
  readonly ipv6: boolean
}

/** A host that was asked, and what people call it. */
export interface HostSeen {
  readonly name: string
  readonly host: Host
}

/** A thing in the world that a resource holds: alone (`own`), or ensured and counted with others (`share`). */
export interface Claim {
  readonly what: Thing
  readonly id: string
  readonly via: Via
  readonly hold: 'own' | 'share'
  /** What is in it cannot be made again. */
  readonly data?: true
  /** Of its removal, for whoever only has the ledger. */
  readonly impact?: Impact
}
export interface Holder {
  readonly environment: string
  readonly addr: Addr
}
/** A claim as the ledger on the host has it: who holds it, and what was there before the first one came. */
export interface Held extends Claim {
  readonly by: ReadonlyArray<Holder>
  readonly before: 'absent' | 'present'
  /** Where the ledger keeps what was there before. */
  readonly kept?: string
}

export interface Field {
  readonly name: string
  readonly from?: Json | undefined
  readonly to?: Json | undefined
  /** Shown as `(secret, changed)`. */
  readonly secret?: true
  /** The secrets in it, by name. */
  readonly carries?: ReadonlyArray<string>
  /** Shown of a create too, whose sentence says the rest. */
  readonly notable?: true
  /** A few words behind the values: why this takes what it takes. */
  readonly note?: string
  /** It differs because others here do, and comes from where they come. */
  readonly follows?: true
  /** Left on the host by a run that did not get to its end: no file asks for it. */
  readonly left?: true
}
export interface FileDiff {
  readonly path: string
  readonly from?: string | undefined
  /** Undefined: the file goes. Holes are never shown. */
  readonly to?: Text | undefined
}
export type Diff =
  | { readonly action: 'none' }
  | { readonly action: 'create' | 'update' | 'replace'; readonly fields: ReadonlyArray<Field>; readonly files: ReadonlyArray<FileDiff> }

/** What a task costs the running service. */
export interface Impact {
  readonly stops: ReadonlyArray<Addr>
  readonly seconds?: number
  /** What data is lost, in words; `lost`: nothing of it is left behind, although the resource stays. */
  readonly data?: string
  readonly lost?: true
  /** A few words for the task's line in a plan: `restarts tracker`, `reloads, no gap`. */
  readonly effect?: string
  /** What users of the service will notice, in sentences. */
  readonly says?: ReadonlyArray<string>
}

/** A question whose answer proves that a thing really works; asked once all is done. */
export interface Check {
  readonly says: string
  readonly probe: Probe
  /** The answer holds at least this. */
  readonly expect: Json
  /** Skipped, and said to be, where the host has none. */
  readonly needs?: 'ipv6'
  /** The answer is final before all is ready: `host`, no service changes it by starting there; `start`, all have started. Left out: all are ready. */
  readonly from?: 'host' | 'start'
}

/**
 * A kind of resource: S as written, W wanted, N seen. Everything is pure; only channels touch the world.
 * Laws (test/support/laws.ts): absent ⇒ create; seen as wanted ⇒ none; none ⇒ no steps; steps survive JSON; acting and
 * then reading gives none; any prefix of the steps, then look, plan and act, ends like the whole; removing gives what was
 * there before; removing twice is fine.
 */
export interface Kind<S, W, N> {
  readonly kind: string
  /** Kinds whose resources come first; deletes run in reverse, so their order needs no spec. */
  readonly after: ReadonlyArray<string>
  readonly codec: t.Type<S, unknown, unknown>
  /** From its own section only: one pass, no fixpoint. */
  offers(self: Addr, spec: S): Facts
  /** Plain JSON with holes unresolved: all it needs, nothing to look up. */
  want(self: Addr, spec: S, facts: Facts): W
  /** One line of a plan that says what this is. */
  sentence(want: W): string
  claims(want: W): ReadonlyArray<Claim>
  probes(want: W): ReadonlyArray<Probe>
  /** Undefined: absent. Called once all is answered but what is via itself. */
  read(want: W, answers: Answers): N | undefined
  diff(want: W, seen: N | undefined): Diff
  steps(want: W, seen: N | undefined, diff: Diff, host: Host): ReadonlyArray<Step>
  /** How the steps that make it so and those that take away what it no longer claims follow each other. */
  order(want: W, own: ReadonlyArray<Step>, gone: ReadonlyArray<Step>): ReadonlyArray<Step>
  /** From the ledger alone: no spec, no state. */
  remove(held: ReadonlyArray<Held>): ReadonlyArray<Step>
  impact(want: W, diff: Diff): Impact
  /** What a plan says of a delete, from the ledger alone. */
  losing(held: ReadonlyArray<Held>): Impact & { readonly sentence: string }
  /** What is wrong on the host itself, for a person to mend before anything is changed there. */
  refuses(want: W, seen: N | undefined, on: HostSeen): Fault | undefined
  /** Foreign things seen beside ours, left alone. */
  foreign(want: W, answers: Answers): ReadonlyArray<string>
  /** What is asked for and stays otherwise, since it can't be had in place. No reason for a change. */
  unmet(want: W, seen: N): ReadonlyArray<string>
  checks(want: W): ReadonlyArray<Check>
  /** What nobody can try yet, and why. */
  readonly untried?: (want: W) => ReadonlyArray<{ readonly says: string; readonly why: string }>
  /** How it is now; its sentence, where nothing more is known. */
  readonly detail?: (want: W, seen: N, host: Host | undefined) => Detail
}

/** What is known of a resource that is there. */
export interface Detail {
  /** In a few words. */
  readonly says: string
  /** The same and more, for programs. */
  readonly data?: { readonly [name: string]: Json }
  /** What it consists of, where that can be well or unwell by itself. */
  readonly parts?: ReadonlyArray<{ readonly name: string; readonly state: 'ok' | 'failing' | 'down' } & Omit<Detail, 'parts'>>
}
// biome-ignore lint/suspicious/noExplicitAny: a registry holds kinds of every shape; the engine only passes their values back to them.
export type AnyKind = Kind<any, any, any>
