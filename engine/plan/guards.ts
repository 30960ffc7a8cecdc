import type { Fault } from '../../specs/fault.js'
import { E, type Either, fail } from '../../specs/fp.js'
import type { Addr } from '../contract.js'
import { isPending, type Plan } from '../plan-value.js'
import type { Memory } from '../store.js'
import { lossesOf } from './dangers.js'

export interface Consent {
  /** Hexadecimal, of the plan that was reviewed. */
  readonly expect?: string
  readonly acceptLoss: ReadonlyArray<Addr>
  readonly acceptDeletes: boolean
  readonly purpose: 'apply' | 'destroy'
}

/** Whether this plan may be run with this consent; every refusal is a fault that says what would be needed. */
export const guard = (plan: Plan, memory: Memory, consent: Consent): Either<Fault, void> => {
  const [blocked] = plan.blocked
  if (blocked !== undefined) return fail(blocked)

  const { expect } = consent
  if (expect !== undefined && isPending(plan) && !plan.fingerprint.startsWith(expect.toLowerCase())) {
    return fail({ code: 'PLAN_MOVED', expected: expect, found: plan.fingerprint.slice(0, expect.length), moved: [] })
  }

  const kept = new Set(memory.resources.filter(({ protect }) => protect).map(({ addr }) => addr))
  const going = plan.tasks.filter(({ action }) => action === 'delete' || action === 'replace').map(({ addr }) => addr)
  const guarded = going.filter(addr => kept.has(addr))
  if (guarded.length > 0) return fail({ code: 'PROTECTED', addrs: guarded })

  const deletes = plan.tasks.filter(({ action }) => action === 'delete').length
  const managed = deletes + plan.unchanged.length + plan.tasks.filter(({ action }) => action === 'update' || action === 'replace').length
  if (consent.purpose === 'apply' && !consent.acceptDeletes && deletes * 2 > managed)
    return fail({ code: 'DELETES_MANY', deletes, managed })

  const losses = lossesOf(plan.tasks)
  const accepted = new Set(consent.acceptLoss)
  if (losses.length > 0 && (losses.length !== accepted.size || losses.some(addr => !accepted.has(addr)))) {
    return fail({ code: 'DATA_LOSS', addrs: losses, accepted: consent.acceptLoss, fingerprint: plan.fingerprint })
  }
  return E.right(undefined)
}
