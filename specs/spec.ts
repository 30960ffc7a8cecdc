import { wrong } from './basic.js'
import { brokenProperty } from './draft.js'
import type { Json } from './json.js'
import { didYouMean } from './near.js'
import { outdentedIn } from './outdented.js'
import { type At, BROKEN, type Broken, Codec, codecOf, type Field, isRecord, type Of, type Read, type SpecOptions } from './reading.js'

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

export type FieldMap = { readonly [key: string]: Field<unknown, boolean> }
type ValueOf<F> = F extends Field<infer A, boolean> ? A : never
type AbsentKeys<F extends FieldMap> = { [K in keyof F]: F[K] extends Field<unknown, true> ? K : never }[keyof F]
export type Flat<A> = { [K in keyof A]: A[K] }
export type Fielded<F extends FieldMap> = Flat<
  { readonly [K in Exclude<keyof F, AbsentKeys<F>>]: ValueOf<F[K]> } & { readonly [K in AbsentKeys<F>]?: ValueOf<F[K]> }
>

/** A mapping with exactly these keys. */
export const spec = <F extends FieldMap>(name: string, fields: F, options: SpecOptions = {}): Codec<Fielded<F>> => {
  const { instead = {}, ignores, rest, others, words = `a mapping with ${some(Object.keys(fields))}` } = options
  const known = [...new Set([...Object.keys(fields), ...(others ?? [])])]
  const entries = Object.entries<Field<unknown, boolean>>(fields)
  return new Codec<Fielded<F>>({
    name,
    words,
    shape: { is: 'spec', fields, options },
    read: (input, at) => {
      if (!isRecord(input)) return wrong(input, words, at)
      const value = {}
      const outdented = outdentedIn(input, fields)
      const emptied = new Set(outdented.values())
      for (const key of Object.keys(input)) {
        if (Object.hasOwn(fields, key) || (ignores !== undefined && key.startsWith(ignores))) continue
        if (rest !== undefined && key !== '__proto__' && (others === undefined || others.includes(key))) {
          put(value, key, rest.read(input[key], at.in(key)))
          continue
        }
        const above = outdented.get(key)
        if (above !== undefined) {
          at.in(key).error('KEY_UNKNOWN', `${name} has no such key, and ${above} above has it.`, `Indent ${key} below ${above}.`)
          continue
        }
        const advice = Object.hasOwn(instead, key) ? instead[key] : didYouMean(key, known)
        at.in(key).error(
          'KEY_UNKNOWN',
          `${name} has no such key.`,
          advice ?? `It has ${others === undefined ? known.join(', ') : some(known)}.`,
        )
      }
      for (const [key, one] of entries) {
        const given = Object.hasOwn(input, key) ? input[key] : undefined
        if (given === null && (emptied.has(key) || one.required)) put(value, key, nothingIn(one, at.in(key), emptied.has(key)))
        else if (given !== undefined) put(value, key, one.codec.read(given, at.in(key)))
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

const nothingIn = ({ codec }: Field<unknown, boolean>, at: At, emptied: boolean): Broken =>
  at.error('VALUE_NULL', 'nothing stands here.', emptied ? 'Indent what belongs below it.' : `Expected ${codec.words}.`)

const missing = (name: string, key: string, one: Field<unknown, boolean>, at: At): Broken =>
  at.in(key).error('KEY_MISSING', `${name} needs ${key}.`, `Expected ${one.codec.words}.`)

const some = (keys: ReadonlyArray<string>): string => (keys.length <= 6 ? keys.join(', ') : `${keys.slice(0, 5).join(', ')} and others`)

export const put = (into: object, key: string | number, value: Read<unknown>): void => {
  if (value === BROKEN) Object.defineProperty(into, key, brokenProperty)
  else Object.defineProperty(into, key, { value, enumerable: true, writable: true, configurable: true })
}
