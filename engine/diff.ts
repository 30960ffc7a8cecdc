import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../specs/json.js'
import type { Diff, Field } from './contract.js'

export const NONE: Diff = { action: 'none' }

/** Field by field. What the spec leaves undefined is not ours to manage, so it is never drift. `fixed` can't change in place. */
export const compare = <A extends object>(
  want: A,
  seen: { readonly [K in keyof A]?: unknown } | undefined,
  fixed: ReadonlyArray<keyof A> = [],
): Diff => {
  const fields = (Object.keys(want) as Array<keyof A & string>)
    .filter(name => want[name] !== undefined && !isDeepStrictEqual(want[name], seen?.[name]))
    .map((name): Field => ({ name, from: seen?.[name] as Json | undefined, to: want[name] as Json }))
  if (seen === undefined) return { action: 'create', fields, files: [] }
  if (fields.length === 0) return NONE
  return { action: fields.some(field => fixed.includes(field.name as keyof A)) ? 'replace' : 'update', fields, files: [] }
}

/** Several views of one resource as one diff: the strongest action wins. */
export const joined = (diffs: ReadonlyArray<Diff>): Diff => {
  const pending = diffs.flatMap(diff => (diff.action === 'none' ? [] : [diff]))
  if (pending.length === 0) return NONE
  const action = STRENGTH.find(one => pending.some(diff => diff.action === one)) ?? 'update'
  return { action, fields: pending.flatMap(diff => diff.fields), files: pending.flatMap(diff => diff.files) }
}

const STRENGTH = ['replace', 'create', 'update'] as const

export const isSame = (a: Diff, b: Diff): boolean => isDeepStrictEqual(a, b)
