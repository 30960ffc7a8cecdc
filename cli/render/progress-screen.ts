import type { RunEvent } from '../../engine/run-value.js'
import { type Line, line, paint } from './color.js'
import type { Progress, ProgressInput } from './progress.js'
import { Tally } from './progress-tally.js'
import { columnOf, endedLine, footer, runningLine, waitingLine } from './progress-words.js'
import { cut, ellipsis, widthOf } from './text.js'

const FRAME_MS = 100
const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const ERASE_BELOW = '\u001b[J'
const up = (rows: number): string => (rows === 0 ? '\r' : `\r\u001b[${rows}A`)

/** On a terminal: what ended scrolls up and stays, what runs and waits is redrawn below it. */
export const screen = (given: ProgressInput): Progress => {
  const input = { ...given, columns: () => sizeOr(given.columns(), 80), rows: () => sizeOr(given.rows(), 24) }
  const { write, now, unicode, color } = input
  const marks = { unicode }
  const tally = new Tally()
  let ended: Line[] = []
  let drawn: ReadonlyArray<number> = []
  let drawnAt = Number.NEGATIVE_INFINITY
  let isDirty = false
  let stop: (() => void) | undefined

  const fitted = (one: Line): Line => ({ ...one, text: cut(one.text, input.columns() - 1, marks) })
  const painted = (lines: ReadonlyArray<Line>): string => lines.map(one => `${paint(one, color)}\n`).join('')

  /** A terminal that became narrower has folded the lines that were drawn. */
  const erase = (): string => {
    const rows = drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / input.columns())), 0)
    return up(Math.min(rows, input.rows() - 1)) + ERASE_BELOW
  }

  const draw = (frame: ReadonlyArray<Line>): void => {
    write(erase() + painted(ended.map(fitted)) + painted(frame))
    drawn = frame.map(one => widthOf(one.text))
    ended = []
    drawnAt = now()
    isDirty = false
  }

  const redraw = (): void => draw(frameOf(tally, input).map(fitted))

  const tick = (): void => {
    const since = now() - drawnAt
    if (since >= 1000 || (isDirty && since >= FRAME_MS)) redraw()
  }

  const on = (event: RunEvent): void => {
    if (stop === undefined) {
      stop = input.every(FRAME_MS, tick)
      write(HIDE_CURSOR)
    }
    tally.take(event, now())
    const last = endedLine(event, columnOf(tally), marks)
    if (last !== undefined) ended.push(last)
    isDirty = true
    if (now() - drawnAt >= FRAME_MS) redraw()
  }

  const close = (): void => {
    if (stop === undefined) return
    stop()
    stop = undefined
    draw([])
    write(SHOW_CURSOR)
  }

  return { on, close }
}

/** Some terminals say that they have no columns at all. */
const sizeOr = (size: number, usual: number): number => (size > 0 ? size : usual)

/** At most a screenful: what runs, what waits as far as there is room, and the sum. */
const frameOf = (tally: Tally, { columns, rows, now, unicode }: ProgressInput): ReadonlyArray<Line> => {
  const marks = { unicode }
  const column = Math.min(columnOf(tally), Math.max(8, columns() - 24))
  const room = Math.max(1, rows() - 2)
  const running = [...tally.running].slice(0, room).map(([addr, task]) => runningLine(addr, task, now(), column, marks))
  const left = room - running.length
  const waiting: Line[] = []
  for (const addr of tally.waiting) {
    if (waiting.length === left) break
    waiting.push(waitingLine(addr, tally, column, marks))
  }
  const hidden = tally.waiting.size - waiting.length
  if (hidden > 0 && waiting.length > 0)
    waiting[waiting.length - 1] = line(`waiting  ${ellipsis(marks)} ${hidden + 1} more`, 'quiet', 'waiting'.length)
  return [...running, ...waiting, footer(tally, now())]
}
