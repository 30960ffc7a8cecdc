import type { Ask, Asks, Change, Held, Host } from '../contract.js'
import { baseline } from './effects/baseline.js'
import { hostOf } from './effects/images.js'
import { FORWARDING } from './effects/packages.js'
import { bornHome, memberOf } from './effects/users.js'
import { effects } from './effects.js'
import type { SealedStep, SealedStepOf } from './seal.js'
import type { Kept, View } from './view.js'

export interface Undo {
  readonly until: number
  readonly things: ReadonlyArray<Change>
}

/** One place that has answers: the provider, or a host. A thing that went is remembered as undefined. */
export interface Place {
  readonly name: string
  readonly host: Host
  readonly things: Map<Ask, Map<string, unknown>>
  readonly ledger: Map<string, Held>
  /** Keys of the ledger by holder: what one holds is asked after each batch, among thousands. */
  readonly holdings: Map<string, Set<string>>
  readonly kept: Map<string, unknown>
  readonly undos: Map<string, Undo>
}

/** A model of a provider and of the hosts on it. */
export interface Model {
  readonly provider: Place
  readonly hosts: Map<string, Place>
}

const NOWHERE: Host = { os: '', version: '', arch: '', ipv6: false }

export const placeOf = (name: string, host: Host): Place => ({
  name,
  host,
  things: new Map(),
  ledger: new Map(),
  holdings: new Map(),
  kept: new Map(),
  undos: new Map(),
})
export const emptyModel = (): Model => ({ provider: placeOf('provider', NOWHERE), hosts: new Map() })

export const viewOf = (place: Place): View => {
  const { name, host, things, kept } = place
  return {
    name,
    host,
    at: <A extends Ask>(ask: A, key: string) => at(place, ask, key) as Kept<A> | undefined,
    keys: function* (ask) {
      for (const [key, value] of things.get(ask) ?? []) if (value !== undefined) yield key
    },
    kept: id => kept.get(id),
  }
}

const at = (place: Place, ask: Ask, key: string): unknown => {
  const known = place.things.get(ask)
  if (known?.has(key)) return known.get(key)
  if (ask === 'member') return memberAt(place, key)
  return baseline(place, ask, key)
}

/** A user that came with its groups. */
const memberAt = (place: Place, key: string): unknown => {
  const [user, group] = memberOf(key)
  const { groups } = (at(place, 'user', user) ?? { groups: [] }) as Pick<Asks['user'], 'groups'>
  return groups.includes(group) ? { user, group } : undefined
}

export const change = (place: Place, { ask, key, to }: Change): void => {
  const known = place.things.get(ask) ?? new Map<string, unknown>()
  place.things.set(ask, known)
  known.set(key, to)
}

export interface Performing {
  /** Only so many of the changes happen. */
  readonly part?: number
  /** When it happens, for what has a deadline. */
  readonly at?: number
}

/** Does a step in a model: its effects, the coming and going of hosts, and what an undo needs to put things back. */
export const perform = (model: Model, place: Place, step: SealedStep, { part, at = 0 }: Performing = {}): void => {
  const view = viewOf(place)
  const changes = effects(step, view).slice(0, part)
  if (step.do === 'arm' && changes.length > 0) {
    const kept = place.undos.get(step.name)?.things ?? []
    const asked: ReadonlyArray<readonly [Ask, string]> = step.things.flatMap(({ what, id }) => [
      [what, id] as const,
      ...(what === 'firewall' ? ([['rules', id]] as const) : []),
    ])
    const fresh = asked.filter(([what, id]) => !kept.some(({ ask, key }) => ask === what && key === id))
    const things = [...kept, ...fresh.map(([what, id]) => ({ ask: what, key: id, to: view.at(what, id) }) as Change)]
    place.undos.set(step.name, { until: at + step.seconds * 1000, things })
  }
  if (step.do === 'confirm' && changes.length > 0) place.undos.delete(step.name)
  const forwards = step.do !== 'sysctl' && step.do !== 'run' && changes.some(({ ask, key }) => ask === 'sysctl' && key === FORWARDING)
  if (forwards && !place.kept.has(FORWARDING)) place.kept.set(FORWARDING, view.at('sysctl', FORWARDING))
  for (const one of changes) change(place, one)
  if (place !== model.provider) return
  for (const { ask, key, to } of changes) {
    if (ask !== 'machine') continue
    if (to === undefined) model.hosts.delete(key)
    else if (step.do === 'machine create') model.hosts.set(key, born(step))
  }
}

const born = ({ name, image, first }: SealedStepOf<'machine create'>): Place => {
  const place = placeOf(name, hostOf(image))
  for (const one of first) {
    if (one.ask === 'user' && one.to !== undefined) change(place, bornHome(one.key, viewOf(place)))
    change(place, one)
  }
  return place
}
