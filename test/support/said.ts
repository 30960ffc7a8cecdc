import { type AnyType, decode } from '../../specs/codec.js'

/** What a codec makes of a value: the value, or its issues as `CODE: what expected`. */
export const readAs = (codec: AnyType, value: unknown): unknown => {
  const { value: read, issues } = decode(codec, value)
  return read === undefined
    ? issues.map(({ code, what, expected }) => `${code}: ${what}${expected === undefined ? '' : ` ${expected}`}`).join(' | ')
    : read
}
