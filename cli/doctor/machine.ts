import { createHash } from 'node:crypto'
import type { Machine, Provider, Shell } from '../../engine/channel.js'
import type { Fault } from '../../specs/fault.js'
import { E, type Either } from '../../specs/fp.js'
import type { Opened } from '../environment.js'
import { broken, type Check, judged, ok, warn } from './check.js'

/** Where the machine of an environment is, or would be. */
export interface Provided {
  readonly opened: Opened
  readonly provider: Provider
  readonly machine: Either<Fault, Machine>
  readonly isRemembered: boolean
}

/** Why there is no LXD, the computer's own check says. */
const provider: Check<Provided> = {
  name: 'provider',
  question: ({ provider: { name, simulated }, machine }) => {
    if (E.isLeft(machine) && machine.left.code.startsWith('LXD_')) return undefined
    if (E.isLeft(machine) && machine.left.code !== 'MACHINE_MISSING') return broken(machine.left)
    return ok(simulated ? `${name}, simulated: nothing real happens` : `${name} answers`)
  },
  fix: 'deployer plan',
}

const image: Check<Provided> = {
  name: 'image',
  question: async ({ provider: { imageFrom }, opened, machine }) => {
    if (imageFrom === undefined || E.isRight(machine) || machine.left.code !== 'MACHINE_MISSING') return undefined
    const { image } = opened.environment.vm
    return judged(await imageFrom(image)(), where => ok(`${image}, ${where}`))
  },
  fix: 'lxc image list',
}

const machine: Check<Provided> = {
  name: 'machine',
  question: ({ machine, isRemembered }) => {
    if (E.isRight(machine)) {
      const { name, seen } = machine.right
      return seen.running ? ok([name, ...seen.addresses.filter(one => one !== name)].join(', ')) : warn(`${name} is stopped`)
    }
    if (machine.left.code !== 'MACHINE_MISSING') return undefined
    return isRemembered ? warn('it was made, and is gone') : ok('none yet: apply makes it')
  },
  fix: 'deployer plan, then deployer apply',
}

export const PROVIDED: ReadonlyArray<Check<Provided>> = [provider, image, machine]

/** A host, and whether it lets us in. */
export interface Door {
  readonly shell: Shell
  readonly machine: Machine
  readonly entered: Either<Fault, string>
  readonly asRoot: Either<Fault, string>
}

const login: Check<Door> = {
  name: 'login',
  question: ({ entered, machine: { login } }) => judged(entered, () => ok(`${login.user}, port ${login.port}`)),
  fix: 'deployer ssh -- -v',
}

const key: Check<Door> = {
  name: 'host key',
  question: ({ shell: { pinned, shown }, entered }) => {
    if (pinned.length > 0) return ok(`known: ${pinned.map(digestOf).join(', ')}`)
    if (E.isLeft(entered)) return undefined
    return warn(`${shown().map(digestOf).join(', ')}, seen for the first time: the next plan or apply keeps it, and then takes no other`)
  },
  fix: 'Compare it with, on the host: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
}

/** As ssh-keygen -l shows it. */
const digestOf = (line: string): string => {
  const [type = '', bytes = ''] = line.split(' ')
  const digest = createHash('sha256').update(Buffer.from(bytes, 'base64')).digest('base64').replace(/=+$/, '')
  return `${type.replace(/^ssh-/, '').toUpperCase()} SHA256:${digest}`
}

const sudo: Check<Door> = {
  name: 'sudo',
  question: ({ entered, asRoot, machine: { login } }) =>
    E.isLeft(entered) ? undefined : judged(asRoot, () => ok(login.user === 'root' ? 'not needed by root' : 'without a password')),
  fix: 'deployer ssh -t -- sudo visudo',
}

export const DOOR: ReadonlyArray<Check<Door>> = [login, key, sudo]
