import type { Fault } from '../../specs/fault.js'
import { E, type Either, fail } from '../../specs/fp.js'
import type { Addr, AnyKind, Facts } from '../contract.js'
import { sorted } from '../graph.js'
import type { Remembered } from '../store.js'
import type { Declared } from '../wish.js'

type Kinds = ReadonlyMap<string, AnyKind>

/** Each behind what it needs. */
export const inOrder = (declared: ReadonlyArray<Declared>, kinds: Kinds): Either<Fault, ReadonlyArray<Declared>> => {
  const order = sorted(
    declared.map(({ addr }) => addr),
    needsOf(declared, kinds),
  )
  if (E.isLeft(order)) return fail({ code: 'GRAPH_CYCLE', path: order.left })
  const at = new Map(declared.map(one => [one.addr, one]))
  return E.right(order.right.flatMap(addr => at.get(addr) ?? []))
}

/** By the kinds' own order, and within a kind by the file's. */
export const needsOf = (declared: ReadonlyArray<Declared>, kinds: Kinds): ((addr: Addr) => ReadonlyArray<Addr>) => {
  const byKind = new Map<string, Array<Addr>>()
  for (const { addr, kind } of declared) {
    const same = byKind.get(kind) ?? []
    byKind.set(kind, same)
    same.push(addr)
  }
  const kindAt = new Map(declared.map(({ addr, kind }) => [addr, kind]))
  return addr => (kinds.get(kindAt.get(addr) ?? '')?.after ?? []).flatMap(kind => byKind.get(kind) ?? [])
}

export const kindOf = (declared: Declared, kinds: Kinds): AnyKind => {
  const kind = kinds.get(declared.kind)
  if (kind === undefined) throw new Error(`no kind ${declared.kind}`)
  return kind
}

/** What is given, and what each resource offers beside. */
export const factsOf = (declared: ReadonlyArray<Pick<Declared, 'addr' | 'kind' | 'spec'>>, others: Facts, kinds: Kinds): Facts => [
  ...others,
  ...declared.flatMap(one => kinds.get(one.kind)?.offers(one.addr, one.spec) ?? []),
]

/** Was there before, and is not asked for any more. */
export const goneFrom = (familiar: ReadonlyMap<Addr, Remembered>, declared: ReadonlyArray<Declared>): ReadonlyArray<Remembered> => {
  const here = new Set(declared.map(({ addr }) => addr))
  return [...familiar.values()].filter(({ addr }) => !here.has(addr))
}
