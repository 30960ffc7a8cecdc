import type { Fault } from '../specs/fault.js'
import { type Either, fail, need } from '../specs/fp.js'
import { corrupt, guarded } from './guarded.js'
import { jsonOf } from './memory.js'
import { versionOf } from './migrate.js'
import { backupsAt } from './place.js'
import { sqlite } from './sqlite.js'
import type { State } from './state.js'

/** What was counted in a state that is sound throughout. */
export interface Verified {
  readonly file: string
  readonly format: number
  readonly environments: number
  readonly resources: number
  readonly runs: number
  readonly secrets: number
  /** Newest first. */
  readonly backups: ReadonlyArray<{ readonly file: string; readonly sound: boolean }>
}

/** Reads everything: pages, indexes, references, texts, backups. */
export const verify = (state: State): Either<Fault, Verified> =>
  guarded(state.place, () => {
    const { db, place } = state
    const [first] = db.pragma('integrity_check') as ReadonlyArray<{ readonly integrity_check: string }>
    if (first?.integrity_check !== 'ok') need(fail(corrupt(place, first?.integrity_check ?? 'it cannot be checked')))
    const orphans = db.pragma('foreign_key_check') as ReadonlyArray<{ readonly table: string }>
    if (orphans[0] !== undefined) need(fail(corrupt(place, `rows of ${orphans[0].table} refer to what is not there`)))
    for (const text of db.prepare<[], string>(TEXTS).pluck().iterate()) jsonOf(place, text)
    const count = (table: string): number => db.prepare<[], number>(`select count(*) from ${table}`).pluck().get() ?? 0
    return {
      file: place.file,
      format: versionOf(db),
      environments: count('environments'),
      resources: count('resources'),
      runs: count('runs'),
      secrets: count('secrets'),
      backups: backupsAt(place)
        .map(file => ({ file, sound: isSound(file) }))
        .reverse(),
    }
  })

const TEXTS = `
select spec from specs
union all select spec from resources
union all select wanted from resources
union all select identity from resources where identity is not null
union all select fault from journal where fault is not null`

const isSound = (file: string): boolean => {
  try {
    const db = new (sqlite())(file, { readonly: true })
    try {
      return db.pragma('integrity_check', { simple: true }) === 'ok'
    } finally {
      db.close()
    }
  } catch {
    return false
  }
}
