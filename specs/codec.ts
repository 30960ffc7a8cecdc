import type * as t from 'io-ts'
import { word, wrong } from './basic.js'
import type { IssueCode } from './issue.js'
import type { Json } from './json.js'
import { didYouMean } from './near.js'

import {
  type AnyCodec,
  type At,
  BROKEN,
  type Broken,
  brokenProperty,
  Codec,
  codecOf,
  type Field,
  isRecord,
  type Read,
  type Schema,
  type SpecOptions,
} from './reading.js'

export { bool, pattern, plain, scalar, text, whole, word, wrong } from './basic.js'
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
  isSecretPath,
  kindOf,
  type Read,
  type Resolve,
  type Schema,
  type Shape,
  type SpecOptions,
  whenWhole,
} from './reading.js'

type Of<A> = t.Type<A, unknown, unknown>

/** A key that must be written. */
export const field = <A>(codec: Of<A>, note: string, example?: unknown): Field<A, false> => ({
  codec: codecOf(codec),
  note,
  required: true,
  ...(example === undefined ? {} : { example }),
})

/** A key that may be left out. Its default is what somebody would write; `undefined`: the key is then not there at all. */
export function optional<A>(codec: Of<A>, otherwise: undefined, note: string, example?: unknown): Field<A, true>
export function optional<A>(codec: Of<A>, otherwise: Json, note: string, example?: unknown): Field<A, false>
export function optional<A>(codec: Of<A>, otherwise: unknown, note: string, example?: unknown): Field<A, boolean> {
  return { codec: codecOf(codec), note, otherwise, required: false, ...(example === undefined ? {} : { example }) }
}

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

export type FieldMap = { readonly [key: string]: Field<unknown, boolean> }
type ValueOf<F> = F extends Field<infer A, boolean> ? A : never
type AbsentKeys<F extends FieldMap> = { [K in keyof F]: F[K] extends Field<unknown, true> ? K : never }[keyof F]
type Flat<A> = { [K in keyof A]: A[K] }
export type Fielded<F extends FieldMap> = Flat<
  { readonly [K in Exclude<keyof F, AbsentKeys<F>>]: ValueOf<F[K]> } & { readonly [K in AbsentKeys<F>]?: ValueOf<F[K]> }
>

/** A mapping with exactly these keys. */
export const spec = <F extends FieldMap>(name: string, fields: F, options: SpecOptions = {}): Codec<Fielded<F>> => {
  const { instead = {}, ignores, rest, words = `a mapping with ${some(Object.keys(fields))}` } = options
  const known = Object.keys(fields)
  const entries = Object.entries<Field<unknown, boolean>>(fields)
  return new Codec<Fielded<F>>({
    name,
    words,
    shape: { is: 'spec', fields, options },
    read: (input, at) => {
      if (!isRecord(input)) return wrong(input, words, at)
      const value = {}
      for (const key of Object.keys(input)) {
        if (Object.hasOwn(fields, key) || (ignores !== undefined && key.startsWith(ignores))) continue
        if (rest !== undefined && key !== '__proto__') {
          put(value, key, rest.read(input[key], at.in(key)))
          continue
        }
        const advice = Object.hasOwn(instead, key) ? instead[key] : didYouMean(key, known)
        at.in(key).error('KEY_UNKNOWN', `${name} has no such key.`, advice ?? `It has ${known.join(', ')}.`)
      }
      for (const [key, one] of entries) {
        const given = Object.hasOwn(input, key) ? input[key] : undefined
        if (given !== undefined) put(value, key, one.codec.read(given, at.in(key)))
        else if (one.required) put(value, key, missing(name, key, one, at))
        else if (one.otherwise !== undefined) put(value, key, one.codec.read(one.otherwise, at.in(key)))
      }
      return value as Fielded<F>
    },
    write: value => {
      const given = value as { readonly [key: string]: unknown }
      const named = entries.filter(([key]) => given[key] !== undefined).map(([key, one]) => [key, one.codec.encode(given[key])])
      const others = rest === undefined ? [] : Object.keys(given).filter(key => !Object.hasOwn(fields, key))
      return Object.fromEntries([...others.map(key => [key, rest?.encode(given[key])]), ...named])
    },
  })
}

const missing = (name: string, key: string, one: Field<unknown, boolean>, at: At): Broken =>
  at.in(key).error('KEY_MISSING', `${name} needs ${key}.`, `Expected ${one.codec.words}.`)

const some = (keys: ReadonlyArray<string>): string => (keys.length <= 6 ? keys.join(', ') : `${keys.slice(0, 5).join(', ')} and others`)

