import type { Addr } from '../engine/contract.js'
import { durationKey, type Memory, type Remembered, type RunOutcome } from '../engine/store.js'
import type { Fault } from '../specs/fault.js'
import { type Either, fail, need } from '../specs/fp.js'
import type { Json } from '../specs/json.js'
import { environmentOf, fileIn, needNameFree } from './environment.js'
import { corrupt, guarded } from './guarded.js'
import { ownerAt } from './lock.js'
import type { Place } from './place.js'
import type { State } from './state.js'

export const EMPTY: Memory = { resources: [], durations: {} }

/** One consistent look. With `file` also: that no other file claims this environment. */
export const memoryOf = (state: State, environment: string, file?: string): Either<Fault, Memory> =>
  guarded(state.place, () =>
    state.db.transaction(() => {
      if (file !== undefined) needNameFree(state, environment, file)
      const known = environmentOf(state, environment)
      const formerly = file === undefined ? undefined : formerlyOf(state, environment, file)
      const before = formerly && { formerly }
      if (known === undefined) return { ...EMPTY, ...before }
      return {
        ...before,
        resources: resourcesOf(state, known.id),
        durations: durationsOf(state, known.id),
        ...lastOf(state, known.id),
      }
    })(),
  )

/** A file that was renamed inside leaves what it made under its old name. */
const formerlyOf = (state: State, environment: string, file: string): Memory['formerly'] =>
  state.db
    .prepare<[string, string], { environment: string; resources: number }>(
      `select name as environment, count(*) as resources from environments join resources on resources.environment = environments.id
       where name <> ? and file = ? group by name order by name limit 1`,
    )
    .get(environment, fileIn(state, file))

interface ResourceRow {
  readonly addr: Addr
  readonly kind: string
  readonly spec: string
  readonly wanted: string
  readonly tool: string
  readonly protect: number
  readonly identity: string | null
  readonly run: number
}

const resourcesOf = ({ db, place }: State, environment: number): ReadonlyArray<Remembered> =>
  db
    .prepare<[number], ResourceRow>(
      'select addr, kind, spec, wanted, tool, protect, identity, run from resources where environment = ? order by addr',
    )
    .all(environment)
    .map(({ addr, kind, spec, wanted, tool, protect, identity, run }) => ({
      addr,
      kind,
      spec: jsonOf(place, spec),
      wanted: jsonOf(place, wanted),
      tool,
      protect: protect === 1,
      ...(identity === null ? {} : { identity: jsonOf(place, identity) }),
      run,
    }))

const durationsOf = ({ db }: State, environment: number): { [key: string]: number } =>
  Object.fromEntries(
    db
      .prepare<[number], { addr: Addr; action: string; seconds: number }>(
        'select addr, action, seconds from durations where environment = ?',
      )
      .all(environment)
      .map(({ addr, action, seconds }) => [durationKey(addr, action), seconds]),
  )

const lastOf = (state: State, environment: number): Pick<Memory, 'lastRun' | 'unfinished'> => {
  const last = state.db
    .prepare<[number], { run: number; command: string; outcome: RunOutcome }>(
      'select run, command, outcome from runs where environment = ? order by run desc limit 1',
    )
    .get(environment)
  if (last === undefined) return {}
  const outcome = outcomeNow(state, environment, last)
  const { run, command } = last
  return { lastRun: { run, command, outcome }, ...(outcome === 'abandoned' ? { unfinished: { run, command } } : {}) }
}

/** A run that says it is running is abandoned when nobody who may be alive holds the lock for it. */
export const outcomeNow = (state: State, environment: number, { run, outcome }: { run: number; outcome: RunOutcome }): RunOutcome => {
  if (outcome !== 'running') return outcome
  const owner = ownerAt(state, environment)
  return owner?.run === run && owner.life !== 'gone' ? 'running' : 'abandoned'
}

/** Pages of SQLite carry no checksums, so a flipped bit in a text is found here. */
export const jsonOf = (place: Place, text: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return need(fail(corrupt(place, 'a text in it is not the JSON that was written')))
  }
}
