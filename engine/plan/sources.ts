import { isDeepStrictEqual } from 'node:util'
import type { Diff, Field, Held } from '../contract.js'
import type { PlannedField, PlannedFile, Source } from '../plan-value.js'
import type { Remembered } from '../store.js'
import type { Decision, Entry } from './decide.js'

export interface Past {
  /** What was wanted when this resource was last applied, by this build. */
  readonly remembered: Remembered | undefined
  /** It was applied to its end before, by whichever build. */
  readonly isKnown: boolean
  /** What would be wanted without the variables of the environment. */
  readonly plainWant: unknown
  readonly isSameFile: boolean
}

type Part = Pick<Field, 'name' | 'from' | 'to'>

/**
 * Where each change comes from, by asking what would differ had the file, the variables or the tool not changed
 * (docs/decisions/006-counterfactual-diffs.md).
 */
export const sourcesOf = (entry: Entry, decision: Decision, past: Past) => {
  const { kind, want } = entry
  const { remembered, isKnown, plainWant, isSameFile } = past
  const ours = isKnown && isSameFile ? 'tool' : 'file'
  const before =
    remembered === undefined || isDeepStrictEqual(remembered.wanted, want) ? undefined : kind.diff(remembered.wanted, decision.seen)
  const plain = plainWant === undefined ? undefined : kind.diff(plainWant, decision.seen)
  const unchangedWant = remembered !== undefined && before === undefined
  return (part: Part, secret: boolean): Source => {
    if (secret) return 'secret'
    if (unchangedWant) return 'host'
    if (plain !== undefined && !has(plain, part, isDeepStrictEqual)) return 'env'
    if (before === undefined) return ours
    if (has(before, part, isDeepStrictEqual)) return 'host'
    if (part.from !== undefined && has(before, part, () => true)) return 'both'
    return ours
  }
}

const has = (diff: Diff, { name, from, to }: Part, same: (a: unknown, b: unknown) => boolean): boolean => {
  if (diff.action === 'none') return false
  const fields = diff.fields.some(field => field.name === name && isDeepStrictEqual(field.from, from) && same(field.to, to))
  return fields || diff.files.some(file => file.path === name && same(file.to, to))
}

/** What changed outside since this resource was last applied. */
export const driftOf = (entry: Entry, decision: Decision, remembered: Remembered | undefined): ReadonlyArray<Part> => {
  if (remembered === undefined || decision.seen === undefined) return []
  const diff = isDeepStrictEqual(remembered.wanted, entry.want) ? decision.diff : entry.kind.diff(remembered.wanted, decision.seen)
  if (diff.action === 'none') return []
  return [
    ...diff.fields.filter(({ secret }) => secret === undefined),
    ...diff.files.map(({ path, from }) => ({ name: path, from, to: undefined })),
  ]
}

export const plannedFields = (
  decision: Decision,
  source: ((part: Part, secret: boolean) => Source) | undefined,
): ReadonlyArray<PlannedField> => {
  const stale = decision.action === 'update' ? decision.stale.map(staleField) : []
  const fields = decision.diff.action === 'none' ? [] : decision.diff.fields
  const isSaid = ({ name, from }: Field): boolean =>
    fields.some(one => one.name === name && one.to === undefined && isDeepStrictEqual(one.from, from))
  return [
    ...stale.filter(field => !isSaid(field)).map(field => ({ ...field, ...(source && { source: 'file' as const }) })),
    ...fields.map(field => ({ ...field, ...(source && { source: source(field, field.secret === true) }) })),
  ]
}

const staleField = ({ what, id }: Held): Field => ({ name: what, from: id })

export const plannedFiles = async (
  decision: Decision,
  source: ((part: Part, secret: boolean) => Source) | undefined,
): Promise<ReadonlyArray<PlannedFile>> => {
  const files = decision.diff.action === 'none' ? [] : decision.diff.files
  if (files.length === 0) return []
  const { plannedFile } = await import('./unified.js')
  return files.map(file => {
    const planned = plannedFile(file)
    const secret = planned.lines.length === 0
    return { ...planned, ...(source && { source: source({ name: file.path, from: file.from, to: file.to as never }, secret) }) }
  })
}
