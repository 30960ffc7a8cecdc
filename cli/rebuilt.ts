import type { Addr } from '../engine/contract.js'
import type { Planned } from '../engine/plan/plan.js'
import { rememberOf } from '../engine/plan/remember.js'
import type { Remembered } from '../engine/store.js'
import type { Fault } from '../specs/fault.js'
import { attemptNow, E, type Either, need } from '../specs/fp.js'
import type { Json } from '../specs/json.js'
import type { Lock } from '../state/index.js'

/** What `state rebuild` came to. */
export interface Rebuilt {
  readonly environment: string
  readonly remembered: ReadonlyArray<Addr>
  /** Declared, and nowhere to be found. */
  readonly absent: ReadonlyArray<Addr>
  /** Marked as ours on a host, and not in the file. */
  readonly others: ReadonlyArray<Addr>
  /** Generated secrets that the state has again. */
  readonly readBack: ReadonlyArray<string>
  /** Those that it still does not have. */
  readonly secrets: ReadonlyArray<string>
}

type Found = Omit<Remembered, 'run'>

/** What a ledger has under our name: also what is there but not as wanted. */
const foundIn = ({ entries, world, input }: Planned): ReadonlyArray<Found> => {
  const known = new Map(input.memory.resources.map(one => [one.addr, one]))
  return [...entries.values()]
    .filter(({ addr }) => world.held.has(addr))
    .map(entry => rememberOf(entry, world, { tool: input.tool, before: known.get(entry.addr) }))
}

/** Written down as a run of its own. */
export const remembered = (planned: Planned, lock: Lock, spec: Json): Either<Fault, ReadonlyArray<Addr>> =>
  attemptNow(() => {
    const found = foundIn(planned)
    const { environment, fingerprint } = planned.plan
    const journal = need(lock.begin({ environment, command: 'state rebuild', fingerprint, spec, tasks: found.length }))
    const kept = journal.results(
      found.map(remember => ({ addr: remember.addr, action: 'remember', result: { outcome: 'done' as const, seconds: 0, remember } })),
    )
    need(journal.end(E.isRight(kept) ? 'done' : 'failed'))
    need(kept)
    return found.map(({ addr }) => addr)
  })

export const rebuiltOf = (
  { plan, entries, world }: Planned,
  remembered: ReadonlyArray<Addr>,
  secrets: Pick<Rebuilt, 'readBack' | 'secrets'>,
): Rebuilt => ({
  environment: plan.environment,
  remembered,
  absent: [...entries.keys()].filter(addr => !remembered.includes(addr)),
  others: [...world.held.keys()].filter(addr => !entries.has(addr)),
  ...secrets,
})
