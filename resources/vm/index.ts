import type { Addr, Answers, Asks, Claim, Diff, Held, Kind, Probe, Step, StepOf } from '../../engine/contract.js'
import { joined, NONE } from '../../engine/diff.js'
import { sizeOf } from '../../specs/size.js'
import { counted, kind, presentOf, putBack } from '../kind.js'
import { claimsOf, differing, fieldsOf, filesOf, type Part, probesOf, readParts, type SeenParts, stepsOf } from '../part.js'
import { costOf, createMachine, type MachineWanted, machineDiff, updateMachine } from './machine.js'
import { isTracked, UPGRADER } from './settings.js'
import { VmSpec } from './spec.js'
import { type VmSeen, type VmWanted, wantVm } from './wanted.js'

export { reachOf } from './wanted.js'
export type { VmSeen, VmWanted }

const SSHD = { ask: 'sshd', key: 'sshd' } as const

const claims = ({ self, machine, parts, port }: VmWanted): ReadonlyArray<Claim> => [
  ...(machine === undefined ? [] : [{ what: 'machine', id: machine.name, via: 'provider', hold: 'own', data: true } as const]),
  ...claimsOf(self, parts),
  ...(port === undefined ? [] : [{ what: 'sshd', id: 'sshd', via: self, hold: 'share' } as const]),
]

const probes = ({ self, machine, parts, port }: VmWanted): ReadonlyArray<Probe> => [
  ...(machine === undefined ? [] : [machineProbe(machine)]),
  ...probesOf(self, parts),
  ...(port === undefined ? [] : [{ ...SSHD, via: self }]),
  ...(parts.some(isUpgrader) ? [rebootAt(self)] : []),
]
const isUpgrader = (part: Part): boolean => part.what === 'package' && part.name === UPGRADER
/** Packages that count from the next start on, as their own scripts say. */
const rebootAt = (self: Addr) => ({ ask: 'file', key: '/run/reboot-required.pkgs', via: self }) as const
const machineProbe = ({ name }: MachineWanted) => ({ ask: 'machine', key: name, via: 'provider' }) as const

const read = ({ self, machine, parts, port }: VmWanted, answers: Answers): VmSeen | undefined => {
  const seen = machine === undefined ? undefined : answers.of(machineProbe(machine))
  if (machine !== undefined && seen?.is !== 'present') return undefined
  const asked = readParts(self, parts, answers)
  const sshd = port === undefined ? undefined : answers.of({ ...SSHD, via: self })
  const waiting = presentOf(answers.of(rebootAt(self)))?.content
  const silent = parts.length > 0 && Object.keys(asked).length === 0
  const [first] = silent ? probesOf(self, parts).map(probe => answers.of(probe as never)) : []
  return {
    ...(seen?.is === 'present' && { machine: seen.value }),
    ...(first?.is === 'unasked' && { silent: first.fault.code }),
    ...(waiting !== undefined && { waiting: [...new Set(waiting.split('\n').filter(line => line !== ''))].sort() }),
    ...(!silent && { host: { parts: asked, ...(sshd?.is === 'present' && { sshd: sshd.value }) } }),
  }
}

/** Of a host that can't be asked nothing is known, and all is set again. */
const hostDiff = (parts: ReadonlyArray<Part>, { host, machine, silent }: VmSeen): Diff => {
  if (host === undefined && machine?.running === false) return NONE
  if (host === undefined) return { action: 'update', fields: [{ name: 'host', from: silent ?? 'silent', to: 'answers' }], files: [] }
  const changed = differing(parts, host.parts)
  const fields = [...fieldsOf(changed, host.parts), ...sshdFields(host.sshd)]
  const files = filesOf(changed, host.parts)
  return fields.length + files.length === 0 ? NONE : { action: 'update', fields, files }
}

const sshdFields = (sshd: Asks['sshd'] | undefined) => [
  ...(sshd?.passwords ? [{ name: 'ssh with a password', from: 'allowed', to: 'refused' }] : []),
  ...(sshd?.root ? [{ name: 'ssh as root', from: 'allowed', to: 'refused' }] : []),
]

const diff = ({ machine, parts }: VmWanted, seen: VmSeen | undefined): Diff => {
  if (seen === undefined) return { action: 'create', fields: fieldsOf(parts), files: filesOf(parts) }
  const made = machine === undefined || seen.machine === undefined ? NONE : machineDiff(machine, seen.machine)
  return joined([made, hostDiff(parts, seen)])
}

/** A machine of ours that does not upgrade by itself yet gets what it has missed since its image was made. */
const upgraded =
  ({ machine }: VmWanted) =>
  (step: Step): Step =>
    machine !== undefined && step.do === 'install' && step.packages.includes(UPGRADER) ? { ...step, upgrade: true } : step

const setUp = (wanted: VmWanted, seen?: SeenParts): ReadonlyArray<Step> => {
  const { self, parts } = wanted
  const changed = differing(parts, seen)
  const isModules = (part: Part): boolean => part.what === 'file' && part.path.startsWith('/etc/modules-load.d/')
  const tracked = changed.some(part => isModules(part) || (part.what === 'sysctl' && isTracked(part.key)))
  return [
    ...stepsOf(self, changed.filter(isModules)),
    ...(tracked ? [{ do: 'unit', via: self, name: 'systemd-modules-load.service', again: 'restart' } as const] : []),
    ...stepsOf(
      self,
      changed.filter(part => !isModules(part)),
    ).map(upgraded(wanted)),
  ]
}

