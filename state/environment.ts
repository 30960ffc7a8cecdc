import { existsSync, realpathSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { Fault } from '../specs/fault.js'
import { fail, need } from '../specs/fp.js'
import type { State } from './state.js'

export interface EnvironmentRow {
  readonly id: number
  readonly name: string
  /** From the state's folder, so that a copied or moved project keeps its state. */
  readonly file: string
  readonly provider: string
  readonly created: number
  readonly fence: number
}

export const environmentOf = ({ db }: State, name: string): EnvironmentRow | undefined =>
  db.prepare<[string], EnvironmentRow>('select * from environments where name = ?').get(name)

export const needEnvironment = (state: State, name: string): EnvironmentRow =>
  environmentOf(state, name) ?? need(fail(unknown(state, name)))

const unknown = ({ db }: State, environment: string): Fault => ({
  code: 'ENVIRONMENT_UNKNOWN',
  environment,
  known: db.prepare<[], string>('select name from environments order by name').pluck().all(),
})

export const fileOf = ({ place }: State, row: EnvironmentRow): string => resolve(place.folder, row.file)

export const fileIn = ({ place }: State, file: string): string => relative(resolve(place.folder), resolve(file))

/** A file that is gone or has another name now has given its environment up: renaming a file is no fault. */
export const needNameFree = (state: State, environment: string, file: string): void => {
  const row = environmentOf(state, environment)
  if (row === undefined) return
  const by = fileOf(state, row)
  if (resolve(file) === by || !existsSync(by) || isSame(by, file)) return
  if ((state.nameOf(by) ?? environment) !== environment) return
  need(fail({ code: 'STATE_NAME_TAKEN', environment, file, by }))
}

const isSame = (a: string, b: string): boolean => existsSync(b) && realpathSync(a) === realpathSync(b)

/** Known from now on, under this file. */
export const claimEnvironment = (
  state: State,
  { environment, file, provider }: { readonly environment: string; readonly file: string; readonly provider: string },
): EnvironmentRow => {
  needNameFree(state, environment, file)
  state.db
    .prepare(
      `insert into environments (name, file, provider, created) values (?, ?, ?, ?)
       on conflict (name) do update set file = excluded.file, provider = excluded.provider`,
    )
    .run(environment, fileIn(state, file), provider, state.now())
  return needEnvironment(state, environment)
}
