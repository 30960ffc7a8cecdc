import type { CheckResult, RunEvent } from '../../engine/run-value.js'
import { saysOf } from '../../specs/fault.js'
import { type Line, line, type Tone } from './color.js'
import type { Running, Tally } from './progress-tally.js'
import { clean, type Marks, prose, upTo } from './text.js'
import { elapsedWord, tookWord, untilWord } from './words.js'

type Word = 'running' | 'done' | 'waiting' | 'failed' | 'skipped' | 'ok'
const TONES: { readonly [W in Word]: Tone } = {
  running: 'busy',
  done: 'good',
  waiting: 'quiet',
  failed: 'bad',
  skipped: 'quiet',
  ok: 'good',
}
const WORD = 9
const TIME = 8

const row = (word: Word, addr: string, column: number, says: string, marks: Marks): Line => {
  const head = upTo(upTo(word, WORD) + clean(addr), WORD + column)
  return line((head + prose(says, marks)).trimEnd(), TONES[word], word.length)
}

const timed = (time: string, says: string | undefined): string => (says === undefined ? time : upTo(time, TIME) + says)

/** The addr's column: as in the plan, wider for longer names. */
export const columnOf = ({ longest }: Tally): number => Math.min(40, Math.max(20, longest + 2))

/** What stays on the screen, or in a log: a task or a check that ended. */
export const endedLine = (event: RunEvent, column: number, marks: Marks): Line | undefined => {
  if (event.at === 'done') return row('done', event.addr, column, timed(tookWord(event.seconds), event.says), marks)
  if (event.at === 'failed') return row('failed', event.addr, column, timed(tookWord(event.seconds), event.fault.code), marks)
  if (event.at === 'skipped') return row('skipped', event.addr, column, `needs ${event.needs}`, marks)
  if (event.at === 'check') return row(event.result, event.addr, column, checkSays(event), marks)
  return undefined
}

/** `udp 6969 IPv4: connect and announce, 2 ms`. */
export const checkSays = ({ says, why, milliseconds }: CheckResult): string => {
  if (why !== undefined) return `${says}: ${why}`
  return milliseconds === undefined ? says : `${says}, ${milliseconds} ms`
}

export const againLine = (event: Extract<RunEvent, { at: 'again' }>, column: number, marks: Marks): Line =>
  row('running', event.addr, column, `again in ${untilWord(event.inSeconds)}: ${event.fault.code}: ${saysOf(event.fault)}`, marks)

export const startedLine = (addr: string, column: number, marks: Marks): Line => row('running', addr, column, '', marks)

export const runningLine = (addr: string, task: Running, now: number, column: number, marks: Marks): Line => {
  const seconds = (now - task.since) / 1000
  const { estimate } = task
  const about = estimate === undefined || seconds > estimate ? '' : ` of about ${elapsedWord(Math.max(1, Math.round(estimate)))}`
  return row('running', addr, column, timed(elapsedWord(seconds) + about, task.says), marks)
}

export const waitingLine = (addr: string, tally: Tally, column: number, marks: Marks): Line => {
  const pending = tally.pendingOf(addr)
  return row('waiting', addr, column, pending.length === 0 ? '' : `for ${pending.join(', ')}`, marks)
}

export const footer = (tally: Tally, now: number): Line => {
  const { done, failed, skipped, total } = tally
  const ended = [
    `${done} of ${total} done`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
  ]
  const next = tally.isOver() ? 'Checking.' : tally.isStopping ? STOPPING : 'Ctrl-C ends after the current step.'
  return line(`${ended.join(', ')}, ${elapsedWord((now - tally.began) / 1000)}. ${next}`)
}

export const STOPPING = 'Ending after the current step; Ctrl-C again ends now.'
