import type { PlannedField, Task } from '../plan-value.js'
import type { PlanInput } from './plan.js'

type Knowing = Pick<PlanInput, 'isKept' | 'sameSecrets'>

/** What can be said of secrets without showing one: which of a file changed since a run, and which are there already. */
export const withSecretsTold = async (task: Task, run: number | undefined, knowing: Knowing): Promise<Task> => {
  const told = async ({ carries, ...field }: PlannedField): Promise<PlannedField> => {
    if (field.secret !== true) return field
    if (carries === undefined)
      return isGenerated(field) && knowing.isKept?.(`${task.kind}.${field.name}`) ? { ...field, kept: true } : field
    const changed: Array<string> = []
    for (const name of carries) if (run === undefined || (await knowing.sameSecrets?.(run, [name])) !== true) changed.push(name)
    return changed.length === 0 ? field : { ...field, carries: changed }
  }
  return { ...task, fields: await Promise.all(task.fields.map(told)) }
}

const isGenerated = ({ to }: PlannedField): boolean => typeof to === 'object' && to !== null && 'generate' in to
