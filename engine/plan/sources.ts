import { isDeepStrictEqual } from 'node:util'
import type { Answers, Diff, Field, Held, Probe } from '../contract.js'
import { NONE } from '../diff.js'
import type { PlannedField, PlannedFile, Source } from '../plan-value.js'
import type { Remembered } from '../store.js'
import { probeKey, thingKey } from '../world.js'
import type { Decision, Entry } from './decide.js'
import type { Verdict } from './verdicts.js'

export interface Past {
  /** How the world differs from what was wanted when this resource was last applied, by this build. */
  readonly before: Diff | undefined
  /** It was applied to its end before, by whichever build. */
  readonly isKnown: boolean
  /** What would be wanted without the variables of the environment. */
  readonly plainWant: unknown
  /** What would be wanted with what was locked when this resource was last applied. */
  readonly lockedWant?: unknown
  readonly isSameFile: boolean
  /** Every secret in it is what it was when this resource was last applied. */
  readonly isSameSecret: boolean
  readonly asks: 'file' | 'run'
}

type Part = Pick<Field, 'name' | 'from' | 'to'>

/**
 * Where each change comes from, by asking what would differ had the file, the variables or the tool not changed
 * (docs/decisions/006-counterfactual-diffs.md).
 */
export const sourcesOf = (entry: Entry, decision: Decision, past: Past) => {
  const { kind } = entry
  const { before, isKnown, plainWant, lockedWant, isSameFile, isSameSecret, asks } = past
  const ours = isKnown && isSameFile ? 'tool' : asks
  const plain = plainWant === undefined ? undefined : kind.diff(plainWant, decision.seen)
  const locked = lockedWant === undefined ? undefined : kind.diff(lockedWant, decision.seen)
  return (part: Part, secret: boolean): Source => {
    if (secret && !isSameSecret) return 'secret'
    if (before === decision.diff) return 'host'
    if (plain !== undefined && !has(plain, part, isDeepStrictEqual)) return 'env'
    if (locked !== undefined && !has(locked, part, () => true)) return asks === 'run' ? 'run' : 'lock'
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

/** The very diff of the decision where nothing else is wanted now; undefined of what was not there before, or not asked. */
export const beforeOf = (
  { entry, decision, predicted }: Verdict,
  remembered: Remembered | undefined,
  answers: Answers,
): Diff | undefined => {
  if (remembered === undefined || predicted || decision.seen === undefined) return undefined
  const { kind, want, probes } = entry
  const { wanted } = remembered
  if (isDeepStrictEqual(wanted, want)) return decision.diff
  const known = whereUnknown(probes, answers)
  const before = kind.diff(wanted, kind.read(wanted, known) ?? decision.seen)
  const unknown = kind.probes(wanted).filter(probe => known.of(probe as never).is === 'unasked')
  return withoutUnknown(before, new Set(unknown.map(({ key }) => key)))
}

/** A secret that is gone can't be compared any more: the thing itself is known all the same. */
const whereUnknown = (asked: ReadonlyArray<Probe>, answers: Answers): Answers => {
  const others = new Map(asked.map(probe => [thingKey(probe), probe]))
  return {
    of: probe => {
      const answer = answers.of(probe)
      if (answer.is !== 'unasked' || probe.match === undefined) return answer
      const { match: _, ...plain } = probe
      const other = answers.of((others.get(thingKey(probe)) ?? plain) as typeof probe)
      if (other.is !== 'present') return other
      const { same: __, ...value } = other.value as { readonly same?: boolean }
      return { ...other, value: value as typeof other.value }
    },
  }
}

/** Of what nobody could ask, nobody can say that it changed. */
const withoutUnknown = (diff: Diff, keys: ReadonlySet<string>): Diff => {
  if (diff.action === 'none' || keys.size === 0) return diff
  const fields = diff.fields.filter(({ name }) => !keys.has(name))
  const files = diff.files.filter(({ path }) => !keys.has(path))
  return fields.length + files.length === 0 ? NONE : { ...diff, fields, files }
}

/** There when it was last applied, and not there now; what only now is to be made is not gone. */
export const isGone = ({ decision, predicted }: Verdict, { before, isKnown }: Pick<Past, 'before' | 'isKnown'>): boolean =>
  isKnown && !predicted && decision.action === 'create' && (before === undefined || before.action === 'create')

/** What was wanted before is asked about too: of what nobody asks, nobody can say that it is gone. */
export const probesBefore = ({ kind, want, probes }: Entry, remembered: Remembered | undefined): ReadonlyArray<Probe> => {
  if (remembered === undefined || isDeepStrictEqual(remembered.wanted, want)) return []
  const asked = new Set(probes.map(probeKey))
  const things = new Set(probes.map(thingKey))
  const before = kind.probes(remembered.wanted).filter(probe => !asked.has(probeKey(probe)))
  // A container tells no secret, so one that nobody asks about any more is asked without comparing, too.
  const plain = before.flatMap(({ match, ...probe }) =>
    match !== undefined && probe.ask === 'container' && !things.has(thingKey(probe)) ? [probe] : [],
  )
  return [...before, ...(plain as ReadonlyArray<Probe>)]
}

/** What changed outside since this resource was last applied. */
export const driftOf = ({ before, isSameSecret }: Pick<Past, 'before' | 'isSameSecret'>): ReadonlyArray<Part> => {
  if (before === undefined || before.action === 'none') return []
  return [
    ...before.fields.filter(({ secret, follows }) => (secret === undefined || isSameSecret) && follows === undefined),
    ...before.files.map(({ path, from }) => ({ name: path, from, to: undefined })),
  ]
}

export const plannedFields = (
  decision: Decision,
  source: SourceOf | undefined,
  asks: Past['asks'] = 'file',
): ReadonlyArray<PlannedField> => {
  const stale = decision.action === 'update' ? decision.stale.map(staleField) : []
  const fields = decision.diff.action === 'none' ? [] : decision.diff.fields
  const isSaid = ({ name, from }: Field): boolean => fields.some(one => one.name === name && isDeepStrictEqual(one.from, from))
  return [
    ...stale.filter(field => !isSaid(field)).map(field => ({ ...field, ...(source && { source: asks }) })),
    ...fields.map(({ follows, left, ...field }) => ({
      ...field,
      ...(source && { source: left ? 'host' : follows ? leading(decision, source) : sourceOf(field, source) }),
    })),
  ]
}

type SourceOf = (part: Part, secret: boolean) => Source
const sourceOf = (field: Field, source: SourceOf): Source => source(field, field.secret === true)

/** Where the first of those comes from that others follow. */
const leading = ({ diff }: Decision, source: SourceOf): Source => {
  const { fields, files } = diff.action === 'none' ? { fields: [], files: [] } : diff
  const field = fields.find(({ follows }) => follows === undefined)
  const [file] = files
  if (field !== undefined) return sourceOf(field, source)
  return file === undefined ? 'host' : source({ name: file.path, from: file.from, to: file.to as never }, false)
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
