import type { Ask, Asks, Host } from '../contract.js'
import type { Sealed } from './seal.js'

/**
 * What a model keeps of a thing: its answer, but a file with secrets in it has a keyed digest in place of its content, and an account
 * the passwords that it is let in with, the newest first. A container knows what it opened.
 */
export type Kept<A extends Ask = Ask> = Asks[A] & {
  readonly sealed?: string
  readonly passwords?: ReadonlyArray<Sealed>
  readonly opens?: ReadonlyArray<{ readonly ask: Ask; readonly key: string }>
}

/** What effects may ask of the place that a step acts on. */
export interface View {
  readonly name: string
  readonly host: Host
  at<A extends Ask>(ask: A, key: string): Kept<A> | undefined
  /** Of what was changed since the place was new, and is there. */
  keys(ask: Ask): Iterable<string>
  kept(id: string): unknown
}
