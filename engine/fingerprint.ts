import { createHash } from 'node:crypto'
import { canonical } from '../specs/json.js'
import type { Plan } from './plan-value.js'

/** Covers what would be done and to what; never state, health, sizes or times. Two looks at an unchanged world give the same one. */
export const fingerprintOf = (
  plan: Pick<Plan, 'format' | 'environment' | 'tasks' | 'vanished'>,
  machines: ReadonlyArray<string>,
): string => {
  const hash = createHash('sha256').update(canonical([plan.format, plan.environment, machines, plan.vanished]))
  for (const { addr, action, fields, files, impact, steps } of plan.tasks) {
    hash.update(canonical([addr, action, fields.map(unsourced), files.map(({ path, lines }) => [path, lines]), impact.stops, steps]))
  }
  return hash.digest('hex')
}

const unsourced = ({ source: _, ...field }: Plan['tasks'][number]['fields'][number]): unknown => field

/** What differs between two plans, for people: which tasks came, went, or do something else. */
export const movedBetween = (before: Plan, after: Plan): ReadonlyArray<string> => {
  const old = new Map(before.tasks.map(task => [task.addr, task]))
  const now = new Map(after.tasks.map(task => [task.addr, task]))
  return [
    ...after.tasks.flatMap(task => {
      const was = old.get(task.addr)
      if (was === undefined) return [`${task.action} ${task.addr} is new`]
      return canonical([was.action, was.steps, was.fields]) === canonical([task.action, task.steps, task.fields])
        ? []
        : [`${task.addr} differs`]
    }),
    ...before.tasks.flatMap(({ action, addr }) => (now.has(addr) ? [] : [`${action} ${addr} is no longer needed`])),
  ]
}
