import type { Fault } from '../specs/fault.js'
import { faultValue } from '../specs/fault.js'
import { type Attempt, attempt, need } from '../specs/fp.js'
import { checkAll } from './checks.js'
import type { Addr } from './contract.js'
import { type Done, type Performing, perform } from './perform.js'
import type { Planned } from './plan.js'
import type { Task } from './plan-value.js'
import type { CheckResult, RunEvent, RunReport } from './run-value.js'
import { durationKey, type Journal, type Memory, type TaskResult } from './store.js'

export interface RunInput {
  readonly planned: Planned
  readonly journal: Journal
  readonly report: (event: RunEvent) => void
  /** Aborted once: end after the steps under way. A second Ctrl-C ends the process; the journal stands that. */
  readonly stop: AbortSignal
  readonly concurrency: number
  /** Injected so that tests wait for nothing. Milliseconds. */
  readonly clock: { readonly now: () => number; readonly sleep: (ms: number) => Promise<void> }
}

/** Performs a plan. A fault of a task is in the report; the attempt itself fails only when the journal does. */
export const run = (input: RunInput): Attempt<RunReport> =>
  attempt(async () => {
    const { planned, journal, report, clock } = input
    const { plan } = planned
    const began = clock.now()
    report({
      at: 'begin',
      run: journal.run,
      tasks: plan.tasks.map(task => ({ ...heading(task), ...estimateOf(task, planned.input.memory) })),
    })
    const performing: Performing = {
      ...input,
      memo: memoOf(planned.input.memory),
      machines: new Map(planned.world.machines),
      queues: new Map(),
      ready: [],
      gathering: {},
      ahead: new Map(),
    }
    const ended = await walk(input, performing)
    note(
      journal,
      planned.records.map(remember => ({ addr: remember.addr, action: 'none', result: { outcome: 'done', seconds: 0, remember } })),
    )
    note(
      journal,
      plan.vanished.map(addr => ({ addr, action: 'delete', result: { outcome: 'done', seconds: 0, remember: 'forget' } })),
    )
    const whole = ended.failed.length === 0 && ended.notBegun.length === 0
    const checks: ReadonlyArray<CheckResult> = whole && plan.tasks.length > 0 ? await checkAll(performing) : []
    for (const check of checks) report({ at: 'check', ...check })

    const works = checks.every(({ result }) => result !== 'failed')
    const outcome = ended.failed.length > 0 || !works ? 'failed' : ended.notBegun.length > 0 ? 'interrupted' : 'done'
    need(journal.end(outcome))
    const host = [...performing.machines.values()][0]?.seen.addresses[0]
    return {
      run: journal.run,
      environment: plan.environment,
      outcome,
      ...ended,
      checks,
      seconds: (clock.now() - began) / 1000,
      ...(host !== undefined && { host }),
    }
  })

const note = (journal: Journal, results: Parameters<Journal['results']>[0]): void => {
  if (results.length > 0) need(journal.results(results))
}

const heading = ({ addr, action, after }: Task): { addr: Addr; action: string; after: ReadonlyArray<Addr> } => ({ addr, action, after })

const estimateOf = ({ addr, action }: Task, memory: Memory): { estimate?: number } => {
  const estimate = memory.durations[durationKey(addr, action)]
  return estimate === undefined ? {} : { estimate }
}

const memoOf = (memory: Memory): Performing['memo'] => new Map(memory.resources.map(one => [one.addr, one]))

type Ended = Pick<RunReport, 'done' | 'failed' | 'skipped' | 'notBegun'>
interface Finished {
  readonly task: Task
  readonly result: TaskResult
  readonly fault?: Fault
}

