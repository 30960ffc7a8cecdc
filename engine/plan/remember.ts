import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../specs/json.js'
import type { Machine } from '../channel.js'
import type { Addr, Host } from '../contract.js'
import type { Remembered } from '../store.js'
import type { World } from '../world.js'
import type { Entry } from './decide.js'
import type { Verdict } from './verdicts.js'

/** What the state keeps of a resource that is as wanted. */
export const rememberOf = (
  entry: Entry,
  world: World,
  { tool, before }: { readonly tool: string; readonly before: Remembered | undefined },
): Omit<Remembered, 'run'> => {
  const machine = world.machines.get(entry.addr)
  return {
    addr: entry.addr,
    kind: entry.declared.kind,
    spec: entry.declared.spec,
    wanted: entry.want as Remembered['wanted'],
    tool,
    protect: entry.declared.protect ?? before?.protect ?? false,
    ...(machine && { identity: identityOf(machine, world.hosts.get(entry.addr)) }),
  }
}

const identityOf = ({ name, seen }: Machine, host: Host | undefined): Json => ({
  id: seen.id,
  name,
  addresses: seen.addresses,
  ...(host && { host: { ...host } }),
})

/** What a host said of itself when it was last asked: the best guess until it is asked again. */
export const hostsOf = (resources: ReadonlyArray<Remembered>): ReadonlyMap<Addr, Host> =>
  new Map(
    resources.flatMap(({ addr, identity }) => {
      const host = (identity as { readonly host?: Host } | undefined)?.host
      return host === undefined ? [] : [[addr, host] as const]
    }),
  )

export interface Recording {
  readonly world: World
  readonly remembered: ReadonlyMap<Addr, Remembered>
  readonly tool: string
}

/** Unchanged in the world, but remembered otherwise. */
export const recordsOf = (
  verdicts: ReadonlyMap<Addr, Verdict>,
  { world, remembered, tool }: Recording,
): ReadonlyArray<Omit<Remembered, 'run'>> =>
  [...verdicts.values()].flatMap(({ entry, decision }) => {
    if (decision.action !== 'none') return []
    const before = remembered.get(entry.addr)
    const { run: _, ...old } = before ?? { run: 0 }
    const now = rememberOf(entry, world, { tool, before })
    return isDeepStrictEqual(old, now) ? [] : [now]
  })
