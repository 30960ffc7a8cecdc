import type { Fault } from '../../specs/fault.js'
import type { Addr, AnyKind, Claim, Diff, Held, Host, Impact, Probe, Step } from '../contract.js'
import { NONE } from '../diff.js'
import type { Action } from '../plan-value.js'
import type { Root, Routes } from '../routes.js'
import type { Declared } from '../wish.js'
import { claimKey, type World } from '../world.js'

/** A declared resource with all that can be said of it without looking. */
export interface Entry {
  readonly declared: Declared
  readonly addr: Addr
  readonly kind: AnyKind
  readonly want: unknown
  readonly claims: ReadonlyArray<Claim>
  readonly probes: ReadonlyArray<Probe>
}

/** What is to be done for one resource. Of a `none` only `diff` and `seen` mean something. */
export interface Decision {
  readonly action: 'none' | Action
  readonly seen: unknown
  readonly diff: Diff
  /** Held, but no longer claimed: taken away after the steps. */
  readonly stale: ReadonlyArray<Held>
  readonly steps: ReadonlyArray<Step>
  readonly claims: ReadonlyArray<Claim>
  readonly releases: ReadonlyArray<Claim>
  readonly impact: Impact
  readonly refused?: Fault
}

export interface Deciding {
  readonly world: World
  readonly routes: Routes
  readonly environment: string
  /** Nothing of what was seen will be left: what it is reached through goes, or is not there yet. */
  readonly blank: boolean
}

export const entryOf = (declared: Declared, kind: AnyKind, facts: Parameters<AnyKind['want']>[2]): Entry => {
  const want = kind.want(declared.addr, declared.spec, facts)
  return { declared, addr: declared.addr, kind, want, claims: kind.claims(want), probes: kind.probes(want) }
}

/** The same decision in a plan, before a predicted task and after a fault: from what is seen now, never from what was done. */
export const decide = (entry: Entry, deciding: Deciding): Decision => {
  const { kind, want, claims } = entry
  const { world, blank, environment } = deciding
  const seen = blank ? undefined : kind.read(want, world.answers)
  const held = blank ? [] : (world.held.get(entry.addr) ?? [])
  const stale = staleOf(held, claims)
  const diff = renamed(kind.diff(want, seen), stale, claims)
  if (diff.action === 'none' && stale.length === 0 && !joinsOthers(entry, deciding)) {
    return { action: 'none', seen, diff, stale, steps: [], claims: [], releases: [], impact: NO_IMPACT }
  }
  const host = hostOf(entry, deciding)
  const own = diff.action === 'none' ? [] : kind.steps(want, seen, diff, host)
  const before = diff.action === 'replace' ? removal(kind, held, environment) : []
  const refused = diff.action === 'none' || blank ? undefined : (foreignOf(entry, world, environment) ?? refusal(entry, seen, deciding))
  return {
    action: diff.action === 'none' ? 'update' : diff.action,
    seen,
    diff,
    stale,
    steps: diff.action === 'replace' ? [...before, ...own] : kind.order(want, own, removal(kind, stale, environment)),
    claims,
    releases: stale.map(plain),
    impact: withLoss(diff.action === 'none' ? NO_IMPACT : kind.impact(want, diff), kind, stale),
    ...(refused && { refused }),
  }
}

/** Taking away a resource that nothing asks for any more. What dies with a machine that goes as well needs no steps. */
export const decideDelete = (addr: Addr, kind: AnyKind, { world, routes, environment, blank }: Deciding): Decision => {
  const all = world.held.get(addr) ?? []
  const takesAll = all.some(isMachine)
  const held = blank ? [] : takesAll ? all.filter(({ via }) => routes.rootOf(via) === 'provider') : all
  const { sentence: _, ...impact } = losingOf(kind, all, environment)
  return {
    action: 'delete',
    seen: undefined,
    diff: NONE,
    stale: held,
    steps: removal(kind, held, environment),
    claims: [],
    releases: held.map(plain),
    impact,
  }
}

/** What a plan says of a delete: what other environments on the host hold as well stays. */
export const losingOf = (kind: AnyKind, held: ReadonlyArray<Held>, environment: string): ReturnType<AnyKind['losing']> => {
  const alone = held.filter(({ by }) => by.every(holder => holder.environment === environment))
  if (alone.length === held.length) return kind.losing(held)
  if (alone.length === 0) return { stops: [], sentence: 'stays: other environments use all of it' }
  const own = kind.losing(alone)
  return { ...own, sentence: `${own.sentence}; what other environments use stays` }
}

