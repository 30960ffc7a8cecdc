import type { Addr } from '../engine/contract.js'
import type { Planned } from '../engine/plan/plan.js'
import { rememberOf } from '../engine/plan/remember.js'
import type { Remembered } from '../engine/store.js'

/** What `state rebuild` came to. */
export interface Rebuilt {
  readonly environment: string
  readonly remembered: ReadonlyArray<Addr>
  /** Declared, and nowhere to be found. */
  readonly absent: ReadonlyArray<Addr>
  /** Marked as ours on a host, and not in the file. */
  readonly others: ReadonlyArray<Addr>
  /** Generated secrets that the state does not have. */
  readonly secrets: ReadonlyArray<string>
}

type Found = Omit<Remembered, 'run'>

/** What a ledger has under our name: also what is there but not as wanted. */
export const foundIn = ({ entries, world, input }: Planned): ReadonlyArray<Found> => {
  const known = new Map(input.memory.resources.map(one => [one.addr, one]))
  return [...entries.values()]
    .filter(({ addr }) => world.held.has(addr))
    .map(entry => rememberOf(entry, world, { tool: input.tool, before: known.get(entry.addr) }))
}

export const rebuiltOf = ({ plan, entries, world }: Planned, found: ReadonlyArray<Found>, secrets: ReadonlyArray<string>): Rebuilt => {
  const remembered = found.map(({ addr }) => addr)
  return {
    environment: plan.environment,
    remembered,
    absent: [...entries.keys()].filter(addr => !remembered.includes(addr)),
    others: [...world.held.keys()].filter(addr => !entries.has(addr)),
    secrets,
  }
}
