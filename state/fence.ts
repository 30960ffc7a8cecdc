import { fail, need } from '../specs/fp.js'
import type { State } from './state.js'

/** A lock as its holder knows it. */
export interface Held {
  readonly environment: number
  readonly name: string
  readonly fence: number
}

/** Runs a change in one durable transaction in which this lock is still the newest. */
export const fenced = ({ db }: State, { environment, name, fence }: Held) => {
  const mine = db.prepare<[number, number], number>('select 1 from locks where environment = ? and fence = ?').pluck()
  const inside = db.transaction((change: () => unknown) => {
    if (mine.get(environment, fence) === undefined) need(fail({ code: 'LOCK_LOST', environment: name }))
    return change()
  })
  return <A>(change: () => A): A => inside.immediate(change) as A
}

export const dropLock = ({ db }: State, environment: number, fence: number): void => {
  db.prepare('delete from locks where environment = ? and fence = ?').run(environment, fence)
}
