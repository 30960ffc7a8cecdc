import { isDeepStrictEqual } from 'node:util'
import type { Drift, Unmet } from '../plan-value.js'
import type { World } from '../world.js'
import { driftOf, isGone, type Past } from './sources.js'
import type { Verdict } from './verdicts.js'

/** What changed outside since the last run, and what becomes of it. */
export const driftLines = (verdict: Verdict, past: Pick<Past, 'before' | 'isKnown' | 'isSameSecret'>): ReadonlyArray<Drift> => {
  const { entry, decision } = verdict
  if (isGone(verdict, past)) return [{ addr: entry.addr, says: 'gone', fate: 'put back' }]
  const now =
    decision.diff.action === 'none' ? [] : [...decision.diff.fields, ...decision.diff.files.map(({ path, to }) => ({ name: path, to }))]
  // What is otherwise than it was left, and as it is wanted now, is nobody's to put back: a run that failed half-way leaves such.
  const isPending = ({ name }: { readonly name: string }): boolean => now.some(one => one.name === name)
  return driftOf(past)
    .filter(isPending)
    .map(part => ({
      addr: entry.addr,
      says: driftSays(part),
      fate: now.some(({ name, to }) => name === part.name && (part.to === undefined || isDeepStrictEqual(to, part.to)))
        ? 'put back'
        : 'overwritten',
    }))
}

const driftSays = ({ name, from, to }: { readonly name: string; readonly from?: unknown; readonly to?: unknown }): string => {
  // A thing without a value: its name says all.
  if (to === null) return `${name} gone`
  if (from === null) return `${name} is there`
  if (from === undefined) return to === undefined ? `${name} changed` : `${name} ${word(to)} gone`
  return `${name} ${to === undefined ? 'changed' : `is ${word(from)}`}`
}
const word = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** What is there beside ours: said, never counted. */
export const foreignLines = ({ entry, predicted }: Verdict, world: World): ReadonlyArray<Drift> =>
  predicted ? [] : entry.kind.foreign(entry.want, world.answers).map(says => ({ addr: entry.addr, says, fate: 'left alone' }))

/** What is made anew gets what it asks for; what keeps a task from being done is said there. */
export const unmetLines = ({ entry, decision, predicted }: Verdict): ReadonlyArray<Unmet> => {
  const { action, seen, refused } = decision
  if (predicted || seen === undefined || refused !== undefined || (action !== 'none' && action !== 'update')) return []
  return entry.kind.unmet(entry.want, seen).map(says => ({ addr: entry.addr, says }))
}
