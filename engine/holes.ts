import type { Hole } from './contract.js'

/** By name, each once. */
export const secretsNamedIn = (value: unknown): ReadonlyArray<string> => [
  ...new Set(holesIn(value).flatMap(hole => ('secret' in hole ? [hole.secret] : []))),
]

/** Wherever in a value they are. */
export const holesIn = (value: unknown): ReadonlyArray<Hole> => {
  if (typeof value !== 'object' || value === null) return []
  return isHole(value) ? [value] : Object.values(value).flatMap(holesIn)
}

const isHole = (value: object): value is Hole => 'secret' in value && 'as' in value
