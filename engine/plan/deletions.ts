import type { Fault } from '../../specs/fault.js'
import { E, type Either, fail } from '../../specs/fp.js'
import type { Addr, AnyKind } from '../contract.js'
import { nearest, sorted } from '../graph.js'
import type { Task } from '../plan-value.js'
import type { Routes } from '../routes.js'
import type { Remembered } from '../store.js'
import type { World } from '../world.js'
import { decideDelete, losingOf } from './decide.js'

export interface Deletions {
  readonly tasks: ReadonlyArray<Task>
  readonly vanished: ReadonlyArray<Addr>
  readonly blocked: ReadonlyArray<Fault>
}

interface Asked {
  readonly world: World
  readonly routes: Routes
  readonly kinds: ReadonlyMap<string, AnyKind>
  readonly remembered: ReadonlyMap<Addr, Remembered>
  /** What this build remembered itself. */
  readonly familiar: ReadonlyMap<Addr, Remembered>
  readonly environment: string
  /** What the file still asks for. */
  readonly kept: ReadonlyMap<Addr, unknown>
}

/** What this environment holds and nothing asks for: the ledgers say what there is, the state what there was. */
export const deletionsOf = (asked: Asked): Either<Fault, Deletions> => {
  const { world, remembered, familiar, kinds, kept } = asked
  /** Whose machines there are only it can tell, with or without a memory of them. */
  const silent = world.unreachable.get('provider')
  if (silent !== undefined) return fail(silent)
  const gone = [...new Set([...world.held.keys(), ...remembered.keys()])].filter(addr => !kept.has(addr))
  const known = gone.filter(addr => kinds.has(kindName(addr)))
  const blocked = gone.filter(addr => !kinds.has(kindName(addr))).map((addr): Fault => ({ code: 'KIND_UNKNOWN', addr }))

  const order = sorted(known, needs(known, kinds))
  if (E.isLeft(order)) return fail({ code: 'GRAPH_CYCLE', path: order.left })
  const backwards = [...order.right].reverse()
  const dying = new Set(known.filter(addr => world.held.get(addr)?.some(({ what }) => what === 'machine')))

  const vanished: Array<Addr> = []
  const going: Array<{ readonly addr: Addr; readonly kind: AnyKind; readonly with: Addr | undefined }> = []
  for (const addr of backwards) {
    const kind = kinds.get(kindName(addr)) as AnyKind
    const fate = fateOf(addr, { ...asked, dying, kind, last: familiar.get(addr) })
    if (E.isLeft(fate)) return fate
    if (fate.right === 'vanished') vanished.push(addr)
    else going.push({ addr, kind, with: fate.right.with })
  }
  const chosen = new Set(going.map(({ addr }) => addr))
  const withMachine = new Set(going.filter(one => one.with !== undefined).map(({ addr }) => addr))
  const dependents = nearest(backwards, reversed(known, kinds), chosen)
  const tasks = going.map(one =>
    taskOf(
      one,
      asked,
      (dependents.get(one.addr) ?? []).filter(addr => !withMachine.has(addr)),
    ),
  )
  return E.right({ tasks, vanished, blocked })
}

const kindName = (addr: Addr): string => addr.slice(0, addr.indexOf('.'))

const taskOf = (
  { addr, kind, with: machine }: { readonly addr: Addr; readonly kind: AnyKind; readonly with: Addr | undefined },
  { world, routes, environment }: Asked,
  dependents: ReadonlyArray<Addr>,
): Task => {
  const held = world.held.get(addr) ?? []
  const decision = decideDelete(addr, kind, { world, routes, environment, blank: machine !== undefined })
  const { sentence, data, ...impact } = losingOf(kind, held, environment)
  return {
    addr,
    kind: kindName(addr),
    action: 'delete',
    sentence: machine === undefined ? sentence : 'with the machine',
    reasons: ['no longer wanted'],
    predicted: false,
    fields: [],
    files: [],
    impact: { ...impact, ...(machine === undefined && data !== undefined && { data }) },
    steps: decision.steps,
    claims: [],
    releases: decision.releases,
    after: machine === undefined ? dependents : [machine],
  }
}

