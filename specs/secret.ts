import { type At, BROKEN, Codec, choice, field, isRecord, list, optional, type Read, scalar, spec, text, whole, wrong } from './codec.js'
import { type Fault, saysOf } from './fault.js'
import { FilePath } from './file-path.js'
import { type Attempt, attempt, E, type Either, need } from './fp.js'
import { VariableName } from './name.js'
import { didYouMean } from './near.js'
import { isCommon } from './passwords.js'
import { LEAST_SECRET } from './secret-length.js'

/** A secret that stands in the file itself. Nothing but `reveal` shows it. */
export class Literal {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toJSON(): string {
    return '(secret)'
  }

  toString(): string {
    return '(secret)'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '(secret)'
  }
}

/** Where a secret comes from. */
export type SecretSource =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly command: ReadonlyArray<string> }
  | { readonly generate: number; readonly version: number }
  | { readonly literal: Literal }

/** A secret, known by its path in the file: `tracker.api.admin_token`. */
export interface SecretRef {
  readonly secret: string
  readonly from: SecretSource
}

const WORDS = '{ env: NAME }, { file: path }, { command: [argv] } or { generate: 32 }'
const argv = list(text, { least: 1, words: 'a list: a program and its arguments' })

const REFERENCES: { readonly [key: string]: Codec<SecretSource> } = {
  env: spec('secret', { env: field(VariableName, 'The environment variable that holds it.', 'TRACKER_TOKEN') }) as Codec<SecretSource>,
  file: spec('secret', { file: field(FilePath, 'The file that holds it.', 'secrets/token') }) as Codec<SecretSource>,
  command: spec('secret', {
    command: field(argv, 'A program that prints it, and its arguments.', ['pass', 'show', 'token']),
  }) as Codec<SecretSource>,
  generate: spec('secret', {
    generate: field(
      whole(16, 128, 'a length from 16 to 128'),
      'Made once with this many letters and digits, and kept sealed in the state.',
      32,
    ),
    version: optional(whole(1, 1_000_000), 1, 'Raise it to have a new one made.'),
  }) as Codec<SecretSource>,
}
const SORTS = Object.keys(REFERENCES)

const sourceAt = (input: { readonly [key: string]: unknown }, at: At): Read<SecretSource> => {
  const sorts = SORTS.filter(sort => Object.hasOwn(input, sort))
  const [sort, other] = sorts
  if (other !== undefined) return at.error('VALUE_INVALID', `${sorts.join(' and ')} stand here together.`, `Expected one of ${WORDS}.`)
  if (sort !== undefined) return (REFERENCES[sort] as Codec<SecretSource>).read(input, at)
  const [key] = Object.keys(input)
  if (key === undefined) return at.error('VALUE_INVALID', 'an empty mapping stands here.', `Expected ${WORDS}.`)
  // The key itself may be the secret: in YAML { abc } is a mapping.
  return at.error('KEY_UNKNOWN', 'secret has no such key.', didYouMean(key, SORTS) ?? `Expected ${WORDS}.`)
}

const referenceAt = (input: unknown, at: At): Read<SecretRef> => {
  if (!isRecord(input)) return wrong(input, WORDS, at)
  const from = sourceAt(input, at)
  return from === BROKEN ? BROKEN : { secret: at.path.join('.'), from }
}

const literalAt = (literal: Literal, at: At): Read<SecretRef> => {
  const value = literal.reveal()
  if (value.trim() === '') return at.error('SECRET_EMPTY', 'this is empty.', `Expected ${WORDS}.`)
  if (value.startsWith('$')) return at.error('SECRET_SHELL_VARIABLE', 'starts with $, which is not expanded.', 'Write { env: NAME }.')
  if (value.includes('\0')) return at.error('VALUE_INVALID', 'there is a character in it that no password can have.')
  if (value.length < LEAST_SECRET)
    return at.error('SECRET_SHORT', `this has fewer than ${LEAST_SECRET} characters.`, `Expected a longer one, or ${WORDS}.`)
  at.warn('SECRET_LITERAL', 'stands in clear in this file.', 'Refer to it with { env: NAME }, { file: path } or { command: [argv] }.')
  if (isCommon(value)) at.warn('PASSWORD_WEAK', 'this is on every list of common passwords.', 'Leave it out to have one generated.')
  return { secret: at.path.join('.'), from: { literal } }
}

const written = ({ from }: SecretRef): unknown => ('literal' in from ? from.literal : from)
const branches = SORTS.map(sort => REFERENCES[sort] as Codec<SecretSource>)

/** A secret that stands elsewhere. */
export const Reference: Codec<SecretRef> = new Codec<SecretRef>({
  name: 'secret',
  words: WORDS,
  shape: { is: 'choice', branches, merges: false },
  secret: true,
  read: referenceAt,
  write: written,
})

