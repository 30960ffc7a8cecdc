import type { Attempt } from '../specs/fp.js'
import type { Addr, AnyKind, Provider, Reveal } from './contract.js'
import type { Plan } from './plan-value.js'
import type { Memory } from './store.js'
import type { Wish } from './wish.js'

export interface PlanInput {
  readonly wish: Wish
  readonly kinds: ReadonlyMap<string, AnyKind>
  readonly provider: Provider
  readonly memory: Memory
  readonly reveal: Reveal
  /** `destroy` asks for nothing: everything that the environment holds goes. */
  readonly purpose: 'apply' | 'destroy'
}

/** A plan, with what a run needs beside it to go on from the same look. */
export interface Planned {
  readonly plan: Plan
  readonly input: PlanInput
  readonly order: ReadonlyArray<Addr>
}

/** Looks at the world and decides. Changes nothing. */
export declare const makePlan: (input: PlanInput) => Attempt<Planned>
