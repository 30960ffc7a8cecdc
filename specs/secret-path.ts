import type { Path } from './issue.js'
import { type AnyCodec, type AnyType, codecOf } from './reading.js'

/** Whether a value at this path is a secret or a part of one. Knows nothing of unknown keys. */
export const isSecretPath = (codec: AnyType, path: Path): boolean => isSecretBelow(codecOf(codec), path)

const isSecretBelow = (codec: AnyCodec, path: Path): boolean => {
  if (codec.secret) return true
  const { shape } = codec
  if (shape.is === 'choice') return shape.branches.some(branch => isSecretBelow(branch, path))
  const [key, ...rest] = path
  if (key === undefined) return false
  if (shape.is === 'list' || shape.is === 'map') return isSecretBelow(shape.of, rest)
  if (shape.is !== 'spec' || !Object.hasOwn(shape.fields, key)) return false
  const inside = shape.fields[key]
  return inside !== undefined && isSecretBelow(inside.codec, rest)
}
