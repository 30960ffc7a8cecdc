import { isDeepStrictEqual } from 'node:util'
import type { Addr } from './contract.js'
import type { Entry } from './decide.js'
import type { Remembered } from './store.js'
import type { Verdict } from './verdicts.js'
import type { World } from './world.js'

/** What the state keeps of a resource that is as wanted. */
export const rememberOf = (entry: Entry, world: World, before: Remembered | undefined): Omit<Remembered, 'run'> => {
  const machine = world.machines.get(entry.addr)
  return {
    addr: entry.addr,
    kind: entry.declared.kind,
    spec: entry.declared.spec,
    wanted: entry.want as Remembered['wanted'],
    protect: entry.declared.protect ?? before?.protect ?? false,
    ...(machine && { identity: { id: machine.seen.id, name: machine.name, addresses: machine.seen.addresses } }),
  }
}

/** Unchanged in the world, but remembered otherwise. */
export const recordsOf = (
  verdicts: ReadonlyMap<Addr, Verdict>,
  world: World,
  remembered: ReadonlyMap<Addr, Remembered>,
): ReadonlyArray<Omit<Remembered, 'run'>> =>
  [...verdicts.values()].flatMap(({ entry, decision }) => {
    if (decision.action !== 'none') return []
    const { run: _, ...old } = remembered.get(entry.addr) ?? { run: 0 }
    const now = rememberOf(entry, world, remembered.get(entry.addr))
    return isDeepStrictEqual(old, now) ? [] : [now]
  })