/** A secret: a reference, or the text itself, which is warned about. Its value is never in what is decoded but inside `Literal`. */
export const Secret: Codec<SecretRef> = new Codec<SecretRef>({
  name: 'secret',
  words: WORDS,
  shape: { is: 'choice', branches: [text, ...branches], merges: false },
  secret: true,
  read: (input, at) => {
    if (typeof input === 'string') return literalAt(new Literal(input), at)
    if (input instanceof Literal) return literalAt(input, at)
    if (typeof input === 'number') return at.error('VALUE_INVALID', 'a number stands here.', 'Expected text: put it in quotes.')
    return referenceAt(input, at)
  },
  write: written,
})

/** What a variable of a container or a program is set to: text as it is, or a secret that stands elsewhere. */
export type EnvironmentValue = string | SecretRef

const PLAIN_WORDS = 'text, a number or a secret'

/** Names of variables whose value is a secret, also where it is written as mere text. */
const SECRET_NAME = /pass|pwd|secret|token|credential|private|salt|(^|_)(pw|auth|key|apikey)$/i

/** Such a variable may also be a switch. */
const SWITCH = /^(true|false|yes|no|on|off|none|)$/i

/** Whether a value in clear is meant to be nobody's to read. */
export const isSecretly = (name: string, value: string): boolean =>
  SECRET_NAME.test(name) && !SWITCH.test(value) && value.length >= LEAST_SECRET

const Plain = scalar<EnvironmentValue>('value', PLAIN_WORDS, { type: ['string', 'number', 'boolean'] }, (input, at) => {
  if (input instanceof Literal) return literalAt(input, at)
  if (typeof input === 'string') {
    return isSecretly(String(at.path.at(-1)), input) ? literalAt(new Literal(input), at) : input
  }
  if (typeof input === 'number' || typeof input === 'boolean') return `${input}`
  return wrong(input, 'text, a number or { env: NAME } and the like', at)
})

export const EnvironmentValue: Codec<EnvironmentValue> = choice<EnvironmentValue>('value', PLAIN_WORDS, [
  { when: input => isRecord(input) && !(input instanceof Literal), codec: Reference as Codec<EnvironmentValue> },
  { when: () => true, codec: Plain },
])

export const isSecretRef = (value: unknown): value is SecretRef =>
  isRecord(value) && typeof value.secret === 'string' && isRecord(value.from) && Object.keys(value).length === 2

/** Every secret in a decoded spec, in its order. */
export const secretsOf = (spec: unknown): ReadonlyArray<SecretRef> => {
  if (isSecretRef(spec)) return [spec]
  if (typeof spec !== 'object' || spec === null) return []
  return Object.values(spec).flatMap(secretsOf)
}

/** What a reference needs of the outside. Faults of these become SECRET_UNAVAILABLE, except those of `generated`. */
export interface SecretWorld {
  readonly env: (name: string) => string | undefined
  readonly read: (path: string) => Attempt<string>
  readonly run: (argv: ReadonlyArray<string>, seconds: number) => Attempt<string>
  readonly generated: (secret: string, length: number, version: number) => Either<Fault, string>
}

const SECONDS = 10

const UNHIDEABLE = 'nothing could hide it in logs and messages'

/** The value of a secret. One trailing newline is dropped, since editors and programs add one. */
export const resolveSecret = (ref: SecretRef, world: SecretWorld): Attempt<string> =>
  attempt(async () => {
    const { from, secret } = ref
    if ('generate' in from) return need(world.generated(secret, from.generate, from.version))
    const unavailable = (why: string): Either<Fault, never> => E.left({ code: 'SECRET_UNAVAILABLE', secret, from: originOf(from), why })
    const answer = await had(from, world)
    const value = need(E.isLeft(answer) ? unavailable(answer.left) : answer).replace(/\r?\n$/, '')
    if (value === '') return need(unavailable('it is empty'))
    if (value.includes('\0')) return need(unavailable('it has a NUL character, which no password can have'))
    return value.length < LEAST_SECRET ? need(unavailable(`it has fewer than ${LEAST_SECRET} characters: ${UNHIDEABLE}`)) : value
  })

type Had = Either<string, string>

const had = async (from: Exclude<SecretSource, { generate: number }>, world: SecretWorld): Promise<Had> => {
  if ('env' in from) {
    const value = world.env(from.env)
    return value === undefined ? E.left('it is not set') : E.right(value)
  }
  if ('literal' in from)
    return from.literal instanceof Literal ? E.right(from.literal.reveal()) : E.left('its text was not kept; run from the file that has it')
  const answer = await ('file' in from ? world.read(from.file) : world.run(from.command, SECONDS))()
  return E.isLeft(answer) ? E.left(saysOf(answer.left)) : answer
}

/** Where a secret comes from, for people; never its value. */
export const originOf = (from: SecretSource): string => {
  if ('env' in from) return `the variable ${from.env}`
  if ('file' in from) return `the file ${from.file}`
  if ('command' in from) return `the command ${from.command[0] ?? ''}`
  return 'generate' in from ? 'the state' : 'the environment file'
}
