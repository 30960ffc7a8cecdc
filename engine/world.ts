import type { Fault } from '../specs/fault.js'
import type { Busy, Channel, Look, Machine, Provider, Reveal } from './channel.js'
import type { Addr, Answer, Answers, Held, Host, MachineSeen, Probe } from './contract.js'
import { machineAsked } from './outside.js'
import type { Root, Routes } from './routes.js'

/** What one look at everything found. */
export interface World {
  readonly answers: Answers
  /** What this environment's resources hold, by resource. */
  readonly held: ReadonlyMap<Addr, ReadonlyArray<Held>>
  /** The ledger entry of a thing, whoever holds it. */
  entryOf(claim: Pick<Held, 'via' | 'what' | 'id'>): Held | undefined
  readonly hosts: ReadonlyMap<Root, Host>
  readonly machines: ReadonlyMap<Addr, Machine>
  /** Hosts of machines that are there, and the provider, where they could not be asked. */
  readonly unreachable: ReadonlyMap<Root, Fault>
  readonly busy: ReadonlyArray<Busy>
}

export const thingKey = ({ via, ask, key }: Pick<Probe, 'via' | 'ask' | 'key'>): string => `${via} ${ask} ${key}`
/** Of the same thing it can be asked whether it is this or that. */
export const probeKey = (probe: Pick<Probe, 'via' | 'ask' | 'key' | 'match'>): string =>
  probe.match === undefined ? thingKey(probe) : `${thingKey(probe)} ${JSON.stringify(probe.match)}`
export const claimKey = ({ via, what, id }: Pick<Held, 'via' | 'what' | 'id'>): string => `${via} ${what} ${id}`

/** Keeps one channel a machine open, from its first use until `close`. */
export interface Links {
  to(machine: Machine): Channel
  close(): Promise<void>
}

export const linksOf = (provider: Provider): Links => {
  const open = new Map<string, Channel>()
  return {
    to: machine => {
      const key = `${machine.addr} ${machine.seen.id} ${machine.seen.addresses.join(' ')}`
      const channel = open.get(key) ?? provider.connect(machine)
      open.set(key, channel)
      return channel
    },
    close: async () => {
      await Promise.all([...open.values()].map(channel => channel.close()))
      open.clear()
    },
  }
}

export interface Looking {
  readonly environment: string
  readonly routes: Routes
  readonly provider: Provider
  readonly links: Links
  readonly reveal: Reveal
  /** Known to be there, as they were a moment ago: hosts are asked beside the provider. */
  readonly machines?: ReadonlyMap<Addr, Machine>
}

/** Asks everything: the provider first, unless it is known which hosts there are, then every host at once. */
export const lookAt = async (probes: ReadonlyArray<Probe>, looking: Looking): Promise<World> => {
  const { routes, provider, links, reveal } = looking
  const groups = new Map<Root, Array<Probe>>()
  const fromOutside = probes.filter(probe => outsideOf(probe, routes) !== undefined)
  for (const probe of probes) {
    if (fromOutside.includes(probe)) continue
    const root = routes.rootOf(probe.via)
    const group = groups.get(root) ?? []
    groups.set(root, group)
    group.push(probe)
  }
  const machineProbes = [...routes.machines].map(([, { name }]): Probe => ({ ask: 'machine', key: name, via: 'provider' }))
  const atProvider = [...machineProbes, ...(groups.get('operator') ?? []), ...(groups.get('provider') ?? [])]
  const asking = provider.look(atProvider, reveal)
  const machines = looking.machines ?? machinesOf(await asking, looking)

  const asked: Array<readonly [ReadonlyArray<Probe>, Look]> = []
  const hosts = new Map<Root, Host>()
  const unreachable = new Map<Root, Fault>()
  await Promise.all(
    [...routes.machines.keys()].map(async (addr, index) => {
      const group = groups.get(addr) ?? []
      const machine = machines.get(addr)
      const around = fromOutside.filter(probe => outsideOf(probe, routes) === addr)
      const channel = machine?.seen.running ? links.to(machine) : silent(addr, silence(addr, machine, (await asking).answers[index]))
      const [look, answers, first] = await Promise.all([
        channel.look(group, reveal),
        around.length === 0 ? undefined : channel.outside?.(around, reveal),
        asking,
      ])
      asked.push([around, { answers: answers ?? [], ledger: [], busy: [] }])
      if (look.host !== undefined) hosts.set(addr, look.host)
      const answer = first.answers[index]
      if (answer?.is === 'unasked' && (first.unreachable !== undefined || !GONE.has(answer.fault.code))) unreachable.set(addr, answer.fault)
      if (look.unreachable !== undefined) unreachable.set(addr, look.unreachable)
      asked.push([group, look])
    }),
  )
  const first = await asking
  if (first.unreachable !== undefined) unreachable.set('provider', first.unreachable)
  return worldOf([[atProvider, first], ...asked], { environment: looking.environment, machines, hosts, unreachable })
}

