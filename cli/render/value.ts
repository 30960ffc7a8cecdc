import type { Text } from '../../engine/contract.js'
import { clean } from './text.js'

/** A text with its secrets named, never shown. */
export const renderText = (text: Text): string =>
  typeof text === 'string'
    ? text
    : text.map(part => (typeof part === 'string' ? part : 'secret' in part ? `(secret ${part.secret})` : '(digest)')).join('')

/** Any value on one line, as an environment file would write it: strings plain, lists and mappings in flow style. */
export const renderValue = (value: unknown): string => {
  if (typeof value === 'string') return isPlain(value) ? value : quoted(value)
  return nested(value)
}

const nested = (value: unknown): string => {
  if (value === undefined) return 'none'
  if (typeof value === 'string') return isPlainInside(value) ? value : quoted(value)
  if (value === null || typeof value !== 'object') return String(value)
  if (isText(value)) return clean(value.map(part => (typeof part === 'string' ? part : '(secret)')).join(''))
  if (Array.isArray(value)) return `[${value.map(nested).join(', ')}]`
  if (isHole(value)) return '(secret)'
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, one]) => `${nested(key)}: ${nested(one)}`).join(', ')} }`
}

const quoted = (text: string): string => clean(JSON.stringify(text))
const isPlain = (text: string): boolean => text !== '' && text.trim() === text && clean(text) === text
const isPlainInside = (text: string): boolean => isPlain(text) && !/[,[\]{}"']|: | #/.test(text)

const isHole = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (('secret' in value && 'as' in value) || ('digest' in value && Array.isArray((value as { digest: unknown }).digest)))

const isText = (value: object): value is ReadonlyArray<unknown> =>
  Array.isArray(value) && value.some(isHole) && value.every(part => typeof part === 'string' || isHole(part))
