import { isPending, type Plan } from '../engine/plan-value.js'
import { type Fault, isRefusal } from '../specs/fault.js'

/** 0 done, 1 error and nothing was changed, 3 changed something and not all is as wanted, 4 refused, 130 interrupted. */
export const exitOf = (fault: Fault): number => {
  if (fault.code === 'INTERRUPTED') return 130
  if (tellsOfChange(fault)) return CHANGED_SOMETHING
  return isRefusal(fault) ? 4 : 1
}

/** What apply would refuse whatever the flags ends as that would, so that nobody goes on from it to the refusal. */
export const exitOfPlan = (plan: Plan, isDetailed: boolean): number => {
  const [blocked] = plan.blocked
  if (blocked !== undefined) return exitOf(blocked)
  return isDetailed && isPending(plan) ? 2 : 0
}

export const CHANGED_SOMETHING = 3

/** These only come from a run that has begun. */
const CHANGED: ReadonlySet<Fault['code']> = new Set(['RUN_INCOMPLETE', 'CHECK_FAILED', 'NOT_CONVERGED', 'LOCK_LOST', 'FENCED'])

/** Whether a fault by itself says that something was changed. */
export const tellsOfChange = ({ code }: Fault): boolean => CHANGED.has(code)

/** A mistake of ours in the middle of a run: something was changed. */
export class BrokenRun extends Error {
  constructor(override readonly cause: unknown) {
    super('a run broke')
  }
}
