import type { Fault } from '../specs/fault.js'
import type { Either } from '../specs/fp.js'
import type { Addr } from './contract.js'
import type { Plan } from './plan-value.js'
import type { Memory } from './store.js'

export interface Consent {
  /** Hexadecimal, 8 digits or more, of the plan that was reviewed. */
  readonly expect?: string
  readonly acceptLoss: ReadonlyArray<Addr>
  readonly acceptDeletes: boolean
  readonly purpose: 'apply' | 'destroy'
}

/** Whether this plan may be run with this consent; every refusal is a fault that says what would be needed. */
export declare const guard: (plan: Plan, memory: Memory, consent: Consent) => Either<Fault, void>
