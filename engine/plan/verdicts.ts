import { type Fault, retryOf } from '../../specs/fault.js'
import { E, type Either, fail } from '../../specs/fp.js'
import type { Addr, Field } from '../contract.js'
import type { Source } from '../plan-value.js'
import type { Routes } from '../routes.js'
import type { Remembered } from '../store.js'
import { type Deciding, type Decision, decide, type Entry, unaskedOf } from './decide.js'

/** A decision, with how far it can be trusted. */
export interface Verdict {
  readonly entry: Entry
  readonly decision: Decision
  readonly predicted: boolean
  readonly because?: string
}

interface Judging extends Omit<Deciding, 'blank'> {
  readonly remembered: ReadonlyMap<Addr, Remembered>
}

export const verdictsOf = (entries: ReadonlyArray<Entry>, judging: Judging): Either<Fault, ReadonlyMap<Addr, Verdict>> => {
  const verdicts = new Map<Addr, Verdict>()
  for (const entry of entries) {
    const verdict = verdictOf(entry, verdicts, judging)
    if (E.isLeft(verdict)) return verdict
    verdicts.set(entry.addr, guarded(verdict.right, judging.remembered.get(entry.addr)))
  }
  return E.right(verdicts)
}

/** What can't be asked is absent when it goes, predicted when this plan repairs the way to it, and a fault otherwise. */
const verdictOf = (entry: Entry, before: ReadonlyMap<Addr, Verdict>, judging: Judging): Either<Fault, Verdict> => {
  const { world, routes, remembered } = judging
  const through = throughOf(entry, routes)
  const remade = through.find(addr => before.get(addr)?.decision.action === 'replace')
  if (remade !== undefined) {
    const decision = decide(entry, { ...judging, blank: true })
    return E.right({ entry, decision, predicted: true, because: `again, because ${remade} is replaced` })
  }
  const unasked = unaskedOf(entry, world)
  if (unasked === undefined) {
    const decision = decide(entry, { ...judging, blank: false })
    const closed = decision.action === 'update' ? closedOf(entry, judging) : undefined
    return closed === undefined ? E.right({ entry, decision, predicted: false }) : fail(closed)
  }
  const repairing = through.some(addr => (before.get(addr)?.decision.action ?? 'none') !== 'none')
  if (!repairing) return fail(unasked.fault)
  const decision = decide(entry, { ...judging, blank: true })
  const known =
    remembered.has(entry.addr) && decision.action === 'create' && through.every(addr => before.get(addr)?.decision.action !== 'create')
  if (!known) return E.right({ entry, decision, predicted: true })
  /** It is there as far as anybody knows: what a new one would be like says nothing of it. */
  const diff = { action: 'update', fields: [], files: [] } as const
  return E.right({
    entry,
    decision: { ...decision, action: 'update', diff },
    predicted: true,
    because: `checked once ${waitedFor(unasked.via, routes)} answers`,
  })
}

/** Who has to answer before what could not be asked can be. */
export const waitedFor = (via: string, { machines }: Routes): string => (via === 'provider' || machines.has(via as Addr) ? 'its host' : via)

/** Why a machine's own host can't be asked, where waiting for it doesn't help. One that was never seen ready may still let us in. */
const closedOf = ({ addr, claims }: Entry, { world, remembered }: Judging): Fault | undefined => {
  const fault = world.unreachable.get(addr)
  if (fault === undefined || fault.code === 'MACHINE_STOPPED') return undefined
  const made = claims.some(({ what }) => what === 'machine')
  const lasts = retryOf(fault) === 'never' && (remembered.has(addr) || !LATE.has(fault.code))
  return made && !lasts ? undefined : fault
}
/** While a machine starts for the first time its user is not there yet. */
const LATE: ReadonlySet<Fault['code']> = new Set(['LOGIN_REFUSED', 'SUDO_REFUSED'])

/** A change of `protect` alone is shown and agreed to like any other, though the world stays as it is. */
const guarded = (verdict: Verdict, remembered: Remembered | undefined): Verdict => {
  const { decision } = verdict
  const change = protectChange(verdict.entry, remembered)
  if (decision.action !== 'none' || change === undefined) return verdict
  const effect = change.to === true ? 'refuses to be deleted or replaced from now on' : 'may be deleted and replaced from now on'
  return { ...verdict, decision: { ...decision, action: 'update', impact: { stops: [], effect } } }
}

export const protectChange = ({ declared }: Entry, remembered: Remembered | undefined): Field | undefined => {
  const from = remembered?.protect ?? false
  const to = declared.protect ?? from
  if (from === to) return undefined
  return remembered === undefined ? { name: 'protect', to } : { name: 'protect', from, to }
}

const throughOf = ({ addr, probes, claims }: Entry, routes: Routes): ReadonlyArray<Addr> => {
  const vias = new Set([...probes, ...claims].map(({ via }) => via))
  return [...new Set([...vias].flatMap(via => routes.chainOf(via)))].filter(one => one !== addr)
}

/** What a thing is, or what a change of it does to others. */
export const sentenceOf = ({ kind, want }: Entry, { action, impact }: Decision): string => {
  if (action === 'replace') return 'deleted, then made again'
  if (action !== 'update') return kind.sentence(want)
  const { effect, stops } = impact
  return effect ?? (stops.length === 0 ? 'restarts nothing' : `stops ${stops.join(', ')} for a while`)
}

/** Why there is a task, in words: at least one. */
export const reasonsOf = (
  { predicted, because, decision }: Verdict,
  { isGone, sources }: { readonly isGone: boolean; readonly sources: ReadonlyArray<Source> },
): ReadonlyArray<string> => {
  const reasons = [
    ...(because === undefined ? [] : [because]),
    ...(predicted ? ['predicted from the file'] : []),
    ...(isGone ? ['gone since it was last applied'] : []),
    ...[...new Set(sources)].map(source => WHY[source]),
    ...(decision.stale.length > 0 ? ['holds what is no longer wanted'] : []),
  ]
  if (reasons.length > 0) return reasons
  return [decision.action === 'create' ? 'not there yet' : 'held by others only, so far']
}
const WHY: { readonly [S in Source]: string } = {
  file: 'the file changed',
  run: 'that run wanted it so',
  env: 'a variable overrides the file',
  secret: 'a secret changed',
  host: 'changed outside',
  both: 'changed in the file and outside',
  lock: 'a newer image',
  tool: 'another version of deployer wants it so',
}
