import type { Addr, Asks, Facts, Host, MachineSeen, Reach } from '../../engine/contract.js'
import { marksOf } from '../../engine/mark.js'
import { bytesOf, sizeOf } from '../../specs/size.js'
import { type EnvironmentFact, environmentOf, servedBy } from '../facts.js'
import { counted } from '../kind.js'
import type { Part, SeenParts } from '../part.js'
import { hardening } from '../ssh.js'
import { firstAnswers, userDataOf } from './cloud-init.js'
import { extraOf } from './extra.js'
import type { MachineWanted } from './machine.js'
import { sysctlParts, UDP_LOAD, upgradeParts } from './settings.js'
import type { VmSpec } from './spec.js'

export interface VmWanted {
  readonly self: Addr
  /** Undefined: a server that exists, of which only what is written is touched. */
  readonly machine?: MachineWanted
  readonly parts: ReadonlyArray<Part>
  /** The port until the firewall moves it; undefined: the daemon is not ours. */
  readonly port?: number
  readonly says: string
  /** When it reboots by itself after upgrades; undefined: never. */
  readonly reboot?: string
  /** Who is gone while the machine is. */
  readonly serves: ReadonlyArray<Addr>
}
export interface VmSeen {
  readonly machine?: MachineSeen
  /** Why the host can't be asked. */
  readonly silent?: string
  /** Undefined: it can't be asked. */
  /** Packages whose upgrades count from the next start on. */
  readonly waiting?: ReadonlyArray<string>
  readonly host?: { readonly parts: SeenParts; readonly sshd?: Asks['sshd'] }
}

const nameOf = ({ name, provider }: EnvironmentFact): string => provider.instance ?? name

/** How to get to the machine; its own section doesn't say. */
export const reachOf = (self: Addr, spec: VmSpec, environment: EnvironmentFact): Reach => {
  const { user, port, key } = environment.ssh
  const name = isGiven(environment) ? (environment.provider.host ?? environment.name) : nameOf(environment)
  const host = isGiven(environment) ? undefined : hostOf(spec.image)
  return {
    fact: 'reach',
    from: self,
    through: 'provider',
    machine: { name, login: { user, port, ...(key && { key }) }, ...(host && { host }) },
  }
}

const isGiven = ({ provider }: EnvironmentFact): boolean => provider.kind === 'ssh'

/** What an image's name says of the host that is made from it. */
const hostOf = (image: string): Host | undefined => {
  const [os = '', version = ''] = image.split('/')
  return os === 'debian' || os === 'ubuntu' ? { os, version, arch: '', ipv6: false } : undefined
}

const wantMachine = (self: Addr, spec: VmSpec, environment: EnvironmentFact): MachineWanted => {
  const { provider, ssh } = environment
  const name = nameOf(environment)
  const boot = { hostname: spec.hostname ?? name, user: ssh.user, keys: ssh.authorized_keys, port: ssh.port }
  const type = spec.server_type ?? provider.type
  return {
    provider: provider.kind,
    name,
    image: spec.image,
    ...(type !== undefined && { type }),
    sized: spec.server_type !== undefined,
    cpus: spec.cpus,
    memory: bytesOf(spec.memory),
    disk: bytesOf(spec.disk),
    labels: marksOf({ environment: environment.name, addr: self }),
    userData: userDataOf(boot),
    first: firstAnswers(boot),
    extra: extraOf(provider, type),
  }
}

const wantParts = (spec: VmSpec, environment: EnvironmentFact): ReadonlyArray<Part> => {
  const { name, provider, ssh } = environment
  const given = isGiven(environment)
  const hostname = spec.hostname ?? (given ? undefined : nameOf(environment))
  /** A container shares the kernel, and its settings, with the machine that it runs on. */
  const shared = provider.type === 'container'
  const sysctl = { ...(given || shared ? {} : UDP_LOAD), ...spec.sysctl }
  return [
    ...(hostname === undefined ? [] : [{ what: 'setting', key: 'hostname', value: hostname } as const]),
    ...(spec.timezone === undefined ? [] : [{ what: 'setting', key: 'timezone', value: spec.timezone } as const]),
    ...sysctlParts(name, sysctl),
    ...(spec.upgrades === undefined ? [] : upgradeParts(spec.upgrades, spec.reboot ?? 'never')),
    ...(given ? [] : [{ what: 'user', name: ssh.user, shell: '/bin/bash', sudo: true, keys: ssh.authorized_keys } as const]),
    ...(given ? [] : [{ what: 'file', ...hardening() } as const]),
  ]
}

const saysOf = ({ image, type = 'machine', sized, cpus, memory, disk }: MachineWanted): string =>
  [type, image, ...(sized ? [] : [counted(cpus, 'cpu'), sizeOf(memory), `disk ${sizeOf(disk)}`])].join(', ')

export const wantVm = (self: Addr, spec: VmSpec, facts: Facts): VmWanted => {
  const environment = environmentOf(facts)
  const parts = wantParts(spec, environment)
  const serves = servedBy(facts)
  const reboots = spec.upgrades !== undefined && spec.upgrades !== 'none' && spec.reboot !== undefined && spec.reboot !== 'never'
  const base = { self, parts, serves, ...(reboots && { reboot: spec.reboot }) }
  if (isGiven(environment)) return { ...base, says: `a server that exists, ${environment.provider.host ?? ''}` }
  const machine = wantMachine(self, spec, environment)
  return { ...base, machine, port: environment.ssh.port, says: saysOf(machine) }
}
