import type { Journal, RunStart } from '../engine/store.js'
import type { Fault } from '../specs/fault.js'
import { type Either, fail, need } from '../specs/fp.js'
import { claimEnvironment, needEnvironment } from './environment.js'
import { dropLock } from './fence.js'
import { guarded } from './guarded.js'
import { beginRun } from './journal.js'
import { type Life, lifeOf, type Process, processOf } from './process.js'
import { isoOf, type State } from './state.js'

export interface Claimant {
  readonly environment: string
  readonly file: string
  readonly provider: string
  readonly command: string
}

/** Held for a whole run; while it is, no other run changes the environment. */
export interface Lock {
  readonly fence: number
  begin(start: RunStart): Either<Fault, Journal>
  /** Fine when it is gone already. */
  release(): Either<Fault, void>
}

/** Who has a lock, as far as can be told from here. */
export interface Owner {
  readonly user: string
  readonly host: string
  readonly pid: number
  readonly since: string
  readonly command: string
  readonly run?: number
  readonly life: Life
}

interface LockRow {
  readonly environment: number
  readonly fence: number
  readonly host: string
  readonly user: string
  readonly pid: number
  readonly process: string
  readonly since: number
  readonly command: string
  readonly run: number | null
}

/** Takes over from a process of this machine that is gone; its run is abandoned then. */
export const takeLock = (state: State, claimant: Claimant): Either<Fault, Lock> =>
  guarded(state.place, () => {
    const { id, fence } = state.db.transaction(() => taken(state, claimant)).immediate()
    return {
      fence,
      begin: start => beginRun(state, { environment: id, name: claimant.environment, fence }, start),
      release: () => guarded(state.place, () => void dropLock(state, id, fence)),
    }
  })

const taken = (state: State, claimant: Claimant): { readonly id: number; readonly fence: number } => {
  const { db, caller } = state
  const { id, fence: last } = claimEnvironment(state, claimant)
  const held = lockRow(state, id)
  if (held !== undefined) {
    if (lifeOfHolder(state, held) !== 'gone') need(fail(locked(claimant.environment, held)))
    abandon(state, held)
  }
  const fence = fenceAfter(last, state.now())
  db.prepare('update environments set fence = ? where id = ?').run(fence, id)
  db.prepare('insert into locks (environment, fence, host, user, pid, process, since, command) values (?, ?, ?, ?, ?, ?, ?, ?)').run(
    id,
    fence,
    caller.host,
    caller.user,
    caller.pid,
    JSON.stringify(processOf(caller.pid)),
    state.now(),
    claimant.command,
  )
  return { id, fence }
}

/** Led by the clock, so that it goes on growing when the state was lost or another checkout ran the same environment. */
const fenceAfter = (last: number, now: number): number => Math.max(last + 1, now)

/** Takes a lock away whoever has it, and says who had. A run that still goes on ends at its next write. */
export const unlock = (state: State, environment: string): Either<Fault, Owner | undefined> =>
  guarded(state.place, () =>
    state.db
      .transaction(() => {
        const { id } = needEnvironment(state, environment)
        const held = lockRow(state, id)
        if (held === undefined) return undefined
        abandon(state, held)
        return ownerOf(state, held)
      })
      .immediate(),
  )

export const ownerAt = (state: State, environment: number): Owner | undefined => {
  const held = lockRow(state, environment)
  return held === undefined ? undefined : ownerOf(state, held)
}

const ownerOf = (state: State, held: LockRow): Owner => ({
  user: held.user,
  host: held.host,
  pid: held.pid,
  since: isoOf(held.since),
  command: held.command,
  ...(held.run === null ? {} : { run: held.run }),
  life: lifeOfHolder(state, held),
})

const abandon = (state: State, { environment, fence, run }: LockRow): void => {
  if (run !== null) state.db.prepare(`update runs set outcome = 'abandoned' where run = ? and outcome = 'running'`).run(run)
  dropLock(state, environment, fence)
}

const lockRow = ({ db }: State, environment: number): LockRow | undefined =>
  db.prepare<[number], LockRow>('select * from locks where environment = ?').get(environment)

const lifeOfHolder = ({ caller }: State, { host, pid, process }: LockRow): Life =>
  host === caller.host ? lifeOf(pid, processIn(process)) : 'elsewhere'

/** Of a damaged lock only the number is left to tell by: it must not be in the way for ever. */
const processIn = (text: string): Process => {
  try {
    return { ...(JSON.parse(text) as Process | null) }
  } catch {
    return {}
  }
}

const locked = (environment: string, { user, host, pid, since, command }: LockRow): Fault => ({
  code: 'LOCKED',
  environment,
  by: user,
  host,
  pid,
  since: isoOf(since),
  command,
})
