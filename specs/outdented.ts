import type { AnyCodec, Field } from './reading.js'

type Fields = { readonly [key: string]: Field<unknown, boolean> }

/** Keys that stand beside an empty one and fit below it, with the key they belong to: YAML reads children so that are not indented. */
export const outdentedIn = (input: { readonly [key: string]: unknown }, fields: Fields): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  let above: string | undefined
  for (const [key, value] of Object.entries(input)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (field !== undefined) above = value === null ? key : undefined
    else if (above !== undefined && hasKey(fields[above]?.codec, key)) found.set(key, above)
  }
  return found
}

const hasKey = (codec: AnyCodec | undefined, key: string): boolean => {
  if (codec?.shape.is === 'choice') return codec.shape.branches.some(branch => hasKey(branch, key))
  return codec?.shape.is === 'spec' && Object.hasOwn(codec.shape.fields, key)
}
