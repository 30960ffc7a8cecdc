import * as t from 'io-ts'
import { E } from './fp.js'
import type { Issue, IssueCode, Path } from './issue.js'
import type { Json } from './json.js'

/** A value could not be had; why is among the issues. */
export const BROKEN: unique symbol = Symbol('broken')
export type Broken = typeof BROKEN
export type Read<A> = A | Broken

/** Makes a path as somebody wrote it one that holds from everywhere. */
export type Resolve = (path: Path, written: string) => string

const MOST_ISSUES = 1000

interface Reading {
  readonly issues: Issue[]
  readonly resolve: Resolve
  errors: number
}

/** Where in the input a codec reads, and where it reports to. */
export class At {
  constructor(
    readonly path: Path,
    private readonly reading: Reading,
  ) {}

  in(key: string | number): At {
    return new At([...this.path, key], this.reading)
  }

  error(code: IssueCode, what: string, expected?: string): Broken {
    this.reading.errors += 1
    this.add({ code, level: 'error', path: this.path, what, ...(expected === undefined ? {} : { expected }) })
    return BROKEN
  }

  warn(code: IssueCode, what: string, expected?: string): void {
    this.add({ code, level: 'warning', path: this.path, what, ...(expected === undefined ? {} : { expected }) })
  }

  /** How many errors there are so far, in the whole input. */
  get errors(): number {
    return this.reading.errors
  }

  resolve(written: string): string {
    return this.reading.resolve(this.path, written)
  }

  private add(issue: Issue): void {
    if (this.reading.issues.length < MOST_ISSUES) this.reading.issues.push(issue)
  }
}

/** A part of a JSON Schema (2020-12). */
export type Schema = { readonly [keyword: string]: Json }

/** What a codec accepts, for everything that is made from codecs: JSON Schema, reference pages, knowledge of secrets. */
export type Shape =
  | { readonly is: 'scalar'; readonly schema: Schema }
  | { readonly is: 'list'; readonly of: AnyCodec; readonly least: number }
  | { readonly is: 'map'; readonly key: AnyCodec; readonly of: AnyCodec }
  | { readonly is: 'spec'; readonly fields: { readonly [key: string]: Field<unknown, boolean> }; readonly options: SpecOptions }
  /** Other ways to write the same; `merges`: a mapping among them is merged with that of a file that this one extends. */
  | { readonly is: 'choice'; readonly branches: ReadonlyArray<AnyCodec>; readonly tag?: string; readonly merges: boolean }
  /** Whatever JSON can say. */
  | { readonly is: 'plain' }

export interface SpecOptions {
  /** What to say of a key that is not here, though somebody could think so. */
  readonly instead?: { readonly [key: string]: string }
  /** Keys that start so are left alone. */
  readonly ignores?: string
  /** Reads the keys that are not named. */
  readonly rest?: AnyCodec
  /** Which these can be; left out: any. */
  readonly others?: ReadonlyArray<string>
  /** What to write where nothing stands, since `{}` would not do. */
  readonly empty?: string
  /** What is expected, after "Expected". */
  readonly words?: string
}

export interface Field<A, Absent extends boolean> {
  readonly codec: AnyCodec
  readonly note: string
  /** As somebody would write it. */
  readonly otherwise?: unknown
  readonly required: boolean
  readonly example?: unknown
  /** For the compiler only: what the codec reads, and whether the key can be absent then. */
  readonly reads?: A
  readonly absent?: Absent
}

export interface Reader<A> {
  readonly name: string
  /** What is expected, in words that follow "Expected". */
  readonly words: string
  readonly shape: Shape
  readonly read: (input: unknown, at: At) => Read<A>
  /** The value as somebody would write it; reading that gives the value again. */
  readonly write?: (value: A) => unknown
  readonly secret?: true
}

/** The one definition of a shape: an io-ts type that also knows its words, and how to report everything at once. */
export class Codec<A> extends t.Type<A, unknown, unknown> {
  readonly words: string
  readonly shape: Shape
  readonly read: (input: unknown, at: At) => Read<A>
  readonly secret: boolean

