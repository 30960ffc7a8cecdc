import { isRecord } from '../specs/codec.js'
import type { Json } from '../specs/json.js'

export type Mapping = { readonly [key: string]: Json }

/** Mappings merge, all else replaces. What was there keeps its place. */
export const overlaid = (under: Mapping, over: Mapping): Mapping =>
  Object.fromEntries(
    [...new Set([...Object.keys(under), ...Object.keys(over)])].map(key => [key, overlaidValue(under[key], over[key])] as const),
  )

const overlaidValue = (under: Json | undefined, over: Json | undefined): Json => {
  if (isRecord(under) && isRecord(over)) return overlaid(under as Mapping, over as Mapping)
  return over ?? under ?? null
}
