import type { Fault } from '../../specs/fault.js'
import type { Asks, Claim, Held, Holder, Thing } from '../contract.js'
import { oppositeKey } from '../vocabulary.js'
import { FORWARDING } from './effects/packages.js'
import { change, type Place, viewOf } from './model.js'
import type { View } from './view.js'

const entryKey = ({ what, id }: Pick<Claim, 'what' | 'id'>): string => `${what} ${id}`
const isBy =
  ({ environment, addr }: Holder) =>
  (one: Holder): boolean =>
    one.environment === environment && one.addr === addr

const holderKey = ({ environment, addr }: Holder): string => `${environment} ${addr}`

/** Puts an entry in, in place of the one that was there. */
export const enter = (place: Place, entry: Held): void => {
  const key = entryKey(entry)
  place.ledger.set(key, entry)
  for (const by of entry.by) {
    const own = place.holdings.get(holderKey(by)) ?? new Set()
    place.holdings.set(holderKey(by), own.add(key))
  }
}

/** Why a claim cannot be had: alone means that nobody else holds it, and that nothing unmarked is there. */
export const objectionTo = (claim: Claim, place: Place, { environment }: Holder): Fault | undefined => {
  if (claim.hold === 'share') return undefined
  const { what, id } = claim
  const entry = place.ledger.get(entryKey(claim))
  const other = entry?.by.find(one => one.environment !== environment)
  if (other !== undefined) return { code: 'NOT_OURS', what, id, by: `${other.addr} of ${other.environment}` }
  return entry === undefined && viewOf(place).at(what, id) !== undefined ? { code: 'NOT_OURS', what, id } : undefined
}

/** Writes a claim down; the first one also says what was there before, and keeps it. */
export const hold = (place: Place, claim: Claim, { environment, addr }: Holder): void => {
  const key = entryKey(claim)
  const by = { environment, addr }
  const entry = place.ledger.get(key)
  if (entry === undefined) enter(place, firstEntry(place, claim, by))
  else enter(place, { ...entry, ...(claim.impact && { impact: claim.impact }), by: [...entry.by.filter(one => !isBy(by)(one)), by] })
}

const firstEntry = (place: Place, { what, id, via, hold, data, impact }: Claim, by: Holder): Held => {
  const value = valueBefore(viewOf(place), what, id)
  const entry = { what, id, via, hold, ...(data && { data }), ...(impact && { impact }), by: [by] }
  if (value === undefined) return { ...entry, before: 'absent' }
  const kept = entryKey({ what, id })
  place.kept.set(kept, value)
  return { ...entry, before: 'present', kept }
}

/** A rule takes the place of its opposite. */
const valueBefore = (view: View, what: Thing, id: string): unknown =>
  view.at(what, id) ?? (what === 'rule' ? view.at('rule', oppositeKey(id)) : undefined)

/** Gives a claim up; with the last holder goes what was kept. */
export const release = (place: Place, claim: Claim, holder: Holder): void => {
  const key = entryKey(claim)
  const entry = place.ledger.get(key)
  if (entry === undefined) return
  const by = entry.by.filter(one => !isBy(holder)(one))
  place.holdings.get(holderKey(holder))?.delete(key)
  if (by.length > 0) {
    place.ledger.set(key, { ...entry, by })
    return
  }
  place.ledger.delete(key)
  if (entry.kept !== undefined) place.kept.delete(entry.kept)
  if (place.ledger.size === 0) sweep(place)
}

/** Once nobody holds anything, what our daemons set goes back too. */
const sweep = (place: Place): void => {
  if (!place.kept.has(FORWARDING)) return
  change(place, { ask: 'sysctl', key: FORWARDING, to: place.kept.get(FORWARDING) as Asks['sysctl'] })
  place.kept.delete(FORWARDING)
}

/** What a holder holds; without one, everything. */
export const heldAt = (place: Place, holder?: Holder): ReadonlyArray<Held> => {
  if (holder === undefined) return [...place.ledger.values()]
  return [...(place.holdings.get(holderKey(holder)) ?? [])].flatMap(key => place.ledger.get(key) ?? [])
}
