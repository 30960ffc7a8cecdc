import { asKept } from '../../engine/model/effects/restore.js'
import { hold, release } from '../../engine/model/ledger.js'
import { change, emptyModel, type Model, type Place, perform, viewOf } from '../../engine/model/model.js'
import type { Begun, Entry } from './entry.js'

/** All that a log says. */
export interface World {
  readonly model: Model
  readonly open: Map<string, Begun>
  /** The newest fence of each environment. */
  readonly fences: Map<string, number>
  /** Batches begun so far, by environment and addr. */
  readonly tries: Map<string, number>
}

export const emptyWorld = (): World => ({ model: emptyModel(), open: new Map(), fences: new Map(), tries: new Map() })

export const triesKey = ({ environment, addr }: Pick<Begun, 'environment' | 'addr'>): string => `${environment} ${addr}`

export const placeAt = ({ model }: World, host: string | undefined): Place | undefined =>
  host === undefined ? model.provider : model.hosts.get(host)

/** Whoever holds the lock against this batch. Batches of one run share it. */
export const rivalOf = ({ open }: World, { environment, run, fence }: Pick<Begun, 'environment' | 'run' | 'fence'>): Begun | undefined =>
  [...open.values()].find(one => one.environment !== environment || one.run !== run || one.fence !== fence)

const mayBegin = (world: World, begun: Begun): boolean =>
  rivalOf(world, begun) === undefined && begun.fence >= (world.fences.get(begun.environment) ?? 0)

/** The same entries make the same world. What a batch without the lock wrote does not count. */
export const fold = (world: World, entry: Entry): void => {
  if (entry.is === 'begin') {
    begin(world, entry)
    return
  }
  if (entry.is === 'fired') {
    fire(world, entry.host, entry.undo)
    return
  }
  if (entry.is === 'torn') return
  const begun = world.open.get(entry.batch)
  if (begun === undefined) return
  if (entry.is === 'end') {
    world.open.delete(entry.batch)
    return
  }
  const place = placeAt(world, entry.host)
  if (place === undefined) return
  if (entry.is === 'step') perform(world.model, place, entry.step, entry)
  else for (const claim of entry.claims) (entry.is === 'claims' ? hold : release)(place, claim, begun)
}

const begin = (world: World, { batch, environment, addr, run, fence, actor }: Begun): void => {
  const begun = { batch, environment, addr, run, fence, actor }
  if (!mayBegin(world, begun)) return
  world.open.set(batch, begun)
  world.fences.set(environment, fence)
  world.tries.set(triesKey(begun), (world.tries.get(triesKey(begun)) ?? 0) + 1)
}

const fire = (world: World, host: string, name: string): void => {
  const place = placeAt(world, host)
  const undo = place?.undos.get(name)
  if (place === undefined || undo === undefined) return
  for (const one of undo.things) for (const back of asKept(one, viewOf(place))) change(place, back)
  change(place, { ask: 'undo', key: name, to: undefined })
  place.undos.delete(name)
}

/** Undos whose time has come. */
export const dueUndos = ({ model }: World, now: number): ReadonlyArray<Entry> =>
  [...model.hosts.values()].flatMap(({ name, undos }) =>
    [...undos].filter(([, { until }]) => until <= now).map(([undo]): Entry => ({ is: 'fired', host: name, undo })),
  )
