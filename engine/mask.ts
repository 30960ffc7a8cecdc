import { type Encoder, encodeAs } from '../specs/encode.js'
import { LEAST_SECRET } from '../specs/secret-length.js'

/** Puts a word in the place of each secret. */
export type Mask = (text: string) => string

const HIDDEN = '(secret)'

/** Wherever these values surface: as they are, as any of our encoders writes them, percent-encoded by anybody, or one line of several. */
export const maskOf = (values: Iterable<string>): Mask => masking([...values], text => text)

/** The same for bytes, of which all others stay as they are, also those that are no text. */
export const byteMaskOf = (values: Iterable<string>): ((bytes: Buffer) => Buffer) => {
  const mask = masking([...values], asBytes)
  return bytes => {
    const text = bytes.toString('latin1')
    const masked = mask(text)
    return masked === text ? bytes : Buffer.from(masked, 'latin1')
  }
}

/** A character for each byte of its UTF-8. */
const asBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

/** How a text is written where it is looked for. */
type Written = (text: string) => string

/** More is too much for a pattern. */
const LONGEST = 1000

/** Longer ones first: one secret may begin another. */
const masking = (values: ReadonlyArray<string>, written: Written): Mask => {
  const known = values.filter(value => value.length >= LEAST_SECRET)
  const patterns = distinct(known.filter(({ length }) => length <= LONGEST).flatMap(value => patternsOf(value, written)))
  const texts = distinct(known.filter(({ length }) => length > LONGEST).flatMap(value => formsOf(value).map(written)))
  const pattern = patterns.length === 0 ? undefined : new RegExp(patterns.join('|'), 'g')
  return text => {
    const masked = texts.reduce((before, form) => before.replaceAll(form, HIDDEN), text)
    return pattern === undefined ? masked : masked.replace(pattern, HIDDEN)
  }
}

const distinct = (texts: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(texts)].sort((a, b) => b.length - a.length)

const ENCODERS: ReadonlyArray<Encoder> = ['url', 'env', 'json', 'base64', 'toml', 'yaml', 'shell', 'sql', 'cnf']

const formsOf = (value: string): ReadonlyArray<string> => [
  value,
  ...linesOf(value),
  ...ENCODERS.map(as => encodeAs(value, [as])),
  encodeAs(value, ['json']).slice(1, -1),
]

const linesOf = (value: string): ReadonlyArray<string> => value.split(/\r?\n/).filter(line => line.length >= LEAST_SECRET)

const patternsOf = (value: string, written: Written): ReadonlyArray<string> => [
  ...[value, ...linesOf(value)].map(one => percentPattern(one, written)),
  ...formsOf(value).map(form => literal(written(form))),
]

/** Whoever encodes decides which characters need it, and how its digits are written. */
const percentPattern = (text: string, written: Written): string =>
  [...text]
    .map(char => {
      if (/[A-Za-z0-9]/.test(char)) return char
      const percent = [...Buffer.from(char, 'utf8')]
        .map(byte => `%${byte.toString(16).padStart(2, '0').replace(/[a-f]/g, either)}`)
        .join('')
      return `(?:${percent}|${literal(written(char))}${char === ' ' ? '|\\+' : ''})`
    })
    .join('')

const either = (letter: string): string => `[${letter}${letter.toUpperCase()}]`
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
