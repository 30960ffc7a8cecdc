import { createHash } from 'node:crypto'
import { canonical } from '../../specs/json.js'
import type { Plan } from '../plan-value.js'

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
