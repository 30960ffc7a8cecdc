import type { Fault } from '../specs/fault.js'
import { E, type Either, fail } from '../specs/fp.js'
import { usage } from './usage.js'

const SPAN = /^\d{1,6}(s|m|min|h|d|w)$/
const WORD = /^(today|yesterday)$/
const HOUR = String.raw`([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?`
const MOMENT = new RegExp(`^(\\d{4}-\\d{2}-\\d{2}|(\\d{4}-\\d{2}-\\d{2})[ T](${HOUR})|${HOUR})$`)

/** In journalctl's words; its own syntax knows more, and calls what it does not know a failure of its own. */
export const sinceOf = (text: string, line: string): Either<Fault, string> => {
  if (SPAN.test(text)) return E.right(`-${text}`)
  if (WORD.test(text) || (MOMENT.test(text) && hasDay(text))) return E.right(text.replace('T', ' '))
  return fail(usage(`${text} is no time: 30m, 2h, 3d, today, yesterday, 14:30 or "2026-03-31 14:30", by the clock of the host`, line))
}

const hasDay = (text: string): boolean => {
  const [, day] = /^(\d{4}-\d{2}-\d{2})/.exec(text) ?? []
  if (day === undefined) return true
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)
}
