import { BROKEN, type Codec, choice, scalar, text, word } from './codec.js'
import type { At } from './reading.js'

/** `02:00`, in the host's time zone. */
export const TimeOfDay: Codec<string> = scalar(
  'time of day',
  'a time of day in quotes, such as "02:00"',
  { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', examples: ['02:00'] },
  (input, at) => {
    if (typeof input === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(input)) return input
    return at.error('VALUE_INVALID', 'not a time of day.', 'Expected hours and minutes in quotes, such as "02:00".')
  },
)

export const TimeOrNever: Codec<string> = choice('time of day', 'a time of day in quotes, such as "02:00", or never', [
  { when: input => input === 'never', codec: word('never') as Codec<string> },
  { when: () => true, codec: TimeOfDay },
])

/** An IANA time zone. */
export const TimeZone: Codec<string> = scalar(
  'time zone',
  'a time zone such as UTC or Europe/Berlin',
  { type: 'string', pattern: '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$', examples: ['UTC', 'Europe/Berlin'] },
  (input, at) => {
    const zone = text.read(input, at)
    if (zone === BROKEN || zone === 'UTC' || isZone(zone)) return zone
    return at.error('VALUE_INVALID', 'not a time zone.', 'Expected one such as UTC or Europe/Berlin.')
  },
)

const isZone = (zone: string): boolean => {
  if (!/^[A-Z][A-Za-z_]*(\/[A-Za-z0-9_+-]+)*$/.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

interface CronField {
  readonly name: string
  readonly least: number
  readonly most: number
  readonly names: ReadonlyArray<string>
}
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const MINUTE: CronField = { name: 'minute', least: 0, most: 59, names: [] }
const HOUR: CronField = { name: 'hour', least: 0, most: 23, names: [] }
const DAY: CronField = { name: 'day of month', least: 1, most: 31, names: [] }
const MONTH: CronField = { name: 'month', least: 1, most: 12, names: MONTHS }
const WEEKDAY: CronField = { name: 'day of week', least: 0, most: 7, names: DAYS }
const FIELDS = [MINUTE, HOUR, DAY, MONTH, WEEKDAY]

const NICKNAMES: { readonly [name: string]: string } = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

/** Five cron fields, each in its range, with one blank between them. */
export const Cron: Codec<string> = scalar(
  'cron',
  'five cron fields in quotes, such as "0 3 * * *"',
  { type: 'string', examples: ['0 3 * * *'] },
  (input, at) => {
    const written = text.read(input, at)
    if (written === BROKEN) return BROKEN
    const nickname = NICKNAMES[written.trim()]
    if (nickname !== undefined) return at.error('CRON_INVALID', 'not five fields.', `Write "${nickname}".`)
    const fields = written.trim().split(/[ \t]+/)
    if (fields.length !== 5)
      return at.error('CRON_INVALID', `${fields.length} fields; expected 5.`, 'Minute, hour, day of month, month, day of week.')
    const troubles = fields.flatMap((one, index) => troubleOf(one, FIELDS[index] as CronField) ?? [])
    if (troubles.length > 0) return at.error('CRON_INVALID', troubles.join(' '))
    return neverHappens(fields, at) ?? fields.join(' ')
  },
)

const troubleOf = (written: string, field: CronField): string | undefined => {
  for (const part of written.split(',')) {
    const [, range, step] = /^([^/]*)(?:\/(.*))?$/.exec(part) ?? []
    if (range === undefined || range === '') return `${field.name} has an empty part.`
    if (step !== undefined && (!/^\d{1,3}$/.test(step) || Number(step) === 0 || Number(step) > field.most))
      return `${field.name} has a step that is not one of 1 to ${field.most}.`
    if (range === '*') continue
    const [from, to, more] = range.split('-')
    if (more !== undefined) return `${field.name} has a range of more than two.`
    if (step !== undefined && to === undefined)
      return `${field.name} has a step without a range; expected */${step} or a range such as 1-5/2.`
    for (const end of [from, to]) {
      if (end !== undefined && numberOf(end, field) === undefined)
        return `${field.name} ${shown(end)}; expected ${field.least} to ${field.most}.`
    }
    if (to !== undefined && (numberOf(from ?? '', field) ?? 0) > (numberOf(to, field) ?? 0))
      return `${field.name} ${range} ends before it begins.`
  }
  return undefined
}

const shown = (end: string): string => (/^\w{1,8}$/.test(end) ? end : 'is not a number')

const numberOf = (end: string, field: CronField): number | undefined => {
  const named = field.names.indexOf(end.toLowerCase())
  if (named >= 0) return named + (field.name === 'month' ? 1 : 0)
  if (!/^\d{1,2}$/.test(end)) return undefined
  const value = Number(end)
  return value >= field.least && value <= field.most ? value : undefined
}

const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const neverHappens = (fields: ReadonlyArray<string>, at: At): typeof BROKEN | undefined => {
  const [, , day = '*', month = '*', weekday = '*'] = fields
  if (weekday !== '*' || day.startsWith('*')) return undefined
  const first = Math.min(...valuesOf(day, DAY))
  if (valuesOf(month, MONTH).some(one => first <= (LENGTHS[one - 1] ?? 0))) return undefined
  return at.error('CRON_INVALID', 'no such month has such a day: this would never run.')
}

const valuesOf = (written: string, field: CronField): ReadonlyArray<number> => {
  const values = new Set<number>()
  for (const part of written.split(',')) {
    const [range = '*', step = '1'] = part.split('/')
    const [from = '*', to] = range.split('-')
    const first = from === '*' ? field.least : (numberOf(from, field) ?? field.least)
    const last = from === '*' ? field.most : to === undefined ? first : (numberOf(to, field) ?? first)
    for (let value = first; value <= last; value += Number(step)) values.add(value)
  }
  return [...values]
}

/** Every minute of a day, counted from midnight, at which a decoded schedule can start. */
export const startsOf = (cron: string): ReadonlyArray<number> => {
  const [minutes = '*', hours = '*'] = cron.split(' ')
  return valuesOf(hours, HOUR).flatMap(hour => valuesOf(minutes, MINUTE).map(minute => hour * 60 + minute))
}

/** The minute of a day, counted from midnight. */
export const minuteOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}
