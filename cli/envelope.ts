import { type Fault, faultValue } from '../specs/fault.js'
import type { Issue, Place } from '../specs/issue.js'
import type { Json } from '../specs/json.js'

/** What a command came to. A run that failed half-way has both a fault and a result. */
export interface Ending {
  readonly command: string
  readonly result?: Json | undefined
  readonly fault?: Fault | undefined
  readonly warnings: ReadonlyArray<Issue>
}

/** The one object that `--json` writes, in success and failure alike; its `format` changes only with its meaning. */
export const envelope = ({ command, result, fault, warnings }: Ending, mask: (text: string) => string): string => {
  const value: Json = {
    format: 1,
    command,
    ok: fault === undefined,
    ...(result === undefined ? {} : { result }),
    ...(fault === undefined ? {} : { fault: placed(fault) }),
    warnings: warnings as unknown as Json,
  }
  return `${maskedJson(value, mask)}\n`
}

const placed = (fault: Fault): Json => {
  const place = placeOf(fault)
  return place === undefined ? faultValue(fault) : { ...(faultValue(fault) as { [key: string]: Json }), place: { ...place } }
}

const placeOf = (fault: Fault): Place | undefined => {
  if ('place' in fault) return fault.place
  if (fault.code === 'SPEC_INVALID') return fault.issues.find(issue => issue.place !== undefined)?.place
  return undefined
}

/** As JSON without any secret. Most values have none, which the whole text tells at once. */
export const maskedJson = (value: Json, mask: (text: string) => string, indent?: number): string => {
  const text = JSON.stringify(value, undefined, indent)
  return mask(text) === text ? text : JSON.stringify(masked(value, mask), undefined, indent)
}

/** Text by text, so that a secret that looks like JSON can't break what is around it. */
const masked = (value: Json, mask: (text: string) => string): Json => {
  if (typeof value === 'string') return mask(value)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(one => masked(one as Json, mask))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, one === undefined ? one : masked(one as Json, mask)]))
}