/** The machine that is to be asked from outside. */
const outsideOf = (probe: Probe, { rootOf, machines }: Routes): Addr | undefined => {
  const machine = rootOf(probe.via) === 'operator' ? machineAsked(probe) : undefined
  return machine !== undefined && machines.has(machine) ? machine : undefined
}

/** Ours is not there: one of the same name is somebody else's, or what it would need is missing. No plan, but nothing to wait for either. */
const GONE: ReadonlySet<Fault['code']> = new Set(['NOT_OURS', 'PROVIDER_LACKS'])

const machinesOf = (look: Look, { routes }: Looking): ReadonlyMap<Addr, Machine> =>
  new Map(
    [...routes.machines].flatMap(([addr, { name, login }], index) => {
      const answer = look.answers[index] as Answer<MachineSeen> | undefined
      return answer?.is === 'present' ? [[addr, { addr, name, login, seen: answer.value }] as const] : []
    }),
  )

/** Why there is no host to ask. */
const silence = (via: Addr, machine: Machine | undefined, answer: Answer<unknown> | undefined): Fault => {
  if (machine !== undefined) return { code: 'MACHINE_STOPPED', machine: machine.name }
  return answer?.is === 'unasked' ? answer.fault : { code: 'NOT_BEFORE', via }
}

/** A host that is not there to be asked. */
const silent = (via: Addr, fault: Fault): Pick<Channel, 'look' | 'outside'> => {
  const answersTo = (probes: ReadonlyArray<Probe>): Look['answers'] => probes.map(() => ({ is: 'unasked', via, fault }))
  return {
    look: async probes => ({
      answers: answersTo(probes),
      ledger: [],
      busy: [],
      ...(fault.code === 'MACHINE_STOPPED' && { unreachable: fault }),
    }),
    outside: async probes => answersTo(probes),
  }
}

/** What a batch answered, as a world of its own. */
export const worldOf = (
  looks: ReadonlyArray<readonly [ReadonlyArray<Probe>, Look]>,
  rest: { readonly environment: string } & Pick<World, 'machines' | 'hosts' | 'unreachable'>,
): World => {
  const known = new Map<string, Answer<unknown>>()
  const held = new Map<Addr, Array<Held>>()
  const entries = new Map<string, Held>()
  for (const [probes, look] of looks) {
    probes.forEach((probe, index) => {
      const answer = look.answers[index] ?? neverAsked(probe)
      known.set(probeKey(probe), answer)
      if (!known.has(thingKey(probe))) known.set(thingKey(probe), answer)
    })
    for (const entry of look.ledger) {
      entries.set(claimKey(entry), entry)
      for (const holder of entry.by) {
        if (holder.environment !== rest.environment) continue
        const mine = held.get(holder.addr) ?? []
        held.set(holder.addr, mine)
        mine.push(entry)
      }
    }
  }
  return {
    ...rest,
    answers: { of: probe => (known.get(probeKey(probe)) ?? known.get(thingKey(probe)) ?? neverAsked(probe)) as Answer<never> },
    held,
    entryOf: claim => entries.get(claimKey(claim)),
    busy: looks.flatMap(([, look]) => look.busy),
  }
}

/** The same world for those who asked only these. */
export const knowingOnly = (probes: ReadonlyArray<Probe>, world: World): World => {
  const asked = new Set(probes.map(thingKey))
  return { ...world, answers: { of: probe => (asked.has(thingKey(probe)) ? world.answers.of(probe) : neverAsked(probe)) } }
}

const neverAsked = ({ via }: Pick<Probe, 'via'>): Answer<never> => ({ is: 'unasked', via, fault: { code: 'NOT_BEFORE', via } })
