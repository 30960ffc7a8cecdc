import type { RunEvent } from '../../engine/run-value.js'
import { faultValue } from '../../specs/fault.js'
import { type Line, line, paint } from './color.js'
import type { Progress, ProgressInput } from './progress.js'
import { Tally } from './progress-tally.js'
import { againLine, columnOf, endedLine, runningLine, STOPPING, startedLine } from './progress-words.js'

const TICK_MS = 1000
const SILENCE_MS = 30_000

/** Elsewhere than on a terminal: a line when a task starts, one when it ends, one every 30 s between. */
export const lines = ({ write, now, every, unicode, color }: ProgressInput): Progress => {
  const marks = { unicode }
  const tally = new Tally()
  const heard = new Map<string, number>()
  let stop: (() => void) | undefined

  const tick = (): void => {
    for (const [addr, at] of heard) {
      const task = tally.running.get(addr)
      if (task === undefined || now() - at < SILENCE_MS) continue
      heard.set(addr, now())
      write(`${paint(runningLine(addr, task, now(), columnOf(tally), marks), color)}\n`)
    }
  }

  const on = (event: RunEvent): void => {
    stop ??= every(TICK_MS, tick)
    tally.take(event, now())
    if (event.at === 'running') heard.set(event.addr, now())
    else if (event.at === 'done' || event.at === 'failed') heard.delete(event.addr)
    const says = lineOf(event)
    if (says !== undefined) write(`${paint(says, color)}\n`)
  }

  const lineOf = (event: RunEvent): Line | undefined => {
    const column = columnOf(tally)
    if (event.at === 'running') return startedLine(event.addr, column, marks)
    if (event.at === 'again') return againLine(event, column, marks)
    return event.at === 'stopping' ? line(STOPPING) : endedLine(event, column, marks)
  }

  return {
    on,
    close: () => {
      stop?.()
      stop = undefined
    },
  }
}

/** For programs: each event as one JSON object on a line, a fault with its words. */
export const jsonLines = ({ write }: Pick<ProgressInput, 'write'>): Progress => ({
  on: event => write(`${JSON.stringify('fault' in event ? { ...event, fault: faultValue(event.fault) } : event)}\n`),
  close: () => undefined,
})
