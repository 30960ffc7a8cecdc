import { setTimeout as sleep } from 'node:timers/promises'
import type { Desk, Started } from '../cli.js'

/** So long after what the log says: on a slower machine it is still the same place of a run. */
export interface Moment {
  /** Undefined: after the start of the program. */
  readonly event?: string
  readonly ms: number
}

interface Logged {
  readonly at: number
  readonly event: string
}

/** Of the first run in it, without what comes out otherwise each time. */
const eventsIn = (log: string): ReadonlyArray<Logged> => {
  const [, first] = / (run \d+) begin/.exec(log) ?? []
  return log.split('\n').flatMap(line => {
    const [, time = '', run, event = ''] = /^(\S+) \d+ (run \d+) ((?:begin:|running|doing|done|check|of) .*)$/.exec(line) ?? []
    return run !== first || event === ''
      ? []
      : [{ at: Date.parse(time), event: event.replace(/,?"(?:seconds|milliseconds|answer)":.*$/, '') }]
  })
}

/** How long a program takes before its run begins. */
const START_MS = 400

/** One moment in each of so many equal parts of the one run that this is the log of. */
export const momentsIn = (log: string, count: number, chance: () => number): ReadonlyArray<Moment> => {
  const events = eventsIn(log)
  const begin = (events[0]?.at ?? 0) - START_MS
  const end = events.at(-1)?.at ?? 0
  return Array.from({ length: count }, (_, index) => {
    const at = begin + ((index + chance()) / count) * (end - begin)
    const before = events.findLast(event => event.at <= at)
    return before === undefined ? { ms: at - begin } : { event: before.event, ms: at - before.at }
  })
}

export const momentWords = ({ event = 'the start', ms }: Moment): string => `${Math.round(ms)} ms after ${event.slice(0, 70)}`

/** Of a run that was just started; also over when it has ended without it. */
export const comes = async ({ event, ms }: Moment, desk: Desk, run: Started): Promise<void> => {
  const from = desk.log().length
  let isOver = false
  void run.ended.then(() => {
    isOver = true
  })
  while (event !== undefined && !isOver && !desk.log().slice(from).includes(` ${event}`)) await sleep(5)
  await Promise.race([sleep(ms), run.ended])
}