const put = (into: object, key: string | number, value: Read<unknown>): void => {
  if (value === BROKEN) Object.defineProperty(into, key, brokenProperty)
  else Object.defineProperty(into, key, { value, enumerable: true, writable: true, configurable: true })
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

export interface Branch<A> {
  readonly when: (input: unknown) => boolean
  readonly codec: Codec<A>
}

/** Several ways to write one thing. What is written decides which one is meant, so only that one complains. */
export const choice = <A>(
  name: string,
  words: string,
  branches: ReadonlyArray<Branch<A>>,
  { merges = false, secret = false }: { readonly merges?: boolean; readonly secret?: boolean } = {},
): Codec<A> =>
  new Codec<A>({
    name,
    words,
    shape: { is: 'choice', branches: branches.map(branch => branch.codec), merges },
    ...(secret ? { secret: true as const } : {}),
    read: (input, at) => {
      const meant = branches.find(branch => branch.when(input))
      return meant === undefined ? wrong(input, words, at) : meant.codec.read(input, at)
    },
    write: value => writeChoice(branches, value),
  })

const writeChoice = <A>(branches: ReadonlyArray<Branch<A>>, value: A): unknown =>
  (branches.find(branch => branch.when(value)) ?? branches[branches.length - 1])?.codec.encode(value) ?? value

/** A shorter way to write a mapping: what `bare` reads is turned into one. */
export const short = <A, B>(bare: Of<B>, expand: (value: B) => A): Codec<A> => {
  const inner = codecOf(bare)
  return new Codec<A>({
    name: inner.name,
    words: inner.words,
    shape: inner.shape,
    read: (input, at) => {
      const value = inner.read(input, at)
      return value === BROKEN ? BROKEN : expand(value)
    },
  })
}

type Tagged<T extends string, S> = {
  [W in keyof S & string]: S[W] extends Codec<infer A> ? Flat<{ readonly [K in T]: W } & A> : never
}[keyof S & string]

/** Mappings told apart by a word under one key; the word alone, where a mapping with nothing else would do, is short for it. */
export const tagged = <T extends string, S extends { readonly [word: string]: AnyCodec }>(
  tag: T,
  specs: S,
  { bare = false }: { readonly bare?: boolean } = {},
): Codec<Tagged<T, S>> => {
  type A = Tagged<T, S>
  const words = Object.keys(specs)
  const tagWords = words.join(', ')
  const expected = bare ? `${tagWords} or a mapping with ${tag}` : `a mapping with ${tag}: ${words.join(' | ')}`
  const branches = words.map(one => withTag(tag, one, specs[one] as AnyCodec))
  const tagAt = (at: At): At => at.in(tag)
  const unknown = (given: unknown, at: At): Broken => {
    if (typeof given !== 'string') return wrong(given, tagWords, at)
    return at.error('VALUE_INVALID', `not a ${tag} that is known here.`, didYouMean(given, words) ?? `Expected ${tagWords}.`)
  }
  const read = (input: unknown, at: At): Read<A> => {
    if (bare && typeof input === 'string') return words.includes(input) ? read({ [tag]: input }, at) : unknown(input, at)
    if (!isRecord(input)) return wrong(input, expected, at)
    if (!Object.hasOwn(input, tag)) return tagAt(at).error('KEY_MISSING', `${tag} is missing.`, `Expected ${tagWords}.`)
    const given = input[tag]
    const branch = branches[words.indexOf(given as string)]
    return branch === undefined ? unknown(given, tagAt(at)) : (branch.read(input, at) as Read<A>)
  }
  return new Codec<A>({
    name: tag,
    words: expected,
    shape: {
      is: 'choice',
      branches: bare ? [word(...words.filter(one => !needsMore(specs[one] as AnyCodec))), ...branches] : branches,
      tag,
      merges: bare,
    },
    read,
    write: value => {
      const branch = branches[words.indexOf((value as { readonly [key: string]: string })[tag] as string)]
      return branch === undefined ? value : branch.encode(value)
    },
  })
}

/** A word alone says too little where a key must be written. */
const needsMore = ({ shape }: AnyCodec): boolean => shape.is === 'spec' && Object.values(shape.fields).some(one => one.required)

const withTag = (tag: string, value: string, codec: AnyCodec): AnyCodec => {
  if (codec.shape.is !== 'spec') throw new Error(`${value} is not a spec`)
  const fields: FieldMap = { [tag]: field(word(value), `Which ${tag}.`), ...codec.shape.fields }
  return spec(codec.name, fields, codec.shape.options)
}
