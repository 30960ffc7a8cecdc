import type { Machine } from '../channel.js'
import type { Addr, Probe } from '../contract.js'
import type { Planned } from '../plan/plan.js'
import type { Task } from '../plan-value.js'
import type { RunEvent } from '../run-value.js'
import type { Journal, Remembered } from '../store.js'
import type { World } from '../world.js'
import { type Agenda, agendaOf } from './agenda.js'
import { type Early, earlyChecks } from './early.js'
import type { Queues } from './in-turn.js'

export interface RunInput {
  readonly planned: Planned
  readonly journal: Journal
  readonly report: (event: RunEvent) => void
  /** Aborted once: end after the steps under way. A second Ctrl-C ends the process; the journal stands that. */
  readonly stop: AbortSignal
  readonly concurrency: number
  /** Injected so that tests wait for nothing. Milliseconds; `until` ends a sleep early. */
  readonly clock: { readonly now: () => number; readonly sleep: (ms: number, until?: AbortSignal) => Promise<void> }
}

/** A run as it goes on. */
export interface Performing extends RunInput {
  readonly memo: ReadonlyMap<Addr, Remembered>
  /** As the run goes on: a task may make one. */
  readonly machines: Map<Addr, Machine>
  readonly queues: Queues
  readonly agenda: Agenda<Task>
  readonly gathering: { open?: { readonly probes: Array<Probe>; readonly world: Promise<World> } | undefined }
  /** Looks that asked for a predicted task before it began. */
  readonly ahead: Map<Addr, Promise<World>>
  readonly early: Early
}

export const performingOf = (input: RunInput): Performing => {
  const machines = new Map(input.planned.world.machines)
  return {
    ...input,
    memo: new Map(input.planned.input.memory.resources.map(one => [one.addr, one])),
    machines,
    queues: new Map(),
    agenda: agendaOf(
      input.planned.plan.tasks,
      ({ addr }) => addr,
      ({ after }) => after,
    ),
    gathering: {},
    ahead: new Map(),
    early: earlyChecks({ ...input, machines }),
  }
}
