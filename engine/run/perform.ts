import { type Fault, retryOf, withinOf } from '../../specs/fault.js'
import { type Decision, decide, decideDelete, unaskedOf } from '../plan/decide.js'
import { rememberOf } from '../plan/remember.js'
import type { Task } from '../plan-value.js'
import type { TaskResult } from '../store.js'
import type { World } from '../world.js'
import { act, type Doing, type LeftOff, type Tried } from './act.js'
import { covers } from './covers.js'
import { doingOf } from './doing.js'
import { lookedAhead, lookFor } from './gather.js'
import type { Performing } from './performing.js'

export type Done = { readonly fault: Fault } | LeftOff | { readonly remember: NonNullable<TaskResult['remember']>; readonly idle: boolean }

/** What passes by itself is waited for this long. */
const PATIENCE_MS = 10 * 60_000
const PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000

/**
 * Acts, and asks again. After what passes by itself, or a lost connection, the world is looked at and the rest decided anew;
 * what then is decided may be less than the plan showed, never more.
 */
export const perform = async (task: Task, performing: Performing): Promise<Done> => {
  const { clock, report, stop } = performing
  const deadline = clock.now() + PATIENCE_MS
  let doing: Doing | undefined = task.predicted ? undefined : task
  let isIdle = true
  let before: Fault | undefined
  let since = clock.now()
  for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    isIdle &&= doing === undefined
    const tried = doing === undefined ? await decideAgain(task, performing) : await act(task, doing, performing)
    if ('world' in tried) return { remember: rememberedOf(task, tried.world, performing), idle: isIdle }
    if ('doing' in tried) {
      doing = tried.doing
      pause /= 2
      continue
    }
    if ('leftOff' in tried) return tried
    const { fault, again } = tried
    if (fault.code !== before?.code) since = clock.now()
    const end = Math.min(deadline, since + (withinOf(fault) ?? Number.POSITIVE_INFINITY) * 1000)
    if (isLasting(fault, before) || !again || clock.now() + pause > end) return { fault }
    before = fault
    if (stop.aborted) return { leftOff: true, fault }
    report({ at: 'again', addr: task.addr, fault, inSeconds: pause / 1000 })
    await clock.sleep(pause, stop)
    if (stop.aborted) return { leftOff: true, fault }
    doing = undefined
  }
}

/** What is wrong may have left off anywhere, which is looked into once; it does not pass by itself. */
const isLasting = (fault: Fault, before: Fault | undefined): boolean => fault.code === before?.code && retryOf(fault) === 'never'

const rememberedOf = (task: Task, world: World, { planned, memo }: Performing): NonNullable<TaskResult['remember']> => {
  const entry = planned.entries.get(task.addr)
  return entry === undefined ? 'forget' : rememberOf(entry, world, { tool: planned.input.tool, before: memo.get(task.addr) })
}

const decideAgain = async (task: Task, performing: Performing): Promise<Tried | { readonly doing: Doing }> => {
  const { planned } = performing
  const { routes, input } = planned
  const entry = planned.entries.get(task.addr)
  const world = await (lookedAhead(task, performing) ?? lookFor(entry, performing))
  const busy = world.busy.find(one => one.addr === task.addr && one.environment === input.wish.environment)
  if (busy !== undefined) return { fault: { code: 'HOST_BUSY', host: planned.plan.host ?? planned.plan.provider, ...busy }, again: true }
  const deciding = { world, routes, environment: input.wish.environment, blank: false }
  if (entry === undefined) {
    const held = world.held.get(task.addr) ?? []
    if (held.length === 0) return { world }
    const kind = input.kinds.get(task.kind)
    return kind === undefined
      ? { fault: { code: 'KIND_UNKNOWN', addr: task.addr }, again: false }
      : { doing: decideDelete(task.addr, kind, deciding) }
  }
  const unasked = unaskedOf(entry, world)
  if (unasked !== undefined) return { fault: unasked.fault, again: retryOf(unasked.fault) === 'soon' }
  const decision = decide(entry, deciding)
  if (decision.refused !== undefined) return { fault: decision.refused, again: false }
  if (decision.action === 'none') return { world }
  if (!covers(task.steps, decision.steps)) return { fault: movedOf(task, decision), again: false }
  return { doing: decision }
}

const movedOf = (task: Task, { steps }: Decision): Fault => ({
  code: 'PLAN_MOVED',
  expected: `what was shown for ${task.addr}`,
  found: 'more',
  moved: steps.filter(step => !covers(task.steps, [step])).map(step => `${task.addr}: ${doingOf(step)}`),
})
