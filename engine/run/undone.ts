import { type Fault, isRefusal } from '../../specs/fault.js'
import type { Addr } from '../contract.js'
import { decide, unaskedOf } from '../plan/decide.js'
import { beforeOf } from '../plan/sources.js'
import type { Task } from '../plan-value.js'
import { lookFor } from './gather.js'
import type { Performing } from './performing.js'

/** Done in this run, and put back in part by a task that needed it; `whole`: all of it is as it was before the run. */
export interface Undone {
  readonly task: Task
  readonly whole: boolean
}

/** What is refused, and what fails and comes back, may take back with it what was done for it before. */
const mayUndo = (fault: Fault): boolean => isRefusal(fault) || ('after' in fault && fault.after === 'back')

export const undoneBy = async (
  task: Task,
  fault: Fault,
  { done, performing }: { readonly done: ReadonlySet<Addr>; readonly performing: Performing },
): Promise<ReadonlyArray<Undone>> => {
  if (!mayUndo(fault)) return []
  const { planned, memo } = performing
  const found = await Promise.all(
    needsOf(task, performing)
      .filter(({ addr }) => done.has(addr))
      .map(async (need): Promise<ReadonlyArray<Undone>> => {
        const entry = planned.entries.get(need.addr)
        if (entry === undefined) return []
        const world = await lookFor(entry, performing)
        if (unaskedOf(entry, world) !== undefined) return []
        const { routes, input } = planned
        const decision = decide(entry, { world, routes, environment: input.wish.environment, blank: false })
        if (decision.action === 'none') return []
        const before = beforeOf({ entry, decision, predicted: false }, memo.get(need.addr), world.answers)
        return [{ task: need, whole: before?.action === 'none' }]
      }),
  )
  return found.flat()
}

/** However far. */
const needsOf = (task: Task, { planned }: Performing): ReadonlyArray<Task> => {
  const byAddr = new Map(planned.plan.tasks.map(one => [one.addr, one]))
  const found = new Set<Task>()
  const from = ({ after }: Task): void => {
    for (const addr of after) {
      const need = byAddr.get(addr)
      if (need === undefined || found.has(need)) continue
      found.add(need)
      from(need)
    }
  }
  from(task)
  return [...found]
}
