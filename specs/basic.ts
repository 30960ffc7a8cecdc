import type { IssueCode } from './issue.js'
import type { Json } from './json.js'
import { didYouMean } from './near.js'
import { type At, BROKEN, type Broken, Codec, isRecord, kindOf, type Read, type Schema } from './reading.js'

/** What stands here is of the wrong sort. */
export const wrong = (input: unknown, words: string, at: At): Broken =>
  at.error('VALUE_INVALID', `${kindOf(input)} stands here.`, blankMissing(input, words) ?? `Expected ${words}.`)

/** `udp:[6969]` and `-6969` are text. */
const blankMissing = (input: unknown, words: string): string | undefined => {
  if (isText(input) && /^[a-z_]+:[^\s/:]/.test(input)) return 'Write a blank after the colon of a key.'
  return words.startsWith('a list') && /^-\w/.test(`${input}`) ? 'Write a blank after the dash of an item.' : undefined
}

/** A value that is not made of others. `read` gives the value, or reports and gives BROKEN. */
export const scalar = <A>(
  name: string,
  words: string,
  schema: Schema,
  read: (input: unknown, at: At) => Read<A>,
  write?: (value: A) => unknown,
): Codec<A> => new Codec<A>({ name, words, shape: { is: 'scalar', schema }, read, ...(write === undefined ? {} : { write }) })

const isText = (input: unknown): input is string => typeof input === 'string'

/** Any text, on one line or several; not empty. */
export const text: Codec<string> = scalar('text', 'text', { type: 'string', minLength: 1 }, (input, at) => {
  if (typeof input === 'number') return at.error('VALUE_INVALID', 'a number stands here.', 'Expected text: put it in quotes.')
  if (!isText(input)) return wrong(input, 'text', at)
  if (input.trim() === '') return at.error('VALUE_INVALID', 'this is empty.', 'Write something, or remove the line.')
  return input
})

const TRUTHS = new Set(['yes', 'no', 'on', 'off', 'y', 'n', 'true', 'false'])

export const bool: Codec<boolean> = scalar('boolean', 'true or false', { type: 'boolean' }, (input, at) => {
  if (typeof input === 'boolean') return input
  if (isText(input) && TRUTHS.has(input.toLowerCase()))
    return at.error('VALUE_INVALID', `${input} is a word here, as in YAML 1.2, not a boolean.`, 'Expected true or false, without quotes.')
  return wrong(input, 'true or false', at)
})

/** A whole number in a range. */
export const whole = (least: number, most: number, words = `a whole number from ${least} to ${most}`): Codec<number> =>
  scalar('number', words, { type: 'integer', minimum: least, maximum: most }, (input, at) => {
    if (isText(input) && /^\d+$/.test(input)) return at.error('VALUE_INVALID', 'a number in quotes is text.', `Expected ${words}.`)
    if (typeof input !== 'number') return wrong(input, words, at)
    if (Number.isInteger(input) && input >= least && input <= most) return input
    return at.error('VALUE_INVALID', Number.isInteger(input) ? `${input} is out of range.` : 'not a whole number.', `Expected ${words}.`)
  })

/** One of a few words. */
export const word = <W extends string>(...words: ReadonlyArray<W>): Codec<W> => {
  const expected = words.join(', ').replace(/, ([^,]*)$/, ' or $1')
  const one = (input: unknown): input is W => words.includes(input as W)
  return scalar('word', expected, words.length === 1 ? { const: words[0] as W } : { enum: words }, (input, at) => {
    if (one(input)) return input
    if (isText(input))
      return at.error('VALUE_INVALID', 'not a word that is known here.', didYouMean(input, words) ?? `Expected ${expected}.`)
    return wrong(input, expected, at)
  })
}

/** Text that a pattern describes; `what` says what it is not. */
export const pattern = (name: string, matches: RegExp, words: string, example?: string, code: IssueCode = 'VALUE_INVALID'): Codec<string> =>
  scalar(
    name,
    words,
    { type: 'string', pattern: matches.source, ...(example === undefined ? {} : { examples: [example] }) },
    (input, at) => {
      const value = text.read(input, at)
      if (value === BROKEN || matches.test(value)) return value
      return at.error(code, `not ${words}.`, example === undefined ? undefined : `Expected something like ${example}.`)
    },
  )

const DEEPEST = 32
const MOST_NODES = 100_000

/** Whatever JSON can say, taken as it is. */
export const plain: Codec<Json> = new Codec<Json>({
  name: 'anything',
  words: 'text, a number, true, false, a list or a mapping',
  shape: { is: 'plain' },
  read: (input, at) => {
    const left = { nodes: MOST_NODES }
    const trouble = notPlain(input, DEEPEST, left)
    return trouble === undefined ? (input as Json) : at.error('VALUE_INVALID', trouble, 'Expected what JSON can say.')
  },
})

const notPlain = (input: unknown, depth: number, left: { nodes: number }): string | undefined => {
  left.nodes -= 1
  if (left.nodes < 0) return `more than ${MOST_NODES} values stand here.`
  if (depth === 0) return `this is nested more than ${DEEPEST} deep.`
  if (Array.isArray(input)) return firstOf(input, one => notPlain(one, depth - 1, left))
  if (isRecord(input))
    return firstOf(Object.keys(input), key => (key === '__proto__' ? '__proto__ cannot be a key.' : notPlain(input[key], depth - 1, left)))
  if (input === null || typeof input === 'string' || typeof input === 'boolean' || Number.isFinite(input)) return undefined
  return `${kindOf(input)} stands here.`
}

const firstOf = <A>(all: ReadonlyArray<A>, trouble: (one: A) => string | undefined): string | undefined => {
  for (const one of all) {
    const found = trouble(one)
    if (found !== undefined) return found
  }
  return undefined
}
