import { wrong } from './basic.js'
import type { IssueCode } from './issue.js'
import { BROKEN, Codec, codecOf, isRecord, type Of, type Schema } from './reading.js'
import { put } from './spec.js'

/** The dialect in which every shape of the input is written; each codec is an io-ts type. */
export { bool, pattern, plain, scalar, text, whole, word, wrong } from './basic.js'
export { type Branch, choice, short, tagged } from './choice.js'
export { whenWhole } from './draft.js'
export {
  type AnyCodec,
  type AnyType,
  At,
  BROKEN,
  Codec,
  type Decoded,
  decode,
  draftOf,
  type Field,
  hasErrors,
  isRecord,
  kindOf,
  type Read,
  type Resolve,
  type Schema,
  type Shape,
  type SpecOptions,
} from './reading.js'
export { isSecretPath } from './secret-path.js'
export { type Fielded, type FieldMap, field, optional, spec } from './spec.js'

export interface Where {
  readonly code?: IssueCode
  /** The same condition in JSON Schema, as far as it can say it. */
  readonly schema?: Schema
}

/** A codec narrowed by a condition; `expected` says it in words that follow "Expected". */
export const where = <A>(codec: Of<A>, holds: (value: A) => boolean, expected: string, { code, schema }: Where = {}): Codec<A> => {
  const base = codecOf(codec)
  const shape = base.shape.is === 'scalar' ? { is: 'scalar' as const, schema: { ...base.shape.schema, ...schema } } : base.shape
  return new Codec<A>({
    name: base.name,
    words: expected,
    shape,
    ...(base.secret ? { secret: true as const } : {}),
    read: (input, at) => {
      const before = at.errors
      const value = base.read(input, at)
      if (value === BROKEN || at.errors > before || holds(value)) return value
      return at.error(code ?? 'VALUE_INVALID', `not ${expected}.`)
    },
    write: value => base.encode(value),
  })
}

export interface ListOptions {
  readonly least?: number
  readonly words?: string
}

export const list = <A>(of: Of<A>, { least = 0, words }: ListOptions = {}): Codec<ReadonlyArray<A>> => {
  const inner = codecOf(of)
  const expected = words ?? `a list, each ${inner.words}`
  return new Codec<ReadonlyArray<A>>({
    name: `list of ${inner.name}`,
    words: expected,
    shape: { is: 'list', of: inner, least },
    read: (input, at) => {
      if (!Array.isArray(input)) return wrong(input, expected, at)
      if (input.length < least) return at.error('VALUE_INVALID', 'an empty list stands here.', `Expected ${expected}.`)
      const values: A[] = []
      input.forEach((one, index) => {
        put(values, index, inner.read(one, at.in(index)))
      })
      return values
    },
    write: values => values.map(one => inner.encode(one)),
  })
}

/** A mapping whose keys the user chooses. */
export const map = <A>(key: Of<string>, of: Of<A>, words?: string): Codec<{ readonly [key: string]: A }> => {
  const names = codecOf(key)
  const inner = codecOf(of)
  const expected = words ?? `a mapping from ${names.words} to ${inner.words}`
  return new Codec<{ readonly [key: string]: A }>({
    name: `mapping of ${inner.name}`,
    words: expected,
    shape: { is: 'map', key: names, of: inner },
    read: (input, at) => {
      if (!isRecord(input)) return wrong(input, expected, at)
      const value = {}
      for (const [one, given] of Object.entries(input)) {
        const here = at.in(one)
        if (one === '__proto__') here.error('KEY_UNKNOWN', 'this cannot be a key.')
        else if (names.read(one, here) !== BROKEN) put(value, one, inner.read(given, here))
      }
      return value
    },
    write: value => Object.fromEntries(Object.entries(value).map(([one, given]) => [one, inner.encode(given)])),
  })
}
