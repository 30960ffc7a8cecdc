import type { Channel, Look, Machine, Provider } from '../../engine/channel.js'
import type { Answer, MachineSeen, Probe } from '../../engine/contract.js'
import type { Fault } from '../../specs/fault.js'

export interface GivenOptions {
  /** The server, by name or address. */
  readonly host: string
  readonly connect: (machine: Machine) => Channel
}

/** One machine that exists: it is neither made nor changed here, only found where the file says it is. */
export const given = ({ host, connect }: GivenOptions): Provider => ({
  name: 'ssh',
  simulated: false,
  given: true,
  connect,
  look: async probes => ({ answers: probes.map(probe => answerTo(probe, host)), ledger: [], busy: [] }) satisfies Look,
  act: async ({ steps }) => ({ is: 'failed', step: 0, fault: cannot(`do ${steps[0]?.do ?? 'anything'}`) }),
  close: async () => {},
})

const answerTo = ({ ask, key, via }: Probe, host: string): Answer<MachineSeen> =>
  ask === 'machine' && key === host ? { is: 'present', value: seenAt(host) } : { is: 'unasked', via, fault: cannot(`answer ${ask} ${key}`) }

/** What it is made of is asked on it, where it matters. */
const seenAt = (host: string): MachineSeen => ({
  id: host,
  image: '',
  cpus: 0,
  memory: 0,
  disk: 0,
  running: true,
  addresses: [host],
  labels: {},
  config: {},
})

const cannot = (what: string): Fault => ({ code: 'PROVIDER_CANNOT', provider: 'ssh', what, why: 'the machine is only logged in to' })
