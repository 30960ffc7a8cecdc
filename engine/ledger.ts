import type { Fault } from '../specs/fault.js'
import type { Claim, Held, Holder } from './contract.js'
import { type Place, viewOf } from './model.js'

const entryKey = ({ what, id }: Pick<Claim, 'what' | 'id'>): string => `${what} ${id}`
const isBy =
  ({ environment, addr }: Holder) =>
  (one: Holder): boolean =>
    one.environment === environment && one.addr === addr

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
  if (entry === undefined) place.ledger.set(key, firstEntry(place, claim, by))
  else if (!entry.by.some(isBy(by))) place.ledger.set(key, { ...entry, by: [...entry.by, by] })
}

const firstEntry = (place: Place, { what, id, via, hold, data }: Claim, by: Holder): Held => {
  const value = viewOf(place).at(what, id)
  const entry = { what, id, via, hold, ...(data === undefined ? {} : { data }), by: [by] }
  if (value === undefined) return { ...entry, before: 'absent' }
  const kept = entryKey({ what, id })
  place.kept.set(kept, value)
  return { ...entry, before: 'present', kept }
}

/** Gives a claim up; with the last holder goes what was kept. */
export const release = (place: Place, claim: Claim, holder: Holder): void => {
  const key = entryKey(claim)
  const entry = place.ledger.get(key)
  if (entry === undefined) return
  const by = entry.by.filter(one => !isBy(holder)(one))
  if (by.length > 0) {
    place.ledger.set(key, { ...entry, by })
    return
  }
  place.ledger.delete(key)
  if (entry.kept !== undefined) place.kept.delete(entry.kept)
}

/** What a holder holds; without one, everything. */
export const heldAt = (place: Place, holder?: Holder): ReadonlyArray<Held> => {
  const entries = [...place.ledger.values()]
  return holder === undefined ? entries : entries.filter(({ by }) => by.some(isBy(holder)))
}
