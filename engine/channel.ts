import type { Fault } from '../specs/fault.js'
import type { Attempt } from '../specs/fp.js'
import type { Answer, Claim, Held, Host, Login } from './contract.js'
import type { Shell } from './shell.js'
import type { Addr, MachineSeen, Probe, Step, Text } from './vocabulary.js'

export type { Shell } from './shell.js'

/** Reveals the secrets of a text where it is used; digests are keyed with the host's salt. */
export type Reveal = (text: Text, salt: string) => Attempt<string>

/** A batch of this environment or another that the host has not finished. */
export interface Busy {
  readonly environment: string
  readonly addr: Addr
  readonly run: number
}
/** One look: answers in the order of the probes, and what else the host says of itself. */
export interface Look {
  readonly answers: ReadonlyArray<Answer<unknown>>
  /** All of it; in the outcome of a batch only what the batch's addr holds, unless it is `forNext`. */
  readonly ledger: ReadonlyArray<Held>
  readonly host?: Host
  readonly busy: ReadonlyArray<Busy>
  /** Why nothing could be asked at all; then every answer is `unasked` and the ledger says nothing. */
  readonly unreachable?: Fault
}

/** Steps that travel to a host together and run there as one. Claims are written before the first, releases after the last. */
export interface Batch {
  readonly environment: string
  readonly addr: Addr
  readonly run: number
  readonly fence: number
  readonly claims: ReadonlyArray<Claim>
  readonly steps: ReadonlyArray<Step>
  readonly releases: ReadonlyArray<Claim>
  /** Asked after the last step, in the same round trip; `forNext`: also what others will ask, so that the look is as whole as any. */
  readonly verify: ReadonlyArray<Probe>
  readonly forNext?: true
}
export type Event =
  /** `waits`: what the step starts has started, and only gets ready. A channel need not say so. */
  | { readonly is: 'started' | 'waits' | 'done'; readonly step: number }
  /** What a step prints; how far it is, in words for people such as `downloading the image, 45 %`. */
  | { readonly is: 'output' | 'progress'; readonly step: number; readonly text: string }
export type Outcome =
  | { readonly is: 'done'; readonly look: Look }
  | { readonly is: 'failed'; readonly step: number; readonly fault: Fault }
  /** The connection went; the batch may have run, be running, or never have begun: look again. */
  | { readonly is: 'unknown'; readonly fault: Fault }

/** Looks and acts on one host. Never throws for what the world does: a look that fails answers `unasked`. */
export interface Channel {
  look(probes: ReadonlyArray<Probe>, reveal: Reveal): Promise<Look>
  /** What this machine finds when it asks the host from outside; in the order of the probes. */
  readonly outside?: (probes: ReadonlyArray<Probe>, reveal: Reveal) => Promise<ReadonlyArray<Answer<unknown>>>
  act(batch: Batch, reveal: Reveal, on: (event: Event) => void): Promise<Outcome>
  close(): Promise<void>
}
export interface Machine {
  readonly addr: Addr
  readonly name: string
  readonly seen: MachineSeen
  readonly login: Login
}
/** Gives machines. As a channel it answers and acts `via: 'provider'`; its ledger are the labels that our machines carry. */
export interface Provider extends Channel {
  readonly name: string
  readonly simulated: boolean
  /** The machine exists without us: it is neither made nor deleted. */
  readonly given?: true
  connect(machine: Machine): Channel
  /** Only of hosts that somebody can log in to. */
  readonly shellTo?: (machine: Machine) => Shell
  /** Where an image would come from, in words; only of providers that make machines of images. */
  readonly imageFrom?: (image: string) => Attempt<string>
}
