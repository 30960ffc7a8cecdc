import { word, wrong } from './basic.js'
import { didYouMean } from './near.js'
import { type AnyCodec, type At, BROKEN, type Broken, Codec, codecOf, isRecord, type Of, type Read } from './reading.js'
import { type FieldMap, type Flat, field, spec } from './spec.js'

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
