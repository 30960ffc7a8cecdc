import type { Pin, Plan } from '../engine/plan-value.js'
import type { Fault } from '../specs/fault.js'
import { E, type Either, fail } from '../specs/fp.js'
import type { Json } from '../specs/json.js'
import { usage } from './usage.js'

/** A fingerprint as `--expect` takes it. `atHand`: that of the plan there is, for who has its first digits. */
export const expected = (text: string, atHand?: string): Either<Fault, string> => {
  const digits = text.toLowerCase()
  if (!/^[0-9a-f]+$/.test(digits)) return fail(usage(`${text} is no fingerprint: hexadecimal digits, as deployer plan shows them`, LINE))
  if (digits.length < FEWEST)
    return fail(tooShort(digits.length, atHand?.startsWith(digits) === true ? atHand.slice(0, FEWEST) : undefined))
  if (digits.length > 64) return fail(usage(`a fingerprint has at most 64 digits; this one has ${digits.length}`, LINE))
  return E.right(digits)
}

const FEWEST = 16

const tooShort = (digits: number, whole: string | undefined): Fault => {
  const why = `--expect takes ${FEWEST} digits or more: a plan with the same first ${digits} could be made on purpose`
  return whole === undefined
    ? usage(why, LINE)
    : usage(`${why}. The plan that there is now begins with ${whole}`, `deployer apply --expect ${whole}`)
}

/** Too few to insist on a plan, and enough to look for one. */
export const isShort = (text: string): boolean => /^[0-9a-f]+$/i.test(text) && text.length < FEWEST

const LINE = 'deployer apply --expect FINGERPRINT'

/** What of a plan is remembered: enough to insist on it. */
export type SavedPlan = Pick<Plan, 'environment' | 'fingerprint' | 'tasks'> & { readonly pins: NonNullable<Plan['pins']> }

/** A plan as `plan --out` writes it, or the answer of `plan --json`; undefined: this is something else. */
export const savedPlan = (text: string): SavedPlan | undefined => {
  const value = parsed(text)
  return planOf(value) ?? (isObject(value) && value.command === 'plan' ? planOf(value.result) : undefined)
}

const planOf = (value: Json | undefined): SavedPlan | undefined => {
  if (!isObject(value) || !Array.isArray(value.tasks)) return undefined
  const { environment, fingerprint, tasks, pins } = value
  return typeof environment === 'string' && typeof fingerprint === 'string' && /^[0-9a-f]{64}$/.test(fingerprint)
    ? {
        environment,
        fingerprint,
        tasks: tasks as unknown as Plan['tasks'],
        pins: Array.isArray(pins) ? (pins as unknown as ReadonlyArray<Pin>) : [],
      }
    : undefined
}

const parsed = (text: string): Json | undefined => {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
