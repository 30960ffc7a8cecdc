import type { Consent } from '../engine/plan/guards.js'
import { isPending, type Plan } from '../engine/plan-value.js'
import type { RunReport } from '../engine/run-value.js'
import { type Fault, isRefusal } from '../specs/fault.js'
import { type Attempt, attempt, E, fail, need } from '../specs/fp.js'
import { ask, type Question } from './ask.js'
import { waitForWork } from './at-work.js'
import type { Context } from './context.js'
import type { Deployer } from './deployer.js'
import type { Purpose } from './deploying.js'
import { listen, untouched } from './interrupt.js'
import { changed } from './moved.js'
import type { Progress } from './render/progress.js'

/** What came of a plan: `report` when it was run, `fault` when not all is as wanted. */
export interface Carried {
  readonly plan: Plan
  readonly report?: RunReport
  readonly fault?: Fault
  /** The lock file says something else now. */
  readonly locked?: boolean
}

export interface Carrying {
  readonly purpose: Purpose
  /** As history shows it. */
  readonly command: string
  /** As it was typed. */
  readonly again: string
  readonly show: (plan: Plan) => Promise<void>
  /** Undefined: the command line has answered it. */
  readonly question: ((plan: Plan) => Question) | undefined
  readonly consent: (plan: Plan) => Consent
  readonly progress: Progress
  /** What is said beside plan and progress. */
  readonly note: (text: string) => void
  /** Said before the process ends at once. */
  readonly farewell: () => void
}

/** Show, agree, and run what was agreed to. Who is asked sees a plan first; under the lock it must still be the same one. */
export const carryOut = (context: Context, deployer: Deployer, carrying: Carrying): Attempt<Carried> =>
  attempt(async () => {
    const interrupt = listen(context, () => {
      carrying.progress.close()
      carrying.farewell()
    })
    const shown: Shown = {}
    const step = carried(context, deployer, { ...carrying, stop: interrupt.stop, shown })
    try {
      const ended = await step()
      if (E.isLeft(ended)) {
        const { plan } = shown
        if (plan === undefined) return need(ended)
        return {
          plan,
          fault: ended.left.code === 'DECLINED' && interrupt.stop.aborted ? untouched(plan.environment, carrying.again) : ended.left,
        }
      }
      return ended.right
    } finally {
      carrying.progress.close()
      interrupt.release()
    }
  })

interface Shown {
  plan?: Plan
}

const carried = (
  context: Context,
  deployer: Deployer,
  {
    purpose,
    command,
    again,
    show,
    question,
    consent,
    progress,
    note,
    stop,
    shown,
  }: Carrying & { readonly stop: AbortSignal; readonly shown: Shown },
): Attempt<Carried> =>
  attempt(async () => {
    const whileBusy = waitForWork(context, stop, note)
    if (question !== undefined) {
      const { plan, unrecorded } = await need(deployer.plan(purpose, whileBusy))
      if (!isPending(plan) && !unrecorded) return { plan }
      shown.plan = plan
      if (isPending(plan)) {
        await show(plan)
        const [refusal] = await need(deployer.refusals(plan, consent(plan)))
        if (refusal !== undefined) await need(fail(refusal))
        await need(ask(context, question(plan), stop))
      }
    }
    const agreed = async (plan: Plan): Promise<Consent> => {
      if (shown.plan !== undefined) need(changed(shown.plan, plan))
      else if (isPending(plan)) await show(plan)
      shown.plan = plan
      return consent(plan)
    }
    const { plan, report, locked } = await need(deployer.perform({ purpose, command, again, agreed, stop, whileBusy, report: progress.on }))
    if (report === undefined) return { plan, locked }
    const fault = faultOf(report, again)
    return { plan, report, locked, ...(fault === undefined ? {} : { fault }) }
  })

const faultOf = (
  { environment, outcome, run, done, failed, skipped, leftOff, notBegun, checks }: RunReport,
  again: string,
): Fault | undefined => {
  if (outcome === 'done') return undefined
  if (outcome === 'interrupted') return { code: 'INTERRUPTED', environment, done: done.length, leftOff, notBegun: notBegun.length, again }
  const [first] = failed
  if (first === undefined) {
    const sick = checks.filter(({ result }) => result === 'failed')
    return { code: 'CHECK_FAILED', checks: sick.map(({ addr, says }) => `${addr} ${says}`) }
  }
  if (done.length + leftOff.length === 0 && failed.every(one => isRefusal(one.fault))) return first.fault
  return { code: 'RUN_INCOMPLETE', environment, run, done: done.length, failed: failed.length, skipped: skipped.length, first: first.fault }
}
