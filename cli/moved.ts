import { isDeepStrictEqual } from 'node:util'
import type { Plan, Task } from '../engine/plan-value.js'
import type { Fault } from '../specs/fault.js'
import { E, type Either, fail } from '../specs/fp.js'

/** Whether what was agreed to is still what would be done. */
export const changed = (agreed: Plan, now: Plan): Either<Fault, void> =>
  agreed.fingerprint === now.fingerprint
    ? E.right(undefined)
    : fail({ code: 'PLAN_MOVED', expected: agreed.fingerprint.slice(0, 8), found: now.fingerprint.slice(0, 8), moved: moved(agreed, now) })

/** What differs between a plan that was agreed to and the one there is now. */
export const moved = (before: Pick<Plan, 'tasks'>, now: Pick<Plan, 'tasks'>): ReadonlyArray<string> => {
  const old = new Map(before.tasks.map(task => [task.addr, task]))
  const kept = new Set(now.tasks.map(({ addr }) => addr))
  return [
    ...now.tasks.flatMap(task => changedIn(old.get(task.addr), task)),
    ...before.tasks.filter(({ addr }) => !kept.has(addr)).map(({ addr, action }) => `${addr} needs no ${action} any more`),
  ]
}

const changedIn = (before: Task | undefined, now: Task): ReadonlyArray<string> => {
  if (before === undefined) return [`${now.addr}: ${now.action}`]
  if (before.action !== now.action) return [`${now.addr}: ${now.action} instead of ${before.action}`]
  const names = differing(before.fields, now.fields, ({ name }) => name)
  const paths = differing(before.files, now.files, ({ path }) => path)
  const parts = [...names, ...paths]
  if (parts.length > 0) return [`${now.addr}: ${parts.join(', ')}`]
  if (before.sentence !== now.sentence) return [`${now.addr}: ${now.sentence}`]
  return isDeepStrictEqual(before.steps, now.steps) ? [] : [`${now.addr}: its steps`]
}

const differing = <A>(before: ReadonlyArray<A>, now: ReadonlyArray<A>, nameOf: (one: A) => string): ReadonlyArray<string> => {
  const old = new Map(before.map(one => [nameOf(one), one]))
  const fresh = new Map(now.map(one => [nameOf(one), one]))
  return [...new Set([...old.keys(), ...fresh.keys()])].filter(name => !isDeepStrictEqual(old.get(name), fresh.get(name)))
}
