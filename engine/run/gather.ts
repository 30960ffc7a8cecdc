import type { Probe } from '../contract.js'
import type { Entry } from '../plan/decide.js'
import type { Task } from '../plan-value.js'
import { lookAt, type World } from '../world.js'
import type { Performing } from './performing.js'

/** Tasks that look in the same turn of the event loop share one look. */
export const lookFor = (entry: Entry | undefined, performing: Performing): Promise<World> => {
  const { gathering } = performing
  gathering.open ??= { probes: [], world: gather(performing) }
  gathering.open.probes.push(...(entry?.probes ?? []))
  return gathering.open.world
}

const gather = async (performing: Performing): Promise<World> => {
  await new Promise<void>(resolve => setImmediate(resolve))
  const { planned, machines, gathering } = performing
  const { routes, input, links } = planned
  const { open } = gathering
  gathering.open = undefined
  const probes = open === undefined ? [] : [...open.probes, ...probesAhead(open.world, performing)]
  const world = await lookAt(probes, { environment: input.wish.environment, routes, provider: input.provider, links, reveal: input.reveal })
  for (const [addr, machine] of world.machines) machines.set(addr, machine)
  return world
}

/** All that it needs is done: what is asked now is as good as what is asked when its turn comes. */
const probesAhead = (world: Promise<World>, { planned, agenda, ahead }: Performing): ReadonlyArray<Probe> =>
  agenda.ready.flatMap(({ addr, predicted }) => {
    if (!predicted || ahead.has(addr)) return []
    ahead.set(addr, world)
    return planned.entries.get(addr)?.probes ?? []
  })

/** Once: after a fault the world is looked at anew. */
export const lookedAhead = ({ addr }: Task, { ahead }: Performing): Promise<World> | undefined => {
  const world = ahead.get(addr)
  ahead.delete(addr)
  return world
}