interface Fated extends Asked {
  readonly dying: ReadonlySet<Addr>
  readonly kind: AnyKind
  readonly last: Remembered | undefined
}

/** Goes by itself, goes with its machine, or is gone already. What only could not be asked is none of these. */
const fateOf = (addr: Addr, fated: Fated): Either<Fault, 'vanished' | { readonly with: Addr | undefined }> => {
  const { world, routes, dying, kind, last } = fated
  if (dying.has(addr)) return E.right({ with: undefined })
  const vias = last === undefined ? [] : kind.claims(last.wanted).map(({ via }) => via)
  const roots = new Set([...(world.held.get(addr) ?? []).map(({ via }) => via), ...vias].map(via => routes.rootOf(via)))
  for (const root of roots) {
    if (dying.has(root as Addr)) return E.right({ with: root as Addr })
    if (!routes.machines.has(root as Addr)) continue
    const unreachable = world.unreachable.get(root as Addr)
    if (unreachable !== undefined) return fail(unreachable)
    if (!world.machines.has(root as Addr)) return E.right('vanished')
  }
  return E.right(world.held.has(addr) ? { with: undefined } : 'vanished')
}

const needs = (addrs: ReadonlyArray<Addr>, kinds: ReadonlyMap<string, AnyKind>): ((addr: Addr) => ReadonlyArray<Addr>) => {
  const byKind = new Map<string, Array<Addr>>()
  for (const addr of addrs) {
    const same = byKind.get(kindName(addr)) ?? []
    byKind.set(kindName(addr), same)
    same.push(addr)
  }
  return addr => (kinds.get(kindName(addr))?.after ?? []).flatMap(kind => byKind.get(kind) ?? [])
}

const reversed =
  (addrs: ReadonlyArray<Addr>, kinds: ReadonlyMap<string, AnyKind>) =>
  (addr: Addr): ReadonlyArray<Addr> => {
    const name = kindName(addr)
    const followers = new Set([...kinds.values()].filter(({ after }) => after.includes(name)).map(({ kind }) => kind))
    return followers.size === 0 ? [] : addrs.filter(other => followers.has(kindName(other)))
  }

/** Deletes come last, in reverse order, but for one that frees what a create needs. */
export const withDeletions = (tasks: ReadonlyArray<Task>, deletions: ReadonlyArray<Task>): ReadonlyArray<Task> => {
  if (deletions.length === 0) return tasks
  const needed = new Map(tasks.flatMap(task => task.claims.map(({ what, id }) => [`${what} ${id}`, task.addr] as const)))
  const frees = (deletion: Task): ReadonlyArray<Addr> => deletion.releases.flatMap(({ what, id }) => needed.get(`${what} ${id}`) ?? [])
  const first = deletions.filter(deletion => frees(deletion).length > 0)
  const waits = new Map<Addr, Array<Addr>>()
  for (const deletion of first) {
    for (const addr of frees(deletion)) waits.set(addr, [...(waits.get(addr) ?? []), deletion.addr])
  }
  const creates = tasks.map(task => ({ ...task, after: [...task.after, ...(waits.get(task.addr) ?? [])] }))
  const ends = lastOf(creates)
  return [
    ...first,
    ...creates,
    ...deletions.filter(one => !first.includes(one)).map(task => ({ ...task, after: [...ends, ...task.after] })),
  ]
}

/** Tasks that no other task waits for: whoever waits for these waits for all. */
const lastOf = (tasks: ReadonlyArray<Task>): ReadonlyArray<Addr> => {
  const needed = new Set(tasks.flatMap(({ after }) => after))
  return tasks.map(({ addr }) => addr).filter(addr => !needed.has(addr))
}
