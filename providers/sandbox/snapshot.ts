import type { Ask, Held } from '../../engine/contract.js'
import { enter } from '../../engine/model/ledger.js'
import { type Place, placeOf, type Undo } from '../../engine/model/model.js'
import type { Begun } from './entry.js'
import type { World } from './fold.js'

interface PlaceShot {
  readonly name: string
  readonly host: Place['host']
  /** Null: gone. */
  readonly things: ReadonlyArray<readonly [Ask, ReadonlyArray<readonly [string, unknown]>]>
  readonly ledger: ReadonlyArray<Held>
  readonly kept: ReadonlyArray<readonly [string, unknown]>
  readonly undos: ReadonlyArray<readonly [string, Undo]>
}
/** A world as JSON. */
export interface Snapshot {
  readonly provider: PlaceShot
  readonly hosts: ReadonlyArray<PlaceShot>
  readonly open: ReadonlyArray<readonly [string, Begun]>
  readonly fences: ReadonlyArray<readonly [string, number]>
  readonly tries: ReadonlyArray<readonly [string, number]>
}

const shotOf = ({ name, host, things, ledger, kept, undos }: Place): PlaceShot => ({
  name,
  host,
  things: [...things].map(([ask, known]) => [ask, [...known].map(([key, value]) => [key, value ?? null] as const)] as const),
  ledger: [...ledger.values()],
  kept: [...kept],
  undos: [...undos],
})

const placeFrom = ({ name, host, things, ledger, kept, undos }: PlaceShot): Place => {
  const place = placeOf(name, host)
  for (const [ask, known] of things) place.things.set(ask, new Map(known.map(([key, value]) => [key, value ?? undefined])))
  for (const entry of ledger) enter(place, entry)
  for (const [key, value] of kept) place.kept.set(key, value)
  for (const [key, value] of undos) place.undos.set(key, value)
  return place
}

export const snapshotOf = ({ model, open, fences, tries }: World): Snapshot => ({
  provider: shotOf(model.provider),
  hosts: [...model.hosts.values()].map(shotOf),
  open: [...open],
  fences: [...fences],
  tries: [...tries],
})

export const worldFrom = ({ provider, hosts, open, fences, tries }: Snapshot): World => ({
  model: { provider: placeFrom(provider), hosts: new Map(hosts.map(shot => [shot.name, placeFrom(shot)])) },
  open: new Map(open),
  fences: new Map(fences),
  tries: new Map(tries),
})
