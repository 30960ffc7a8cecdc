import { type BROKEN, type Codec, type Read, scalar, wrong } from './codec.js'
import type { At } from './reading.js'

/** A length of time as written, such as `15s 5m 6h 7d`. */
export type Duration = string

const UNITS = {
  s: { seconds: 1, many: 'seconds' },
  m: { seconds: 60, many: 'minutes' },
  h: { seconds: 3600, many: 'hours' },
  d: { seconds: 86_400, many: 'days' },
}
type Unit = keyof typeof UNITS

const WRITTEN = /^([1-9]\d{0,8})(s|m|h|d)$/

/** Seconds in a decoded duration. */
export const secondsOf = (duration: Duration): number => {
  const [, count, unit] = WRITTEN.exec(duration) ?? []
  if (count === undefined || unit === undefined) throw new Error('not a decoded duration')
  return Number(count) * UNITS[unit as Unit].seconds
}

export interface DurationOptions {
  readonly least?: Duration
  readonly most?: Duration
  /** The two units that a bare number could mean here. */
  readonly readings?: readonly [Unit, Unit]
}

/** Kept as it is written, so that plans show it so; compare by `secondsOf`. */
export const duration = ({ least = '1s', most = '36500d', readings = ['s', 'm'] }: DurationOptions = {}): Codec<Duration> => {
  const words = `a duration such as ${readings[0] === 'd' ? '7d or 12h' : '15s or 5m'}`
  return scalar('duration', words, { type: 'string', pattern: WRITTEN.source, examples: [`7${readings[0]}`] }, (input, at) => {
    const bare = typeof input === 'number' ? input : typeof input === 'string' && /^\d+$/.test(input) ? Number(input) : undefined
    if (bare !== undefined) return unitMissing(bare, readings, at)
    if (typeof input !== 'string') return wrong(input, words, at)
    if (!WRITTEN.test(input))
      return at.error('VALUE_INVALID', 'not a duration.', `Expected ${words}: one number above 0 with s, m, h or d.`)
    return within(input, least, most, at)
  })
}

const within = (input: Duration, least: Duration, most: Duration, at: At): Read<Duration> => {
  const seconds = secondsOf(input)
  if (seconds < secondsOf(least)) return at.error('VALUE_INVALID', `${input} is too short.`, `Expected at least ${least}.`)
  if (seconds > secondsOf(most)) return at.error('VALUE_INVALID', `${input} is too long.`, `Expected at most ${most}.`)
  return input
}

const SPELT = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

const unitMissing = (bare: number, readings: readonly [Unit, Unit], at: At): typeof BROKEN => {
  const reading = (unit: Unit): string => {
    const many = UNITS[unit].many
    return `${SPELT[bare] ?? bare} ${bare === 1 ? many.slice(0, -1) : many}`
  }
  const [first, second] = readings
  return at.error('UNIT_MISSING', 'of what?', `${bare}${first} is ${reading(first)}, ${bare}${second} ${reading(second)}.`)
}
