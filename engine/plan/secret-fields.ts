import type { PlannedField } from '../plan-value.js'
import type { PlanInput } from './plan.js'

interface Of {
  readonly kind: string
  /** When this resource was last applied. */
  readonly run: number | undefined
  readonly input: Pick<PlanInput, 'isKept' | 'sameSecrets'>
}

/** What can be said of secrets without showing one: which of a file changed, and which are there already. */
export const withSecretsTold = (fields: ReadonlyArray<PlannedField>, of: Of): Promise<ReadonlyArray<PlannedField>> =>
  Promise.all(fields.map(field => (field.secret === true ? told(field, of) : field)))

const told = async ({ carries, ...field }: PlannedField, { kind, run, input }: Of): Promise<PlannedField> => {
  if (carries !== undefined) {
    const changed: Array<string> = []
    for (const name of carries) if (run === undefined || (await input.sameSecrets?.(run, [name])) !== true) changed.push(name)
    return changed.length === 0 ? field : { ...field, carries: changed }
  }
  return isGenerated(field) && input.isKept?.(`${kind}.${field.name}`) === true ? { ...field, kept: true } : field
}

const isGenerated = ({ to }: PlannedField): boolean => typeof to === 'object' && to !== null && 'generate' in to
