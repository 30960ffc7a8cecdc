import type { Consent } from '../engine/plan/guards.js'
import type { PlanInput } from '../engine/plan/plan.js'
import type { Plan } from '../engine/plan-value.js'
import type { RunEvent, RunReport } from '../engine/run-value.js'
import type { Issue } from '../specs/issue.js'
import type { Known } from './pins.js'

export type Purpose = PlanInput['purpose']

export interface Opening {
  readonly typed: string | undefined
  readonly backTo?: number | undefined
  /** Told what a person should know, as soon as it is known. */
  readonly warn: (issue: Issue) => void
  readonly pins?: Known
}

export interface Looked {
  readonly plan: Plan
  /** Something is as wanted and yet remembered or locked otherwise, refused, or a run was never brought to its end. */
  readonly unrecorded: boolean
}

export interface Performing {
  readonly purpose: Purpose
  readonly whileBusy: PlanInput['whileBusy']
  /** As history shows it: `apply`, `destroy`. */
  readonly command: string
  /** As it was typed. */
  readonly again: string
  /** Given the plan that would run: shows it, asks, and says with which consent. */
  readonly agreed: (plan: Plan) => Promise<Consent>
  readonly report: (event: RunEvent) => void
  readonly stop: AbortSignal
}

/** Without a report there was nothing to do. */
export interface Performed {
  readonly plan: Plan
  readonly report?: RunReport
  /** The lock file says something else now. */
  readonly locked: boolean
}