  constructor({ name, words, shape, read, write = value => value, secret }: Reader<A>) {
    super(
      name,
      (value): value is A => decode(this, write(value as A)).value !== undefined,
      (input, context) => validated(this, input, context),
      write,
    )
    this.words = words
    this.shape = shape
    this.secret = secret === true
    this.read = (input, at) => (input === null && shape.is !== 'plain' ? nothing(this, at) : read(input, at))
  }
}
// biome-ignore lint/suspicious/noExplicitAny: codecs are looked at here, never given a value.
export type AnyCodec = Codec<any>
// biome-ignore lint/suspicious/noExplicitAny: the same for types of io-ts itself.
export type AnyType = t.Type<any, unknown, unknown>
/** Any io-ts type that takes whatever it is given, ours among them. */
export type Of<A> = t.Type<A, unknown, unknown>

const nothing = (codec: AnyCodec, at: At): Broken => at.error('VALUE_NULL', 'nothing stands here.', insteadOfNothing(codec.shape))

/** `{}` only where it would do. */
const insteadOfNothing = (shape: Shape): string => {
  if (shape.is === 'map') return 'Write {} or remove the line.'
  if (shape.is !== 'spec') return 'Write a value or remove the line.'
  if (shape.options.empty !== undefined) return shape.options.empty
  const required = Object.keys(shape.fields).filter(key => shape.fields[key]?.required)
  return required.length === 0 ? 'Write {} or remove the line.' : `Write ${required.join(', ')} below it, indented, or remove the line.`
}

const validated = <A>(codec: Codec<A>, input: unknown, context: t.Context): t.Validation<A> => {
  const path = context.slice(1).map(entry => entry.key)
  const { value, issues } = decodeAt(codec, input, path, asWritten)
  if (value !== undefined) return E.right(value)
  return E.left(errorsOf(issues).map(({ what, expected }) => ({ value: input, context, message: sentence(what, expected) })))
}

const sentence = (what: string, expected: string | undefined): string => (expected === undefined ? what : `${what} ${expected}`)

const asWritten: Resolve = (_path, written) => written

/** A decoded value; undefined when there are errors. Warnings can come with a value. */
export interface Decoded<A> {
  readonly value?: A
  readonly issues: ReadonlyArray<Issue>
}

/** Never throws, and reports all problems at once: with paths, and without anything secret. */
export const decode = <A>(codec: t.Type<A, unknown, unknown>, value: unknown, resolve: Resolve = asWritten): Decoded<A> =>
  decodeAt(codecOf(codec), value, [], resolve)

const decodeAt = <A>(codec: Codec<A>, input: unknown, path: Path, resolve: Resolve): Decoded<A> => {
  const { draft, issues } = draftAt(codec, input, path, resolve)
  return draft === BROKEN || hasErrors(issues) ? { issues } : { value: draft, issues }
}

/** What could be read of a value that may have errors: whatever is broken in it throws when touched inside `whenWhole`. */
export const draftOf = <A>(codec: Codec<A>, input: unknown, resolve: Resolve = asWritten) => draftAt(codec, input, [], resolve)

const draftAt = <A>(codec: Codec<A>, input: unknown, path: Path, resolve: Resolve): { draft: Read<A>; issues: ReadonlyArray<Issue> } => {
  const reading: Reading = { issues: [], resolve, errors: 0 }
  const draft = codec.read(input, new At(path, reading))
  return { draft, issues: reading.issues }
}

const errorsOf = (issues: ReadonlyArray<Issue>): ReadonlyArray<Issue> => issues.filter(issue => issue.level === 'error')
export const hasErrors = (issues: ReadonlyArray<Issue>): boolean => issues.some(issue => issue.level === 'error')

/** A plain io-ts type, as one of ours. */
export const codecOf = <A>(type: t.Type<A, unknown, unknown>): Codec<A> => {
  if (type instanceof Codec) return type
  const words = PLAIN[type.name] ?? type.name
  return new Codec<A>({
    name: type.name,
    words,
    shape: { is: 'scalar', schema: type.name in PLAIN ? { type: type.name } : {} },
    read: (input, at) => {
      const read = type.decode(input)
      return E.isRight(read) ? read.right : at.error('VALUE_INVALID', `${kindOf(input)} stands here.`, `Expected ${words}.`)
    },
    write: value => type.encode(value),
  })
}

const PLAIN: { readonly [name: string]: string } = { string: 'text', number: 'a number', boolean: 'true or false' }

/** What sort of value this is, for people. */
export const kindOf = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Date) return 'a date'
  switch (typeof value) {
    case 'string':
      return 'text'
    case 'number':
    case 'bigint':
      return 'a number'
    case 'boolean':
      return `${value}`
    default:
      return 'a mapping'
  }
}

export const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
