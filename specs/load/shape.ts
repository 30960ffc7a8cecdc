import type { AnyCodec } from '../codec.js'
import { isSecretPath } from '../codec.js'
import type { Path } from '../issue.js'
import type { Mapping } from './tree.js'

/** The codecs that may read what stands at a path: several where there are several ways to write it. */
const codecsAt = (codec: AnyCodec, path: Path): ReadonlyArray<AnyCodec> => {
  const [key, ...rest] = path
  if (key === undefined) return [codec]
  const { shape } = codec
  switch (shape.is) {
    case 'choice':
      return shape.branches.flatMap(branch => codecsAt(branch, path))
    case 'list':
      return typeof key === 'number' ? codecsAt(shape.of, rest) : []
    case 'map':
      return codecsAt(shape.of, rest)
    case 'spec': {
      const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined
      const inside = field?.codec ?? shape.options.rest
      return inside === undefined ? [] : codecsAt(inside, rest)
    }
    case 'plain':
      return [codec]
    case 'scalar':
      return []
  }
}

const ways = (codec: AnyCodec): ReadonlyArray<AnyCodec> => (codec.shape.is === 'choice' ? codec.shape.branches.flatMap(ways) : [codec])
const waysAt = (codec: AnyCodec, path: Path): ReadonlyArray<AnyCodec> => codecsAt(codec, path).flatMap(ways)

export const isKnown = (codec: AnyCodec, path: Path): boolean => codecsAt(codec, path).length > 0

/** Whether this is below a key that nothing reads, such as the anchors under `x-common`. */
export const isIgnored = ({ shape }: AnyCodec, [key]: Path): boolean =>
  shape.is === 'spec' && shape.options.ignores !== undefined && typeof key === 'string' && key.startsWith(shape.options.ignores)

/** Whether the codec leaves it to the user what stands here. */
export const isFree = (codec: AnyCodec, path: Path): boolean => codecsAt(codec, path).some(one => one.shape.is === 'plain')

/** The keys that somebody can write here; none where the user chooses them. */
export const keysAt = (codec: AnyCodec, path: Path): ReadonlyArray<string> => [
  ...new Set(waysAt(codec, path).flatMap(({ shape }) => (shape.is === 'spec' ? Object.keys(shape.fields) : []))),
]

export const isListAt = (codec: AnyCodec, path: Path): boolean => waysAt(codec, path).some(one => one.shape.is === 'list')

/** The key whose value alone is short for the mapping here: `kind` where the word says which one, `port` where a number stands. */
export const shortKeyAt = (codec: AnyCodec, path: Path, value: unknown): string | undefined => {
  const [key] = codecsAt(codec, path).flatMap(one => shortKeysOf(one, value))
  return key
}

const shortKeysOf = (codec: AnyCodec, value: unknown): ReadonlyArray<string> => {
  if (codec.shape.is !== 'choice' || isSecretPath(codec, [])) return []
  if (codec.shape.tag !== undefined) return typeof value === 'string' ? [codec.shape.tag] : []
  if (typeof value !== 'number') return []
  const [fields = {}, ...others] = ways(codec).flatMap(({ shape }) => (shape.is === 'spec' ? [shape.fields] : []))
  const required = Object.keys(fields).filter(key => fields[key]?.required)
  return others.length === 0 ? required.slice(0, 1) : []
}

/** Whether what extends a file replaces the base's value here as a whole, so that no half-merged union arises. */
export const isWhole = (codec: AnyCodec, path: Path, base: Mapping, over: Mapping): boolean => {
  if (isSecretPath(codec, path) || (isReference(base) && isReference(over))) return true
  const choices = codecsAt(codec, path).flatMap(({ shape }) => (shape.is === 'choice' ? [shape] : []))
  return choices.some(({ merges, tag }) => !merges || (tag !== undefined && isOther(tag, base, over)))
}

const isOther = (tag: string, base: Mapping, over: Mapping): boolean => {
  const [before, after] = [base.entries.get(tag)?.tree, over.entries.get(tag)?.tree]
  return after !== undefined && !(before?.is === 'leaf' && after.is === 'leaf' && before.value === after.value)
}

const REFERENCE: ReadonlySet<string> = new Set(['env', 'file', 'command', 'generate', 'version'])

/** A key that says where a secret comes from, which is no secret. */
export const isReferenceKey = (key: string): boolean => REFERENCE.has(key)

const isReference = ({ entries }: Mapping): boolean => entries.size > 0 && [...entries.keys()].every(isReferenceKey)

/** Whether a mapping belongs here that has a secret among its own values, or is made of such mappings. */
export const wantsSecretInside = (codec: AnyCodec, path: Path): boolean => {
  const all = waysAt(codec, path)
  return all.length > 0 && all.every(({ shape }) => shape.is === 'spec' || shape.is === 'map') && all.some(hasSecret)
}

const hasSecret = ({ shape }: AnyCodec): boolean => {
  if (shape.is === 'map') return isSecretPath(shape.of, []) || ways(shape.of).some(hasSecret)
  return shape.is === 'spec' && Object.values(shape.fields).some(field => isSecretPath(field.codec, []))
}

/** Names of keys that hold no secret, wherever they stand. */
export const plainKeysOf = (codec: AnyCodec): ReadonlySet<string> => {
  const plain = new Set<string>()
  const secret = new Set<string>()
  const seen = new Set<AnyCodec>()
  const visit = (one: AnyCodec): void => {
    if (seen.has(one)) return
    seen.add(one)
    const { shape } = one
    if (shape.is === 'choice') shape.branches.forEach(visit)
    if (shape.is === 'list' || shape.is === 'map') visit(shape.of)
    if (shape.is !== 'spec') return
    for (const [key, field] of Object.entries(shape.fields)) {
      if (isSecretPath(field.codec, [])) secret.add(key)
      else plain.add(key)
      visit(field.codec)
    }
  }
  visit(codec)
  return new Set([...plain, 'extends'].filter(key => !secret.has(key)))
}
