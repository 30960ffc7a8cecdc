import type { Fault } from '../../specs/fault.js'
import { E, type Either, pipe } from '../../specs/fp.js'
import type { Addr, AnyKind, Host, Step } from '../contract.js'
import { routesOf } from '../routes.js'
import type { Wish } from '../wish.js'
import { entryOf, rootOf } from './decide.js'
import { factsOf, inOrder, kindOf } from './declared.js'

/** A resource as it would be made where nothing is yet. */
export interface Made {
  readonly addr: Addr
  readonly sentence: string
  readonly steps: ReadonlyArray<Step>
}

/** Everything that a file asks for, as if the world were empty: without a look, so it is the same every time. */
export const onPaper = (wish: Wish, kinds: ReadonlyMap<string, AnyKind>): Either<Fault, ReadonlyArray<Made>> =>
  pipe(
    inOrder(wish.resources, kinds),
    E.map(declared => {
      const facts = factsOf(declared, wish.facts, kinds)
      const routes = routesOf(facts)
      return declared.map((one): Made => {
        const kind = kindOf(one, kinds)
        const entry = entryOf(one, kind, facts)
        const { want } = entry
        const host = routes.machines.get(rootOf(entry, routes) as Addr)?.host ?? UNTOLD
        return { addr: one.addr, sentence: kind.sentence(want), steps: kind.steps(want, undefined, kind.diff(want, undefined), host) }
      })
    }),
  )

/** A server that exists says only when it is asked what it runs. */
const UNTOLD: Host = { os: 'debian', version: '13', arch: '', ipv6: false }
