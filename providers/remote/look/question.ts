import type { Ask, Asks, Probe } from '../../../engine/contract.js'

/** What a host printed to one question. */
export interface Said {
  readonly text: string
  /** How the asking itself ended; other than 0, nothing is known. */
  readonly status: number
}

/** The answers to all keys of one sort: what is not in here is absent, what is `Unread` could not be asked. */
export type Found<A extends Ask> = ReadonlyMap<string, Asks[A] | Unread>

/** How a host is asked for all keys of one sort at once, and how what it prints is read. */
export interface Question<A extends Ask> {
  readonly ask: A
  readonly script: (probes: ReadonlyArray<Probe>, nonce: string) => string
  /** Throws `Unread` for what is no answer. */
  readonly parse: (text: string, probes: ReadonlyArray<Probe>) => Found<A>
  /** What was found, once it is known what the probe's `match` says. */
  readonly settled?: (found: Asks[A], how: { readonly nonce: string; readonly wanted?: string }) => Asks[A]
}

/** The host said something that is neither a thing nor its absence. */
export class Unread extends Error {}

export const linesOf = (text: string): ReadonlyArray<string> => text.split('\n').filter(line => line !== '')
export const keysOf = (probes: ReadonlyArray<Probe>): ReadonlyArray<string> => [...new Set(probes.map(({ key }) => key))]
