import type { Event } from '../channel.js'
import type { Addr } from '../contract.js'
import type { Entry } from '../plan/decide.js'
import type { Task } from '../plan-value.js'
import type { Part } from './batches.js'
import type { Performing } from './performing.js'

/** How a task comes to its end, for whoever can begin before all of it is verified. */
export interface End {
  /** Will by then only wait to be asked about, at the place of the last part: one round trip less. */
  readonly soon: ReadonlyArray<Entry>
  readonly begins: (part: Part) => void
  readonly heard: (part: Part, event: Event) => void
  /** Who of `soon` waited for nothing else when the last step was done. */
  readonly next: () => ReadonlyArray<Addr>
}

export const endOf = (task: Task, last: Part | undefined, { agenda, planned: { entries, routes }, early }: Performing): End => {
  const soon = agenda.soon(task).flatMap(({ addr, predicted }) => {
    const entry = entries.get(addr)
    return predicted && entry?.probes.every(({ via }) => routes.rootOf(via) === last?.root) ? [entry] : []
  })
  let next: ReadonlyArray<Addr> = []
  const reached = (): void => {
    next = agenda.next(task).flatMap(({ addr }) => (soon.some(one => one.addr === addr) ? [addr] : []))
    if (agenda.isLast(task)) early.lastStepDone()
  }
  return {
    soon,
    begins: part => {
      if (part === last && part.steps.length === 0) reached()
    },
    heard: (part, { is, step }) => {
      if (part !== last || step !== part.steps.length - 1) return
      const begun = part.steps[step]
      if (is === 'started' && begun !== undefined && agenda.isLast(task)) early.lastStepBegins(begun)
      if (is === 'waits' && agenda.isLast(task)) early.lastStepWaits()
      if (is === 'done') reached()
    },
    next: () => next,
  }
}
