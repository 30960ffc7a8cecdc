import type { RunEvent } from '../../engine/run-value.js'
import { untilWord } from './words.js'

export interface Running {
  readonly since: number
  readonly says?: string
  readonly estimate?: number
}

interface Planned {
  readonly after: ReadonlyArray<string>
  readonly estimate?: number
}

/** How far a run is, kept up to date by its events. Every step costs the same, however many tasks there are. */
export class Tally {
  readonly running = new Map<string, Running>()
  readonly waiting = new Set<string>()
  total = 0
  done = 0
  failed = 0
  skipped = 0
  checks = 0
  began = 0
  isStopping = false
  isDestroy = false
  /** The longest addr. */
  longest = 0
  readonly #planned = new Map<string, Planned>()
  readonly #pending = new Set<string>()

  take(event: RunEvent, now: number): void {
    if (event.at === 'begin') this.#begin(event, now)
    else if (event.at === 'running') this.#start(event.addr, now)
    else if (event.at === 'doing') this.#say(event.addr, event.says, now)
    else if (event.at === 'again') this.#say(event.addr, `${event.fault.code}, again in ${untilWord(event.inSeconds)}`, now)
    else if (event.at === 'stopping') this.isStopping = true
    else if (event.at === 'check') this.checks++
    else this.#end(event)
  }

  /** What a waiting task waits for. */
  pendingOf(addr: string): ReadonlyArray<string> {
    return (this.#planned.get(addr)?.after ?? []).filter(one => this.#pending.has(one))
  }

  isOver(): boolean {
    return this.total > 0 && this.done + this.failed + this.skipped === this.total
  }

  #begin({ tasks }: Extract<RunEvent, { at: 'begin' }>, now: number): void {
    this.began = now
    this.total = tasks.length
    this.isDestroy = tasks.length > 0 && tasks.every(task => task.action === 'delete')
    for (const { addr, after, estimate } of tasks) {
      this.#planned.set(addr, estimate === undefined ? { after } : { after, estimate })
      this.#pending.add(addr)
      this.waiting.add(addr)
      this.longest = Math.max(this.longest, addr.length)
    }
  }

  #start(addr: string, now: number): void {
    const estimate = this.#planned.get(addr)?.estimate
    this.waiting.delete(addr)
    this.running.set(addr, estimate === undefined ? { since: now } : { since: now, estimate })
  }

  #say(addr: string, says: string, now: number): void {
    this.running.set(addr, { ...(this.running.get(addr) ?? { since: now }), says })
  }

  #end(event: Extract<RunEvent, { at: 'done' | 'failed' | 'skipped' }>): void {
    this[event.at]++
    this.waiting.delete(event.addr)
    this.running.delete(event.addr)
    this.#pending.delete(event.addr)
  }
}
