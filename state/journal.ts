import { createHash } from 'node:crypto'
import type { Journal, Remembered, RunOutcome, RunStart, TaskResult } from '../engine/store.js'
import type { Fault } from '../specs/fault.js'
import { type Either, need } from '../specs/fp.js'
import { backUp } from './backup.js'
import { dropLock, fenced, type Held } from './fence.js'
import { guarded } from './guarded.js'
import { TASK } from './history.js'
import type { State } from './state.js'

type Result = Parameters<Journal['results']>[0][number]

/** A backup first: without one there is no run. */
export const beginRun = (state: State, held: Held, start: RunStart): Either<Fault, Journal> =>
  guarded(state.place, () => {
    need(backUp(state.db, state.place, state.now, `run-${nextRun(state)}`))
    const run = fenced(state, held)(() => insertRun(state, held, start))
    return journal(state, held, run)
  })

const nextRun = ({ db }: State): number =>
  (db.prepare<[], number>(`select seq from sqlite_sequence where name = 'runs'`).pluck().get() ?? 0) + 1

const insertRun = ({ db, caller, now }: State, { environment, fence }: Held, start: RunStart): number => {
  const spec = JSON.stringify(start.spec)
  const digest = createHash('sha256').update(spec).digest('hex')
  db.prepare('insert into specs (digest, spec) values (?, ?) on conflict do nothing').run(digest, spec)
  const { lastInsertRowid } = db
    .prepare(
      `insert into runs (environment, command, fingerprint, spec, tasks, outcome, fence, host, user, pid, began)
       values (?, ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?)`,
    )
    .run(environment, start.command, start.fingerprint, digest, start.tasks, fence, caller.host, caller.user, caller.pid, now())
  const run = Number(lastInsertRowid)
  db.prepare('update locks set run = ? where environment = ?').run(run, environment)
  return run
}

const journal = (state: State, held: Held, run: number): Journal => {
  const { db, place, now } = state
  const within = fenced(state, held)
  const write = writers(state, held, run)
  const entries = new Map<string, number>()
  const entryOf = (addr: string, action: string): number => {
    const known = entries.get(`${action} ${addr}`)
    if (known !== undefined) return known
    const entry = entries.size + 1
    entries.set(`${action} ${addr}`, entry)
    return entry
  }
  const change = <A>(body: () => A): Either<Fault, A> => guarded(place, () => within(body))

  return {
    run,
    fence: held.fence,
    intents: tasks =>
      change(() => {
        for (const { addr, action } of tasks) write.intent.run(run, entryOf(addr, action), addr, action, now())
      }),
    results: tasks =>
      change(() => {
        for (const task of tasks) write.result(task, entryOf(task.addr, task.action))
      }),
    end: outcome =>
      change(() => {
        const seconds = endRun(db, run, outcome, now())
        dropLock(state, held.environment, held.fence)
        return { seconds }
      }),
  }
}

const writers = ({ db, now }: State, { environment }: Held, run: number) => {
  const intent = db.prepare(
    `insert into journal (run, entry, addr, action, began) values (?, ?, ?, ?, ?)
     on conflict do update set began = excluded.began, ended = null, outcome = null, seconds = null, fault = null`,
  )
  const ended = db.prepare(
    `insert into journal (run, entry, addr, action, ended, outcome, seconds, fault) values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict do update set ended = excluded.ended, outcome = excluded.outcome, seconds = excluded.seconds, fault = excluded.fault`,
  )
  const remember = db.prepare(
    `insert into resources (environment, addr, kind, spec, wanted, tool, protect, identity, run)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (environment, addr) do update set kind = excluded.kind, spec = excluded.spec, wanted = excluded.wanted, tool = excluded.tool,
       protect = excluded.protect, identity = excluded.identity, run = excluded.run`,
  )
  const forget = db.prepare('delete from resources where environment = ? and addr = ?')
  const duration = db.prepare(
    `insert into durations (environment, addr, action, seconds) values (?, ?, ?, ?)
     on conflict do update set seconds = excluded.seconds`,
  )

  const kept = (one: Omit<Remembered, 'run'>): void => {
    const identity = one.identity === undefined ? null : JSON.stringify(one.identity)
    const [spec, wanted] = [JSON.stringify(one.spec), JSON.stringify(one.wanted)]
    remember.run(environment, one.addr, one.kind, spec, wanted, one.tool, one.protect ? 1 : 0, identity, run)
  }
  const memorise = (addr: string, { remember: what }: TaskResult): void => {
    if (what === 'forget') forget.run(environment, addr)
    else if (what !== undefined) kept(what)
  }
  const result = ({ addr, action, result: of }: Result, entry: number): void => {
    const fault = of.fault === undefined ? null : JSON.stringify(of.fault)
    ended.run(run, entry, addr, action, now(), of.outcome, of.seconds, fault)
    if (of.outcome === 'done') duration.run(environment, addr, action, of.seconds)
    memorise(addr, of)
  }
  return { intent, result }
}

const endRun = (db: State['db'], run: number, outcome: RunOutcome, now: number): number => {
  db.prepare(
    `update runs set outcome = ?, ended = ?,
       (done, failed, skipped) =
         (select coalesce(sum(outcome = 'done'), 0), coalesce(sum(outcome = 'failed'), 0), coalesce(sum(outcome = 'skipped'), 0)
          from journal where run = ? and ${TASK})
     where run = ?`,
  ).run(outcome, now, run, run)
  return (now - Number(db.prepare<[number], number>('select began from runs where run = ?').pluck().get(run) ?? now)) / 1000
}
