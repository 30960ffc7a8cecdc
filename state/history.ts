import type { Addr } from '../engine/contract.js'
import type { RunOutcome, TaskOutcome } from '../engine/store.js'
import type { Fault } from '../specs/fault.js'
import { type Either, fail, need } from '../specs/fp.js'
import type { Json } from '../specs/json.js'
import { type EnvironmentRow, fileOf, needEnvironment } from './environment.js'
import { guarded } from './guarded.js'
import { type Owner, ownerAt } from './lock.js'
import { jsonOf, outcomeNow } from './memory.js'
import { isoOf, type State } from './state.js'

export interface Run {
  readonly run: number
  readonly environment: string
  readonly command: string
  readonly outcome: RunOutcome
  readonly began: string
  /** Undefined while it runs and when it was abandoned. */
  readonly ended?: string
  readonly seconds?: number
  readonly user: string
  readonly host: string
  readonly fingerprint: string
  readonly tasks: number
  readonly done: number
  readonly failed: number
  readonly skipped: number
}

/** What the journal has of one task. Without an outcome: begun, and what became of it is for the next look to tell. */
export interface Entry {
  readonly addr: Addr
  readonly action: string
  readonly began?: string
  readonly outcome?: TaskOutcome
  readonly seconds?: number
  readonly fault?: Json
}

export interface Environment {
  readonly name: string
  readonly file: string
  readonly provider: string
  readonly created: string
  readonly resources: number
  readonly lastRun?: Run
  readonly lock?: Owner
}

interface RunRow {
  readonly run: number
  readonly environment: number
  readonly name: string
  readonly command: string
  readonly outcome: RunOutcome
  readonly began: number
  readonly ended: number | null
  readonly user: string
  readonly host: string
  readonly fingerprint: string
  readonly tasks: number
  readonly done: number
  readonly failed: number
  readonly skipped: number
}

/** What is only noted or forgotten was no task. */
export const TASK = `action not in ('none', 'forget')`

/** A run that has not ended is counted from its journal. */
const RUNS = `
select run, environment, name, command, outcome, began, ended, user, host, fingerprint, tasks,
  coalesce(done, (select count(*) from journal where journal.run = runs.run and outcome = 'done' and ${TASK})) as done,
  coalesce(failed, (select count(*) from journal where journal.run = runs.run and outcome = 'failed' and ${TASK})) as failed,
  coalesce(skipped, (select count(*) from journal where journal.run = runs.run and outcome = 'skipped' and ${TASK})) as skipped
from runs join environments on environments.id = runs.environment`

/** Newest first. */
export const historyOf = (state: State, environment: string | undefined): Either<Fault, ReadonlyArray<Run>> =>
  guarded(state.place, () => {
    const rows =
      environment === undefined
        ? state.db.prepare<[], RunRow>(`${RUNS} order by run desc`).all()
        : state.db.prepare<[number], RunRow>(`${RUNS} where environment = ? order by run desc`).all(needEnvironment(state, environment).id)
    return rows.map(row => runOf(state, row))
  })

const runOf = (state: State, { name, environment, began, ended, ...row }: RunRow): Run => ({
  ...row,
  environment: name,
  outcome: outcomeNow(state, environment, row),
  began: isoOf(began),
  ...(ended === null ? {} : { ended: isoOf(ended), seconds: (ended - began) / 1000 }),
})

/** The environment as it was specified in a run: where `--back-to` goes. */
export const runSpecOf = (state: State, environment: string, run: number): Either<Fault, Json> =>
  guarded(state.place, () => {
    needRun(state, environment, run)
    const spec = state.db
      .prepare<[number], string>('select specs.spec from runs join specs on specs.digest = runs.spec where run = ?')
      .pluck()
    return jsonOf(state.place, spec.get(run) ?? '')
  })

export const entriesOf = (state: State, environment: string, run: number): Either<Fault, ReadonlyArray<Entry>> =>
  guarded(state.place, () => {
    needRun(state, environment, run)
    return state.db
      .prepare<[number], EntryRow>('select addr, action, began, outcome, seconds, fault from journal where run = ? order by entry')
      .all(run)
      .map(({ addr, action, began, outcome, seconds, fault }) => ({
        addr,
        action,
        ...(began === null ? {} : { began: isoOf(began) }),
        ...(outcome === null ? {} : { outcome }),
        ...(seconds === null ? {} : { seconds }),
        ...(fault === null ? {} : { fault: jsonOf(state.place, fault) }),
      }))
  })

interface EntryRow {
  readonly addr: Addr
  readonly action: string
  readonly began: number | null
  readonly outcome: TaskOutcome | null
  readonly seconds: number | null
  readonly fault: string | null
}

const needRun = (state: State, environment: string, run: number): void => {
  const { id } = needEnvironment(state, environment)
  const known = state.db.prepare<[number], number>('select run from runs where environment = ? order by run').pluck().all(id)
  if (!known.includes(run)) need(fail({ code: 'RUN_UNKNOWN', run: String(run), known }))
}

/** An environment is known from its first run on; before, only while somebody prepares one. */
export const environmentsOf = (state: State): Either<Fault, ReadonlyArray<Environment>> =>
  guarded(state.place, () =>
    state.db
      .prepare<[], EnvironmentRow & { readonly resources: number }>(
        `select *, (select count(*) from resources where environment = environments.id) as resources
         from environments
         where exists (select 1 from runs where environment = environments.id)
           or exists (select 1 from locks where environment = environments.id)
         order by name`,
      )
      .all()
      .map(row => environmentValue(state, row)),
  )

const environmentValue = (state: State, row: EnvironmentRow & { readonly resources: number }): Environment => {
  const last = state.db.prepare<[number], RunRow>(`${RUNS} where environment = ? order by run desc limit 1`).get(row.id)
  const lock = ownerAt(state, row.id)
  return {
    name: row.name,
    file: fileOf(state, row),
    provider: row.provider,
    created: isoOf(row.created),
    resources: row.resources,
    ...(last === undefined ? {} : { lastRun: runOf(state, last) }),
    ...(lock === undefined ? {} : { lock }),
  }
}
