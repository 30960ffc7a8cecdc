import { isDeepStrictEqual } from 'node:util'
import type { Busy, Look, Reveal } from '../../engine/channel.js'
import type { Answer, Held, Holder, Login, Probe, Via } from '../../engine/contract.js'
import { holderOf } from '../../engine/mark.js'
import { type Asking, answerOf } from '../../engine/model/answers.js'
import { sshPort } from '../../engine/model/effects/reach.js'
import { heldAt } from '../../engine/model/ledger.js'
import { type Model, type Place, viewOf } from '../../engine/model/model.js'
import type { Fault } from '../../specs/fault.js'
import { E, type Either } from '../../specs/fp.js'
import { isAlive } from './actor.js'
import { placeAt, type World } from './fold.js'

/** One end of the sandbox: a host and how it is spoken to; without one, the provider. */
export interface End {
  readonly host?: string
  readonly login?: Login
}

const unreachable = (host: string, why: string): Either<Fault, never> => E.left({ code: 'UNREACHABLE', host, why })

/** The place behind an end, for who is connected already. */
export const placeOf = (world: World, { host }: End): Either<Fault, Place> => {
  const place = placeAt(world, host)
  if (host === undefined) return E.right(world.model.provider)
  const machine = viewOf(world.model.provider).at('machine', host)
  if (machine === undefined || place === undefined) return unreachable(host, 'there is no such machine')
  return machine.running ? E.right(place) : unreachable(host, 'the machine is not running')
}

/** The same over a new connection. */
export const connected = (world: World, end: End): Either<Fault, Place> => {
  const place = placeOf(world, end)
  if (E.isLeft(place) || end.host === undefined) return place
  return sshPort(viewOf(place.right), end.login?.port ?? 22) === undefined ? unreachable(end.host, 'no answer to ssh') : place
}

/** A probe with its match revealed, or why that could not be done. */
export type Asked = { readonly probe: Probe; readonly wanted?: string; readonly fault?: Fault }

export const asked = async (probe: Probe, reveal: Reveal, salt: string): Promise<Asked> => {
  if (probe.match === undefined) return { probe }
  if (typeof probe.match === 'string') return { probe, wanted: probe.match }
  const text = await reveal(probe.match, salt)()
  return E.isLeft(text) ? { probe, fault: text.left } : { probe, wanted: text.right }
}

const unasked = (via: Via, fault: Fault): Answer<never> => ({ is: 'unasked', via, fault })

export interface Looking {
  readonly end: End
  readonly place: Either<Fault, Place>
  readonly salt: string
  /** Batches that are no news to whoever asks. */
  readonly own: ReadonlySet<string>
  /** Only what this one holds. */
  readonly holder?: Holder
}

export const lookAt = (world: World, probes: ReadonlyArray<Asked>, { end, place, salt, own, holder }: Looking): Look => {
  const busy = busyIn(world, own)
  if (E.isLeft(place)) return { answers: probes.map(({ probe }) => unasked(probe.via, place.left)), ledger: [], busy }
  const about = { model: world.model, place: place.right, salt, ...loginOf(end) }
  const answers = probes.map(one => answerTo(one, about))
  if (end.host === undefined) return { answers, ledger: machinesHeld(world.model, holder), busy }
  return { answers, ledger: heldAt(place.right, holder), host: place.right.host, busy }
}

export const loginOf = ({ login }: End): Pick<Asking, 'login'> => (login === undefined ? {} : { login })

export const answerTo = ({ probe, wanted, fault }: Asked, about: Asking): Answer<unknown> => {
  if (fault !== undefined) return unasked(probe.via, fault)
  return answerOf(probe, wanted === undefined ? about : { ...about, wanted })
}

export const nothingSeen = (probes: ReadonlyArray<Probe>, fault: Fault): Look => ({
  answers: probes.map(({ via }) => unasked(via, fault)),
  ledger: [],
  busy: [],
})

const busyIn = (world: World, own: ReadonlySet<string>): ReadonlyArray<Busy> =>
  [...world.open.values()]
    .filter(({ batch, actor }) => !own.has(batch) && isAlive(actor))
    .map(({ environment, addr, run }) => ({ environment, addr, run }))

/** The provider's ledger are the labels of our machines. */
export const machinesHeld = ({ provider }: Model, only?: Holder): ReadonlyArray<Held> => {
  const view = viewOf(provider)
  return [...view.keys('machine')].flatMap(id => {
    const holder = holderOf(view.at('machine', id)?.labels ?? {})
    return holder === undefined || (only !== undefined && !isDeepStrictEqual(holder, only))
      ? []
      : [{ what: 'machine', id, via: 'provider', hold: 'own', data: true, by: [holder], before: 'absent' } as const]
  })
}
