import type { AnyKind } from '../engine/contract.js'
import type { Fault } from '../specs/fault.js'
import type { Path, Place } from '../specs/issue.js'

type PlaceOf = (path: Path) => Place

/** The same kinds; what they refuse for what the file says is told with its place there. */
export const placing = (kinds: ReadonlyMap<string, AnyKind>, placeOf: PlaceOf | undefined): ReadonlyMap<string, AnyKind> =>
  placeOf === undefined ? kinds : new Map([...kinds].map(([name, kind]) => [name, { ...kind, refuses: placed(kind.refuses, placeOf) }]))

const placed =
  (refuses: AnyKind['refuses'], placeOf: PlaceOf): AnyKind['refuses'] =>
  (want, seen, on): Fault | undefined => {
    const fault = refuses(want, seen, on)
    if (fault === undefined || !('path' in fault) || !Array.isArray(fault.path)) return fault
    return { ...fault, place: placeOf(fault.path) } as Fault
  }
