import type { Answers, Kind, Probe, Via } from '../engine/contract.js'
import type { Fault } from '../specs/fault.js'
import { presentOf } from './kind.js'

/** A service, and the ports of the host that it publishes, `6969/udp`. */
export interface Publishing {
  readonly name: string
  readonly ports: ReadonlyArray<string>
}
export interface TakenSeen {
  readonly taken?: { readonly port: string; readonly by: string; readonly for: string }
}

/** Of a container only its trial knows whose it is, and sshd may be about to move away. */
const LATER: ReadonlySet<string> = new Set(['docker-proxy', 'sshd', 'systemd'])

const portAt = (key: string, via: Via) => ({ ask: 'port', key, via }) as const

const takenIn = (all: ReadonlyArray<Publishing>, via: Via, answers: Answers): TakenSeen => {
  for (const { name, ports } of all) {
    for (const port of ports) {
      const by = presentOf(answers.of(portAt(port, via)))?.process
      if (by !== undefined && !LATER.has(by)) return { taken: { port, by, for: name } }
    }
  }
  return {}
}

const faultOf = (taken: NonNullable<TakenSeen['taken']>, host: string): Fault => {
  const [port, proto] = taken.port.split('/')
  return { code: 'PORT_TAKEN', host, port: Number(port), proto: proto === 'udp' ? 'udp' : 'tcp', by: taken.by, for: taken.for }
}

/** Refuses where a process of somebody else listens, before a firewall has opened the port. */
export const wherePortsAreFree = <S, W, N extends object>(
  base: Kind<S, W, N>,
  published: (want: W) => { readonly host: Via; readonly all: ReadonlyArray<Publishing> },
): Kind<S, W, N & TakenSeen> => ({
  ...(base as unknown as Kind<S, W, N & TakenSeen>),
  probes: (want): ReadonlyArray<Probe> => {
    const { host, all } = published(want)
    return [...base.probes(want), ...[...new Set(all.flatMap(({ ports }) => ports))].map(port => portAt(port, host))]
  },
  read: (want, answers) => {
    const seen = base.read(want, answers)
    const { host, all } = published(want)
    return seen && { ...seen, ...takenIn(all, host, answers) }
  },
  refuses: (want, seen, on) => base.refuses(want, seen, on) ?? (seen?.taken && faultOf(seen.taken, on.name)),
})
