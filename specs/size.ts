import { type Codec, scalar, wrong } from './codec.js'

/** A size in its shortest form, such as `512MiB 2GiB`. */
export type Size = string

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const
const WRITTEN = /^(\d{1,9}(?:\.\d{1,3})?)\s?([KMGT]i(?:B)?|[kmgt])$/
const THOUSANDS = /^(\d{1,9}(?:\.\d{1,3})?)\s?([KMGTkmgt])[Bb]?$/

const factorOf = (unit: string): number => 1024 ** ('kmgt'.indexOf(unit.charAt(0).toLowerCase()) + 1)

/** Bytes in a decoded size. */
export const bytesOf = (size: Size): number => {
  const [, count, unit] = /^(\d+)(B|[KMGT]iB)$/.exec(size) ?? []
  if (count === undefined || unit === undefined) throw new Error('not a decoded size')
  return Number(count) * (unit === 'B' ? 1 : factorOf(unit))
}

/** The same number of bytes has one form: in the largest unit that divides it. */
export const sizeOf = (bytes: number): Size => {
  let power = 0
  let count = bytes
  while (power < UNITS.length - 1 && count >= 1024 && count % 1024 === 0) {
    count /= 1024
    power += 1
  }
  return `${count}${UNITS[power]}`
}

export interface SizeOptions {
  readonly least?: Size
  readonly most?: Size
}

export const size = ({ least = '1MiB', most = '1024TiB' }: SizeOptions = {}): Codec<Size> => {
  const words = 'a size such as 512MiB or 2GiB'
  return scalar('size', words, { type: 'string', pattern: WRITTEN.source, examples: ['2GiB'] }, (input, at) => {
    const bare = typeof input === 'number' ? input : typeof input === 'string' && /^\d+$/.test(input) ? Number(input) : undefined
    if (bare !== undefined)
      return at.error('UNIT_MISSING', 'of what?', `${bare}MiB is ${bare} times 1,048,576 bytes, ${bare}GiB 1,024 times that.`)
    if (typeof input !== 'string') return wrong(input, words, at)
    const [, count, unit] = WRITTEN.exec(input) ?? []
    if (count === undefined || unit === undefined) {
      const thousands = THOUSANDS.exec(input)
      if (thousands === null) return at.error('VALUE_INVALID', 'not a size.', `Expected ${words}.`)
      return at.error('UNIT_AMBIGUOUS', 'this counts in thousands; memory and disks count in 1024s.', readings(thousands))
    }
    const bytes = Math.round(Number(count) * factorOf(unit))
    if (bytes < bytesOf(least)) return at.error('VALUE_INVALID', `${input} is too small.`, `Expected at least ${least}.`)
    if (bytes > bytesOf(most)) return at.error('VALUE_INVALID', `${input} is too large.`, `Expected at most ${most}.`)
    return sizeOf(bytes)
  })
}

/** `2GB`: "2GiB or 1907MiB?" */
const readings = ([, count, unit]: RegExpExecArray): string => {
  const power = 'kmgt'.indexOf((unit ?? '').toLowerCase()) + 1
  const bytes = Number(count) * 1000 ** power
  const below = bytes >= 1024 ** 2 ? `${Math.floor(bytes / 1024 ** 2)}MiB` : `${Math.floor(bytes / 1024)}KiB`
  return `${count}${UNITS[power]} or ${below}?`
}
