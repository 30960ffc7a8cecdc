/** How a secret is written at its place; applied inside out: a URL inside an env file is `['url', 'env']`. */
export type Encoder = 'url' | 'env' | 'json' | 'base64' | 'toml' | 'yaml' | 'shell' | 'sql' | 'cnf'

/** The value as each encoder in turn writes it. Quoting encoders bring their own quotes. */
export const encodeAs = (value: string, encoders: ReadonlyArray<Encoder>): string =>
  encoders.reduce((written, encoder) => ENCODE[encoder](written), wellFormed(value))

/** Half a surrogate pair can't be written in UTF-8. */
const wellFormed = (value: string): string => Buffer.from(value, 'utf8').toString('utf8')

const ENCODE: { readonly [E in Encoder]: (value: string) => string } = {
  url: value => Buffer.from(value, 'utf8').reduce((written, byte) => written + percent(byte), ''),
  env: value => {
    if (/^[A-Za-z0-9_.%/+:@,-]+$/.test(value)) return value
    if (/^[^'\n\r\0]*$/.test(value) && !value.endsWith('\\')) return `'${value}'`
    return `"${value
      .replace(/[\\"$]/g, '\\$&')
      .replace(/\n/g, '\\n')
      .replace(/\r/g, '\\r')}"`
  },
  json: value => JSON.stringify(value),
  base64: value => Buffer.from(value, 'utf8').toString('base64'),
  toml: value => `"${escaped(value)}"`,
  yaml: value => `"${escaped(value)}"`,
  shell: value => `'${value.replace(/'/g, "'\\''")}'`,
  /** MySQL's, in its own mode: without NO_BACKSLASH_ESCAPES. */
  sql: value => `'${backslashed(value).replace(/'/g, "''")}'`,
  /** An open quote would take a # behind it for text, or none at all for a comment. */
  cnf: value => `"${backslashed(value).replace(/"/g, '\\"')}"`,
}

/** Option files of MySQL have no other way to write these. */
const backslashed = (value: string): string =>
  value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t')

const percent = (byte: number): string => {
  const character = String.fromCharCode(byte)
  return /[A-Za-z0-9_.-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

/** Escapes that TOML and YAML share: everything but printable ASCII by number. */
const escaped = (value: string): string =>
  value.replace(/["\\]/g, '\\$&').replace(/[^ -~]/gu, character => {
    const code = character.codePointAt(0) ?? 0
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
  })

const hex = (code: number, digits: number): string => code.toString(16).toUpperCase().padStart(digits, '0')
