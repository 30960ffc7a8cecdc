import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { parse as parseToml } from 'smol-toml'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse as parseYaml } from 'yaml'
import { type Encoder, encodeAs } from '../../specs/encode.js'

const HOSTILE = [
  "it's",
  '"quoted"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: shells would fill this in.
  '$HOME ${PATH} $$ $(id) `id`',
  'a#b # c',
  'two\nlines\r\nthree\n',
  'back\\slash\\',
  "\\'",
  '\\"',
  '\\n \\t \\u0041 \\$',
  'a: b, [c] {d} & *e !f |g >h @i %j',
  'ünïcödé 🎉 \u2028 \ufeff \u0085 \u007f \u0001\u001b',
  ' leading and trailing ',
  'true',
  '0123',
  '~',
  '=',
  "'",
  '"',
  '\\',
  '\t',
]
/** No secret has a NUL, and half a surrogate pair does not get as far as here. */
const secrets = fc.string({ unit: 'binary', minLength: 1 }).filter(value => !value.includes('\0'))

const eachWay = (as: ReadonlyArray<Encoder>, back: (written: string) => string) => {
  for (const value of HOSTILE) assert.is(back(encodeAs(value, as)), value)
  fc.assert(fc.property(secrets, value => back(encodeAs(value, as)) === value))
}

test('JSON gives every secret back', () => eachWay(['json'], JSON.parse))
test('YAML gives every secret back, inside of a file', () =>
  eachWay(['yaml'], written => parseYaml(`a:\n  - ${written}\nb: { c: ${written} }`).b.c))
test('TOML gives every secret back, inside of a file', () =>
  eachWay(['toml'], written => parseToml(`a = ${written}\nb = [${written}]`).a as string))
test('URLs give every secret back', () => eachWay(['url'], decodeURIComponent))
test('a secret is no part of a URL that it stands in', () => {
  eachWay(['url'], written => decodeURIComponent(new URL(`mysql://user:${written}@host:3306/db`).password))
})
test('base64 gives every secret back', () => eachWay(['base64'], written => Buffer.from(written, 'base64').toString()))
/** As MySQL's manual has its strings: a quotation mark twice, the rest behind a backslash. */
const NAMED: { readonly [letter: string]: string } = { n: '\n', r: '\r', t: '\t' }
const unslashed = (written: string): string =>
  written.slice(1, -1).replace(/''|\\(.)/gs, (_, one) => (one === undefined ? "'" : (NAMED[one] ?? one)))

test('statements give every secret back', () => {
  eachWay(['sql'], unslashed)
  for (const value of HOSTILE) assert.match(encodeAs(value, ['sql']), /^'(?:[^'\\]|''|\\.)*'$/s)
})
test('option files of MySQL give every secret back, on one line', () => {
  const quoted = (written: string): string => unslashed(written.replaceAll("'", "''"))
  eachWay(['cnf'], quoted)
  assert.is(encodeAs('a"b#c', ['cnf']), '"a\\"b#c"')
  for (const value of HOSTILE) assert.not.match(encodeAs(value, ['cnf']), /[\n\r]/)
})
test('env files give every secret back', () => eachWay(['env'], composeReads))
test('encoders apply inside out', () => {
  eachWay(['url', 'env'], written => decodeURIComponent(composeReads(written)))
  eachWay(['json', 'shell'], written => JSON.parse(shellReads([written])[0] ?? ''))
})

test('what needs no quotes in an env file gets none, so that it can stand inside of a value', () => {
  assert.is(encodeAs('pä$s w', ['url', 'env']), 'p%C3%A4%24s%20w')
  assert.is(encodeAs('plain-1', ['env']), 'plain-1')
})

/** What sh makes of words, NUL between them. */
const shellReads = (words: ReadonlyArray<string>): ReadonlyArray<string> =>
  execFileSync('sh', ['-s'], { input: `printf '%s\\0' ${words.join(' ')}\n` })
    .toString()
    .split('\0')
    .slice(0, -1)

test('sh gives every secret back', () => {
  const values = [...HOSTILE, ...fc.sample(secrets, 200)]
  assert.equal(shellReads(values.map(value => encodeAs(value, ['shell']))), values)
})

test('what an env file puts in single quotes, sh reads the same', () => {
  const values = [...HOSTILE, ...fc.sample(secrets, 200)].filter(value => !/['\n\r]/.test(value) && !value.endsWith('\\'))
  assert.equal(shellReads(values.map(value => encodeAs(value, ['env']))), values)
})

/** As Compose reads the value of a line of an env file (compose-go, dotenv/parser.go). */
function composeReads(src: string): string {
  const quote = src[0]
  if (quote !== '"' && quote !== "'") {
    const value = (src.split('\n')[0] ?? '').replace(/\s#.*$/, '').trim()
    return expandVariables(value)
  }
  let escaped = false
  let chars = ''
  for (const char of src.slice(1)) {
    if (char !== quote) {
      if (!escaped && char === '\\') {
        escaped = true
        continue
      }
      if (escaped) chars += '\\'
      escaped = false
      chars += char
    } else if (escaped) {
      escaped = false
      chars += char
    } else return quote === '"' ? expandVariables(expandEscapes(chars)) : chars
  }
  throw new Error('unterminated')
}

const CONTROL: { readonly [letter: string]: string } = {
  a: '\x07',
  b: '\b',
  c: '\\c',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
}
const expandEscapes = (text: string): string =>
  text.replace(/\\(?:[abcfnrtv$"\\]|0\d{0,3})/g, match => (match === '\\$' ? '$$' : (CONTROL[match[1] ?? ''] ?? match)))
const expandVariables = (text: string): string => text.replace(/\$\$|\$\{[^}]*\}|\$\w+/g, match => (match === '$$' ? '$' : ''))

test.run()
