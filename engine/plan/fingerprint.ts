import { createHash } from 'node:crypto'
import { canonical, type Json } from '../../specs/json.js'
import { secretsNamedIn } from '../holes.js'
import type { Plan } from '../plan-value.js'

/** Covers what would be done, to what, and where secrets in it come from; never state, health, sizes or times. Two looks at an unchanged world give the same one. */
export const fingerprintOf = (
  plan: Pick<Plan, 'format' | 'environment' | 'tasks' | 'vanished'>,
  machines: ReadonlyArray<string>,
  sourceOf: (secret: string) => Json | undefined = () => undefined,
): string => {
  const hash = createHash('sha256').update(canonical([plan.format, plan.environment, machines, plan.vanished]))
  for (const { addr, action, fields, files, impact, steps } of plan.tasks) {
    const sources = [...secretsNamedIn(steps)].sort().map(name => [name, sourceOf(name) ?? null])
    hash.update(
      canonical([addr, action, fields.map(unsourced), files.map(({ path, lines }) => [path, lines]), impact.stops, steps, sources]),
    )
  }
  return hash.digest('hex')
}

/** Without what a state knows: another computer's may know less. */
const unsourced = ({ source: _, kept: __, carries: ___, ...field }: Plan['tasks'][number]['fields'][number]): unknown => field
