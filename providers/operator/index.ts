import type { Channel, Reveal } from '../../engine/channel.js'
import type { Answer, Asks, Probe } from '../../engine/contract.js'
import { type Announcing, announcingOf, type Outside, portsOf, serviceOf } from '../../engine/outside.js'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, E } from '../../specs/fp.js'
import { apiAt, tokenAnswer } from './api.js'
import { Malformed } from './bencode.js'
import { httpTracker } from './http-tracker.js'
import { meet } from './meeting.js'
import { type Door, page } from './page.js'
import { canonical, type Family } from './peer.js'
import { isOpenAt, silenceBeside } from './ports.js'
import { NoIpv6Here, Silent } from './silent.js'
import { udpTracker } from './udp-tracker.js'
import { addressesOf, isInside } from './where.js'

/** A host, and what its own connection can do for whoever asks it from outside. */
export interface Around {
  /** By which it is known. */
  readonly addresses: ReadonlyArray<string>
  /** Where it lets us in, over TCP. */
  port(): number | undefined
  /** A socket of this machine that leads to a port of the host, which only the host may reach. */
  reach(address: string, port: number): Attempt<string>
  /** Its addresses of IPv6, and that of this machine as it sees it. */
  told(): Attempt<Told>
}
export interface Told {
  readonly ipv6: ReadonlyArray<string>
  readonly client: string
}

/** Asks all at once. */
export const asksFromOutside =
  (around: Around): NonNullable<Channel['outside']> =>
  (probes, reveal) =>
    Promise.all(probes.map(probe => answerTo(probe, around, reveal)))

class Faulty extends Error {
  constructor(readonly fault: Fault) {
    super(fault.code)
  }
}

const met = <A>(one: E.Either<Fault, A>): A => {
  if (E.isLeft(one)) throw new Faulty(one.left)
  return one.right
}

const answerTo = async (probe: Probe, around: Around, reveal: Reveal): Promise<Answer<unknown>> => {
  try {
    const token = probe.match === undefined ? undefined : met(await reveal(probe.match, '')())
    return { is: 'present', value: await answered(probe, around, token) }
  } catch (cause) {
    return { is: 'unasked', via: probe.via, fault: faultOf(cause, probe) }
  }
}

const faultOf = (cause: unknown, { key }: Probe): Fault => {
  if (cause instanceof Faulty) return cause.fault
  if (cause instanceof NoIpv6Here) return { code: 'NO_IPV6_HERE' }
  if (cause instanceof Silent) return { code: 'NOT_SERVING', at: key, why: cause.message }
  if (cause instanceof Malformed) return { code: 'NOT_SERVING', at: key, why: `its answer breaks the protocol: ${cause.message}` }
  throw cause
}

const answered = async (probe: Probe, around: Around, token: string | undefined): Promise<unknown> => {
  const { ask, key } = probe
  switch (ask) {
    case 'announce':
      return announced(announcingOf(key), around, token)
    case 'api': {
      const service = serviceOf(key)
      return tokenAnswer(await doorTo(service, around, service.scheme), service.path, token ?? '')
    }
    case 'http': {
      const service = serviceOf(key)
      const door = await doorTo(service, around, service.scheme)
      const began = performance.now()
      const { status, body } = await page(door, service.path)
      return { status, body: body.toString('utf8'), milliseconds: sinceMs(began) } satisfies Asks['http']
    }
    case 'open':
      return { open: await openOf(key, around) } satisfies Asks['open']
    default:
      throw new Faulty({ code: 'HOST_LATER', what: `ask about ${ask} ${key} from outside` })
  }
}

const sinceMs = (began: number): number => Math.max(1, Math.round(performance.now() - began))

const announced = async (announcing: Announcing, around: Around, token: string | undefined): Promise<Asks['announce']> => {
  const { scheme, port, family, admit = [] } = announcing
  const address = await addressTo(announcing, family, around)
  const api =
    announcing.api && token !== undefined
      ? apiAt(await doorTo({ ...announcing, ...announcing.api, through: 'host' }, around), token)
      : undefined
  if (admit.length > 0 && api === undefined) throw new Silent('nobody can be let in without its API')
  return meet({
    tracker: key =>
      scheme === 'udp' ? udpTracker({ address, port, family }) : Promise.resolve(httpTracker({ address, port, family }, key)),
    api,
    admit,
    isOwn: (known, local) => isOwn(known, { local, address }, around),
  })
}

/** Behind a router this machine is known by another address than it knows itself. */
const isOwn = async (known: string, { local, address }: { local: string; address: string }, around: Around): Promise<boolean> => {
  const told = await around.told()()
  if (E.isRight(told) && canonical(told.right.client) === known) return true
  return isInside(local) && !isInside(known) && known !== canonical(address)
}

const doorTo = async (at: Outside, around: Around, scheme: 'http' | 'https' = 'http'): Promise<Door> => {
  const { port, through } = at
  if (through === 'host') return { socket: met(await around.reach(at.address ?? '127.0.0.1', port)()) }
  const family = at.family ?? ((await addressesOf(around.addresses, 4)).length > 0 ? 4 : 6)
  return { address: await addressTo(at, family, around), port, family, scheme }
}

const addressTo = async ({ address }: Pick<Outside, 'address'>, family: Family, around: Around): Promise<string> => {
  if (address !== undefined) return address
  const [first] = await addressesFor(family, around)
  if (first === undefined) throw new Silent(`the host is not known by an address of IPv${family}`)
  return first
}

/** A host that is known by addresses of IPv4 only may have others all the same. */
const addressesFor = async (family: Family, around: Around): Promise<ReadonlyArray<string>> => {
  const known = await addressesOf(around.addresses, family)
  return known.length > 0 || family === 4 ? known : met(await around.told()()).ipv6
}

/** Over both families, where there are two. */
const openOf = async (key: string, around: Around): Promise<ReadonlyArray<string>> => {
  const { ports } = portsOf(key)
  const [first] = await addressesFor(4, around)
  const [sixth] = await addressesFor(6, around)
  const entry = around.port()
  const beside = (address: string | undefined, family: Family): Promise<void> =>
    silenceBeside(address === undefined || entry === undefined ? undefined : { address, port: entry, family })
  const silences = { 4: beside(first, 4), 6: beside(sixth, 6) }
  const found = await Promise.all(
    ports.map(async written => {
      const [port, proto = 'tcp'] = written.split('/')
      const asked = (address: string | undefined, family: Family): Promise<boolean> =>
        address === undefined ? Promise.resolve(false) : isOpenAt({ address, port: Number(port), family }, proto, silences[family])
      const [over4, over6] = await Promise.all([asked(first, 4), asked(sixth, 6)])
      if (over4) return [written]
      return over6 ? [`${written} over IPv6`] : []
    }),
  )
  return found.flat()
}
