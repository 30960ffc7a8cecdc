import { createHmac } from 'node:crypto'
import { encodeAs } from '../specs/encode.js'
import type { Fault } from '../specs/fault.js'
import { type Attempt, attempt, type Either, need } from '../specs/fp.js'
import type { Reveal } from './channel.js'
import type { Hole, Text } from './contract.js'
import { type Mask, maskOf } from './mask.js'

export interface Revealer {
  readonly reveal: Reveal
  /** Hides every secret revealed so far, raw or encoded, wherever it surfaces. */
  readonly mask: Mask
}

export const revealer = (lookup: (secret: string) => Attempt<string>): Revealer => {
  const known = new Map<string, Promise<Either<Fault, string>>>()
  const revealed = new Set<string>()
  let current: Mask | undefined

  const clear = (secret: string): Attempt<string> =>
    attempt(async () => {
      const asked = known.get(secret) ?? lookup(secret)()
      known.set(secret, asked)
      const value = await need(() => asked)
      if (!revealed.has(value)) current = undefined
      revealed.add(value)
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

  const mask: Mask = text => {
    current ??= maskOf(revealed)
    return current(text)
  }

  return { reveal, mask }
}