const isMachine = ({ what }: Pick<Claim, 'what'>): boolean => what === 'machine'

/** A machine under another name than the wanted one is not there and also to be made: it is replaced, and its data lost. */
const renamed = (diff: Diff, stale: ReadonlyArray<Held>, claims: ReadonlyArray<Claim>): Diff => {
  const old = stale.find(isMachine)
  if (diff.action !== 'create' || old === undefined) return diff
  return { action: 'replace', fields: [{ name: 'provider.instance', from: old.id, to: claims.find(isMachine)?.id }], files: [] }
}

/** Whatever else is done, data that goes with a machine is said to. */
const withLoss = (impact: Impact, kind: AnyKind, stale: ReadonlyArray<Held>): Impact => {
  const data = stale.some(isMachine) ? kind.losing(stale).data : undefined
  return data === undefined ? impact : { ...impact, data }
}

const NO_IMPACT: Impact = { stops: [] }

const hostOf = (entry: Entry, { world, routes }: Deciding): Host => {
  const root = rootOf(entry, routes)
  return world.hosts.get(root) ?? routes.machines.get(root as Addr)?.host ?? NOWHERE
}
const NOWHERE: Host = { os: 'none', version: '', arch: '', ipv6: false }

/** The machine that a resource lives on or is; `provider` when it has nothing to do with one. */
export const rootOf = ({ addr, probes, claims }: Entry, routes: Routes): Root =>
  routes.machines.has(addr)
    ? addr
    : ([...probes, ...claims].map(({ via }) => routes.rootOf(via)).find(root => root !== 'provider' && root !== 'operator') ?? 'provider')

const staleOf = (held: ReadonlyArray<Held>, claims: ReadonlyArray<Claim>): ReadonlyArray<Held> => {
  if (held.length === 0) return held
  const wanted = new Set(claims.map(claimKey))
  return held.filter(entry => !wanted.has(claimKey(entry)))
}

/** As wanted already, but only because others hold it: without a claim of ours it would go when they go. */
const joinsOthers = ({ addr, claims }: Entry, { world, environment, blank }: Deciding): boolean =>
  !blank &&
  claims.some(claim => {
    const by = world.entryOf(claim)?.by ?? []
    return by.length > 0 && !by.some(holder => holder.environment === environment && holder.addr === addr)
  })

/** Only what nobody else holds is undone; what is on a machine that goes needs no undoing. */
const removal = (kind: AnyKind, held: ReadonlyArray<Held>, environment: string): ReadonlyArray<Step> => {
  const last = held.filter(({ by }) => by.length === 1 && by[0]?.environment === environment)
  const machine = last.filter(({ what }) => what === 'machine')
  const undone = machine.length > 0 ? machine : last
  return undone.length === 0 ? [] : kind.remove(undone)
}

const plain = ({ what, id, via, hold, data }: Held): Claim => ({ what, id, via, hold, ...(data && { data }) })

/** What must be held alone, is there, and is not ours. */
const foreignOf = ({ claims, addr }: Entry, world: World, environment: string): Fault | undefined => {
  for (const claim of claims) {
    if (claim.hold !== 'own') continue
    const entry = world.entryOf(claim)
    if (entry?.by.some(holder => holder.environment === environment && holder.addr === addr)) continue
    const [holder] = entry?.by ?? []
    if (holder !== undefined) return { code: 'NOT_OURS', what: claim.what, id: claim.id, by: `${holder.addr} of ${holder.environment}` }
    const answer = world.answers.of({ ask: claim.what, key: claim.id, via: claim.via })
    if (answer.is === 'present') return { code: 'NOT_OURS', what: claim.what, id: claim.id }
  }
  return undefined
}

const refusal = (entry: Entry, seen: unknown, { world, routes }: Deciding): Fault | undefined => {
  const root = rootOf(entry, routes)
  const host = world.hosts.get(root)
  return host && entry.kind.refuses(entry.want, seen, { name: world.machines.get(root as Addr)?.name ?? root, host })
}

/** Why a resource can't be asked now: the first question of it that found nobody, beyond itself. */
export const unaskedOf = (
  entry: Entry,
  world: World,
): { readonly via: Addr | 'provider' | 'operator'; readonly fault: Fault } | undefined => {
  for (const probe of entry.probes) {
    const answer = world.answers.of(probe as never)
    if (answer.is === 'unasked' && answer.via !== entry.addr) return answer
  }
  return undefined
}