/** With the ports that it has: moving them is the firewall's. Not asked, not touched. */
const harden = ({ self, port }: VmWanted, sshd: Asks['sshd'] | undefined): ReadonlyArray<Step> =>
  port !== undefined && sshd !== undefined && (sshd.passwords || sshd.root)
    ? [{ do: 'sshd load', via: self, ports: sshd.ports, passwords: false, root: false }]
    : []

const ready = (self: Addr): StepOf<'wait ready'> => ({ do: 'wait ready', via: self, seconds: 300 })

const steps = (wanted: VmWanted, seen: VmSeen | undefined, { action }: Diff): ReadonlyArray<Step> => {
  const { self, machine } = wanted
  if (machine !== undefined && (seen?.machine === undefined || action === 'replace')) {
    return [createMachine(machine), { ...ready(self), first: true }, ...setUp(wanted)]
  }
  const onHost = [...setUp(wanted, seen?.host?.parts), ...harden(wanted, seen?.host?.sshd)]
  const update = machine && seen?.machine ? updateMachine(machine, seen.machine) : []
  const starts = update.some(step => step.do === 'machine update' && (step.running || step.restart || step.extra !== undefined))
  return [...update, ...(machine && (starts || onHost.length > 0) ? [ready(self)] : []), ...onHost]
}

/** What is on a machine of ours goes with it. */
const remove = (held: ReadonlyArray<Held>): ReadonlyArray<Step> => {
  const machines = held.filter(({ what }) => what === 'machine')
  return machines.length === 0 ? putBack(held) : machines.map(({ id }) => ({ do: 'machine delete', via: 'provider', name: id }))
}

const losing: Kind<VmSpec, VmWanted, VmSeen>['losing'] = held => {
  const machine = held.find(({ what }) => what === 'machine')
  return machine === undefined
    ? { stops: [], sentence: `stays; ${counted(held.length, 'setting')} as before` }
    : { stops: [], sentence: `machine ${machine.id}, and its address`, data: 'its disk, and everything on it' }
}

const impact = ({ machine, serves }: VmWanted, diff: Diff) => {
  if (diff.action === 'replace') return { stops: serves, seconds: 40, data: 'its disk, and everything on it' }
  if (diff.action === 'update' && diff.fields.some(({ name }) => name === 'running')) return { stops: [], effect: 'starts the machine' }
  const cost = machine === undefined || diff.action !== 'update' ? undefined : costOf(machine, diff.fields)
  return cost === undefined ? { stops: [] } : { stops: serves, ...cost }
}

const unmet = (wanted: VmWanted, seen: VmSeen): ReadonlyArray<string> => [...largerDisk(wanted, seen), ...pendingReboot(wanted, seen)]

const largerDisk = ({ machine }: VmWanted, { machine: seen }: VmSeen): ReadonlyArray<string> =>
  machine === undefined || seen === undefined || machine.sized || seen.disk <= machine.disk
    ? []
    : [`the disk stays at ${sizeOf(seen.disk)}, more than the ${sizeOf(machine.disk)} asked for: disks don't shrink`]

const pendingReboot = ({ reboot }: VmWanted, { waiting }: VmSeen): ReadonlyArray<string> => {
  if (waiting === undefined) return []
  const when = reboot === undefined ? 'reboot it when it suits' : `it reboots at ${reboot}`
  return [`upgrades wait for a reboot (${waiting.join(', ')}): ${when}`]
}

/** What it is, as its host and its provider say it now. */
const detail: Kind<VmSpec, VmWanted, VmSeen>['detail'] = ({ says }, { machine }, host) => {
  const system = host === undefined ? [] : [`${host.os} ${host.version}, ${host.arch}`]
  const size = machine === undefined ? [] : [`${counted(machine.cpus, 'cpu')}, ${sizeOf(machine.memory)}, disk ${sizeOf(machine.disk)}`]
  const kind = machine?.type === undefined ? [] : [machine.type]
  return {
    says: [...kind, ...system, ...size].join(', ') || says,
    data: {
      ...(host && { ...host }),
      ...(machine && {
        addresses: machine.addresses,
        image: machine.image,
        ...(machine.type !== undefined && { type: machine.type }),
        cpus: machine.cpus,
        memory: machine.memory,
        disk: machine.disk,
        running: machine.running,
      }),
    },
  }
}

export const vm: Kind<VmSpec, VmWanted, VmSeen> = kind({
  kind: 'vm',
  codec: VmSpec,
  want: wantVm,
  sentence: ({ says }) => says,
  claims,
  probes,
  read,
  diff,
  steps,
  remove,
  losing,
  impact,
  unmet,
  detail,
  checks: ({ self }) => [{ says: 'ssh lets us in', probe: { ask: 'login', key: 'ssh', via: self }, expect: {}, from: 'host' }],
})