/** Starts each task as soon as what it needs is done and durable; those that start or end together share one transaction. */
const walk = async (input: RunInput, performing: Performing): Promise<Ended> => {
  const { planned, journal, report, stop, concurrency } = input
  const { tasks } = planned.plan
  const order = new Map(tasks.map((task, index) => [task.addr, index]))
  const waiting = new Map(tasks.map(task => [task.addr, task.after.filter(addr => order.has(addr)).length]))
  const followers = new Map<Addr, Array<Task>>()
  for (const task of tasks) {
    for (const addr of task.after) {
      const after = followers.get(addr) ?? []
      followers.set(addr, after)
      after.push(task)
    }
  }
  const { ready } = performing
  for (const task of tasks) if (waiting.get(task.addr) === 0) ready.push(task)
  const ended = {
    done: [] as Array<Ended['done'][number]>,
    failed: [] as Array<Ended['failed'][number]>,
    skipped: [] as Array<Ended['skipped'][number]>,
  }
  const begun = new Set<Addr>()
  const finished: Array<Finished> = []
  let running = 0
  let wake: () => void = () => undefined
  let broken: unknown

  const start = (task: Task): void => {
    running += 1
    begun.add(task.addr)
    if (!isQuiet(task)) report({ at: 'running', addr: task.addr })
    const began = input.clock.now()
    perform(task, performing)
      .then(result => finished.push(finishedOf(task, result, (input.clock.now() - began) / 1000)))
      .catch(cause => {
        broken = cause
      })
      .finally(() => {
        running -= 1
        wake()
      })
  }

  const skip = (task: Task, needs: Addr): ReadonlyArray<Finished> => {
    if (begun.has(task.addr)) return []
    begun.add(task.addr)
    ended.skipped.push({ addr: task.addr, needs })
    report({ at: 'skipped', addr: task.addr, needs })
    const own: Finished = { task, result: { outcome: 'skipped', seconds: 0 } }
    return [own, ...(followers.get(task.addr) ?? []).flatMap(follower => skip(follower, task.addr))]
  }

  const settle = (batch: ReadonlyArray<Finished>): void => {
    const skipped = batch.flatMap(({ task, fault }) =>
      fault === undefined ? [] : (followers.get(task.addr) ?? []).flatMap(follower => skip(follower, task.addr)),
    )
    need(journal.results([...batch, ...skipped].map(({ task, result }) => ({ addr: task.addr, action: task.action, result }))))
    for (const { task, result, fault } of batch) {
      const { addr, action } = task
      const { seconds } = result
      if (fault === undefined) {
        ended.done.push({ addr, action, seconds })
        if (!isQuiet(task)) report({ at: 'done', addr, seconds })
        for (const follower of followers.get(addr) ?? []) {
          const left = (waiting.get(follower.addr) ?? 1) - 1
          waiting.set(follower.addr, left)
          if (left === 0) ready.push(follower)
        }
      } else {
        ended.failed.push({ addr, fault })
        report({ at: 'failed', addr, seconds, fault })
      }
    }
  }

  let said = false
  while (true) {
    if (stop.aborted && !said) {
      said = true
      report({ at: 'stopping' })
    }
    const room = stop.aborted ? 0 : concurrency - running
    const next = ready.splice(0, Math.max(0, room))
    if (next.length > 0) {
      need(journal.intents(next))
      for (const task of next) start(task)
    }
    if (running === 0 && finished.length === 0) break
    if (finished.length === 0) {
      await new Promise<void>(resolve => {
        wake = resolve
      })
      await new Promise<void>(resolve => setImmediate(resolve))
    }
    if (broken !== undefined) throw broken
    const batch = finished.splice(0)
    if (batch.length > 0) settle(batch)
  }
  return { ...ended, notBegun: tasks.map(({ addr }) => addr).filter(addr => !begun.has(addr)) }
}

/** Goes with its machine: there is nothing to do, and nothing to tell. */
const isQuiet = (task: Task): boolean => task.action === 'delete' && task.steps.length === 0 && task.releases.length === 0

const finishedOf = (task: Task, done: Done, seconds: number): Finished =>
  'fault' in done
    ? { task, fault: done.fault, result: { outcome: 'failed', seconds, fault: faultValue(done.fault) } }
    : { task, result: { outcome: 'done', seconds, remember: done.remember } }
