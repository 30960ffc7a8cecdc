import { type Fault, faultValue } from '../../specs/fault.js'
import { need } from '../../specs/fp.js'
import type { PlanInput } from '../plan/plan.js'
import type { Task } from '../plan-value.js'
import type { RunReport } from '../run-value.js'
import type { TaskResult } from '../store.js'
import { type Done, perform } from './perform.js'
import type { Performing } from './performing.js'
import { undoneBy } from './undone.js'

export type Ended = Pick<RunReport, 'done' | 'failed' | 'skipped' | 'leftOff' | 'notBegun'>
type Growing = { readonly [K in keyof Ended]: Array<Ended[K][number]> }
interface Finished {
  readonly task: Task
  readonly result: TaskResult
  readonly fault?: Fault
  readonly idle?: boolean
}

/** Starts each task as soon as what it needs is done and durable; those that start or end together share one transaction. */
export const walk = async (given: Performing): Promise<Ended> => {
  const broken = new AbortController()
  const performing = { ...given, stop: AbortSignal.any([given.stop, broken.signal]) }
  const under = underWay(performing)
  const stopping = (): void => given.report({ at: 'stopping' })
  if (given.stop.aborted) stopping()
  given.stop.addEventListener('abort', stopping)
  try {
    return await walked(performing, under)
  } catch (cause) {
    /** The lock is given back after this: nobody may be at work then. */
    broken.abort()
    await under.quiet()
    throw cause
  } finally {
    given.stop.removeEventListener('abort', stopping)
  }
}

const walked = async (performing: Performing, under: UnderWay): Promise<Ended> => {
  const { agenda, journal, stop, concurrency } = performing
  const ended: Growing = { done: [], failed: [], skipped: [], leftOff: [], notBegun: [] }
  do {
    const next = stop.aborted ? [] : agenda.begin(concurrency - under.running())
    if (next.length > 0) need(journal.intents(next))
    for (const task of next) under.start(task)
    const finished = await under.finished()
    settle(finished, ended, performing)
    for (const one of finished) await takeBack(one, ended, performing)
  } while (under.running() > 0 || (agenda.ready.length > 0 && !stop.aborted))
  ended.notBegun.push(...[...agenda.left].map(({ addr }) => addr))
  return ended
}

/** Results first, in one transaction; only then may what waits for them begin. */
const settle = (finished: ReadonlyArray<Finished>, ended: Growing, { agenda, journal, machines, report, planned }: Performing): void => {
  if (finished.length === 0) return
  const skipped = finished.flatMap(({ task, result, fault }) => (fault === undefined || isLeftOff(result) ? [] : agenda.abandon(task)))
  const results = [...finished, ...skipped.map(({ task }): Finished => ({ task, result: { outcome: 'skipped', seconds: 0 } }))]
  need(journal.results(results.map(({ task: { addr, action }, result }) => ({ addr, action, result }))))
  for (const { task, result, fault, idle } of finished) {
    const { addr, action } = task
    const { seconds } = result
    if (isLeftOff(result)) ended.leftOff.push(addr)
    else if (fault === undefined) {
      agenda.finish(task)
      ended.done.push({ addr, action, seconds, ...(idle && { idle }) })
      const address = action === 'create' || action === 'replace' ? machines.get(addr)?.seen.addresses[0] : undefined
      if (!isQuiet(task)) report({ at: 'done', addr, seconds, ...(address !== undefined && { says: reachedAt(address, planned) }) })
    } else {
      ended.failed.push({ addr, fault })
      report({ at: 'failed', addr, seconds, fault })
    }
  }
  for (const { task, needs } of skipped) {
    ended.skipped.push({ addr: task.addr, needs: needs.addr })
    report({ at: 'skipped', addr: task.addr, needs: needs.addr })
  }
}

/** Done, and then put back with what was refused: it counts as what it is now, and what was before is remembered again. */
const takeBack = async ({ task, fault }: Finished, ended: Growing, performing: Performing): Promise<void> => {
  if (fault === undefined) return
  const { journal, memo } = performing
  const done = new Map(ended.done.map(one => [one.addr, one]))
  for (const { task: one, whole } of await undoneBy(task, fault, { done: new Set(done.keys()), performing })) {
    const { addr, action } = one
    const { run: _, ...before } = memo.get(addr) ?? { run: 0 }
    const remember = 'addr' in before ? before : 'forget'
    need(
      journal.results([
        { addr, action, result: { outcome: whole ? 'skipped' : 'left off', seconds: done.get(addr)?.seconds ?? 0, remember } },
      ]),
    )
    ended.done.splice(
      ended.done.findIndex(each => each.addr === addr),
      1,
    )
    if (whole) ended.skipped.push({ addr, needs: task.addr })
    else ended.leftOff.push(addr)
  }
}

/** Whoever lets people in has shown a key, which is pinned by now. */
const reachedAt = (address: string, { input: { provider } }: Performing['planned']): string =>
  provider.shellTo === undefined ? address : `${address}, host key pinned`

interface UnderWay {
  running(): number
  start(task: Task): void
  /** At least one, and all that end in the same turn of the event loop; none when nothing runs. A bug in one ends the run. */
  finished(): Promise<ReadonlyArray<Finished>>
  /** When nothing runs any more, however it ended. */
  quiet(): Promise<void>
}

const underWay = (performing: Performing): UnderWay => {
  const { clock, report } = performing
  const done: Array<Finished> = []
  let running = 0
  let wake: () => void = () => undefined
  let bug: { readonly cause: unknown } | undefined

  const end = (): void => {
    running -= 1
    wake()
  }
  return {
    running: () => running,
    start: task => {
      running += 1
      if (!isQuiet(task)) report({ at: 'running', addr: task.addr })
      const began = clock.now()
      perform(task, performing)
        .then(
          result =>
            void done.push(finishedOf(task, result, { seconds: (clock.now() - began) / 1000, mask: performing.planned.input.mask })),
          cause => {
            bug = { cause }
          },
        )
        .finally(end)
    },
    finished: async () => {
      if (done.length === 0 && running > 0) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
        await new Promise<void>(resolve => setImmediate(resolve))
      }
      if (bug !== undefined) throw bug.cause
      return done.splice(0)
    },
    quiet: async () => {
      while (running > 0) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
  }
}

const isLeftOff = ({ outcome }: TaskResult): boolean => outcome === 'left off'

/** Goes with its machine: there is nothing to do, and nothing to tell. */
const isQuiet = (task: Task): boolean => task.action === 'delete' && task.steps.length === 0 && task.releases.length === 0

const finishedOf = (task: Task, done: Done, { seconds, mask }: { readonly seconds: number } & Pick<PlanInput, 'mask'>): Finished => {
  if ('remember' in done) return { task, result: { outcome: 'done', seconds, remember: done.remember }, idle: done.idle }
  const outcome = 'leftOff' in done ? 'left off' : 'failed'
  if (done.fault === undefined) return { task, result: { outcome, seconds } }
  const fault = maskedFault(done.fault, mask)
  return { task, fault, result: { outcome, seconds, fault: faultValue(fault) } }
}

/** A host may say anything, secrets included. */
const maskedFault = (fault: Fault, mask: PlanInput['mask']): Fault =>
  JSON.parse(JSON.stringify(fault), (_key, value) => (typeof value === 'string' ? mask(value) : value)) as Fault
