import { createHmac } from 'node:crypto'
import { encodeAs } from '../specs/encode.js'
import type { Fault } from '../specs/fault.js'
import { type Attempt, attempt, type Either, need } from '../specs/fp.js'
import type { Hole, Reveal, Text } from './contract.js'

export interface Revealer {
  readonly reveal: Reveal
  /** Hides every secret revealed so far, raw or encoded, wherever it surfaces. */
  readonly mask: (text: string) => string
}

/** Shorter secrets would hide half of every message. */
const MASKED_FROM = 4

export const revealer = (lookup: (secret: string) => Attempt<string>): Revealer => {
  const known = new Map<string, Promise<Either<Fault, string>>>()
  const hidden = new Set<string>()

  const clear = (secret: string): Attempt<string> =>
    attempt(async () => {
      const asked = known.get(secret) ?? lookup(secret)()
      known.set(secret, asked)
      const value = await need(() => asked)
      for (const form of formsOf(value)) if (form.length >= MASKED_FROM) hidden.add(form)
      return value
    })

  const filled = async (hole: Hole, salt: string): Promise<string> => {
    if ('secret' in hole) return encodeAs(await need(clear(hole.secret)), hole.as)
    const keyed = createHmac('sha256', salt)
    for (const text of hole.digest) keyed.update(await need(reveal(text, salt))).update('\0')
    return keyed.digest('hex')
  }

  const reveal: Reveal = (text: Text, salt: string) =>
    attempt(async () => {
      if (typeof text === 'string') return text
      const parts = await Promise.all(text.map(part => (typeof part === 'string' ? part : filled(part, salt))))
      return parts.join('')
    })

  const mask = (text: string): string =>
    [...hidden].sort((a, b) => b.length - a.length).reduce((masked, form) => masked.replaceAll(form, '(secret)'), text)

  return { reveal, mask }
}

const formsOf = (value: string): ReadonlyArray<string> => [
  value,
  ...(['url', 'env', 'json', 'base64', 'toml', 'yaml', 'shell', 'sql', 'cnf'] as const).map(as => encodeAs(value, [as])),
  encodeAs(value, ['json']).replace(/^"|"$/g, ''),
]
