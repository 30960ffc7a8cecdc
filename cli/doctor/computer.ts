import { constants } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type LxdHere, lxdReady } from '../../providers/index.js'
import type { Fault } from '../../specs/fault.js'
import { E } from '../../specs/fp.js'
import type { Provider } from '../../specs/provider.js'
import type { Context } from '../context.js'
import { quoted } from '../render/command-line.js'
import { type Answer, bad, broken, type Check, ok, warn } from './check.js'
import { isAllowed, pathOf, told } from './programs.js'

/** This computer, and what is wanted of it. */
export interface Computer {
  readonly context: Context
  /** Undefined: no environment says what is needed, so nothing is missing. */
  readonly provider: Provider | undefined
  /** The private key to log in with; undefined: ssh itself decides. */
  readonly key: string | undefined
  readonly lxd: Promise<E.Either<Fault, LxdHere>>
}

export const computerOf = (context: Context, provider?: Provider, key?: string): Computer => {
  const { home, env } = context
  return {
    context,
    provider,
    key: provider === undefined ? (env.DEPLOYER__SSH__KEY ?? join(home, '.ssh/id_ed25519')) : key,
    lxd: lxdReady(provider?.kind === 'lxd' ? provider : {}, { home, env })(),
  }
}

const isReal = ({ provider }: Computer): boolean => provider !== undefined && provider.kind !== 'sandbox'

/** What is missing counts only where it is needed. */
const missing = (computer: Computer, says: string, fix?: string): Answer => (isReal(computer) ? bad(says, fix) : warn(says, fix))

const OLDEST_NODE = [20, 19] as const
const OLDEST_SSH = [7, 6] as const

const isOlder = ([major = 0, minor = 0]: ReadonlyArray<number>, [leastMajor, least]: readonly [number, number]): boolean =>
  major < leastMajor || (major === leastMajor && minor < least)

const node: Check<Computer> = {
  name: 'node',
  question: () => {
    const { node: version } = process.versions
    return isOlder(version.split('.').map(Number), OLDEST_NODE) ? bad(`${version} is too old`) : ok(version)
  },
  fix: `Install Node.js ${OLDEST_NODE.join('.')} or later: https://nodejs.org`,
}

const ssh: Check<Computer> = {
  name: 'ssh',
  question: async computer => {
    const { context } = computer
    if ((await pathOf('ssh', context)) === undefined) return missing(computer, 'there is no ssh')
    const { text } = await told(['ssh', '-V'], context)
    const [, name, major, minor] = /^((?:OpenSSH)\S*?_(\d+)\.(\d+)\w*)/m.exec(text) ?? []
    if (name === undefined) return missing(computer, `it is not OpenSSH: ${text.split('\n')[0]}`)
    return isOlder([Number(major), Number(minor)], OLDEST_SSH) ? missing(computer, `${name} is too old`) : ok(name)
  },
  fix: `Install OpenSSH ${OLDEST_SSH.join('.')} or later: sudo apt install openssh-client`,
}

const keygen: Check<Computer> = {
  name: 'ssh-keygen',
  question: async computer => {
    const file = await pathOf('ssh-keygen', computer.context)
    return file === undefined ? missing(computer, 'there is no ssh-keygen') : ok(file)
  },
  fix: 'Install OpenSSH: sudo apt install openssh-client',
}

const pair: Check<Computer> = {
  name: 'key pair',
  question: async computer => {
    const { key, context } = computer
    if (key === undefined) return undefined
    const file = key.replace(/^~(?=\/)/, context.home)
    const shown = shownFrom(file, context.home)
    const at = await stat(file).catch(() => undefined)
    if (at === undefined) return missing(computer, `there is no ${shown}`)
    if (!at.isFile()) return missing(computer, `${shown} is not a file`)
    if (!(await isAllowed(file, constants.R_OK))) return missing(computer, `${shown} cannot be read`, `sudo chown "$USER" ${typed(shown)}`)
    if ((at.mode & 0o077) !== 0) return missing(computer, `${shown} can be read by others`, `chmod 600 ${typed(shown)}`)
    if (!(await isAllowed(`${file}.pub`, constants.R_OK)))
      return missing(computer, `there is no ${shown}.pub`, `ssh-keygen -y -f ${typed(shown)} > ${typed(`${shown}.pub`)}`)
    return (await isLocked(file, context))
      ? missing(computer, `${shown} has a passphrase, and no agent holds it`, `ssh-add ${typed(shown)}`)
      : ok(shown)
  },
  fix: ({ key = '', context }) => `ssh-keygen -t ed25519 -f ${typed(shownFrom(key, context.home))}`,
}

/** A path that a shell understands, as people write it. */
const shownFrom = (file: string, home: string): string => (file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file)
const typed = (path: string): string => (path.startsWith('~/') ? `~/${quoted(path.slice(2))}` : quoted(path))

/** Nobody is asked for a passphrase in the middle of a run. */
const isLocked = async (file: string, context: Context): Promise<boolean> => {
  const opened = await told(['ssh-keygen', '-y', '-P', '', '-f', file], context)
  if (opened.well || !/incorrect passphrase/.test(opened.text)) return false
  const [print, held] = await Promise.all([told(['ssh-keygen', '-lf', `${file}.pub`], context), told(['ssh-add', '-l'], context)])
  const digest = /SHA256:\S+/.exec(print.text)?.[0]
  return digest === undefined || !held.text.includes(digest)
}

const isLxd = ({ provider }: Computer): boolean => provider === undefined || provider.kind === 'lxd'

const lxd: Check<Computer> = {
  name: 'LXD or Incus',
  question: async computer => {
    if (!isLxd(computer)) return undefined
    const here = await computer.lxd
    if (E.isLeft(here)) return broken(here.left, isReal(computer) ? 'fail' : 'warn')
    const { make, version, place, lacks } = here.right
    const name = `${make === 'incus' ? 'Incus' : 'LXD'} ${version}, ${place}`
    const command = make === 'incus' ? 'incus admin init --auto' : 'lxd init --auto'
    return lacks.length === 0 ? ok(name) : missing(computer, `${name}: its profile gives machines no ${lacks.join(' and no ')}`, command)
  },
  fix: 'sudo snap install lxd',
}

const KVM = '/dev/kvm'

const kvm: Check<Computer> = {
  name: 'virtual machines',
  question: async ({ provider, lxd }) => {
    const here = await lxd
    const isWanted = provider?.kind === 'lxd' && provider.type === 'virtual-machine'
    if (E.isLeft(here) || (provider !== undefined && !isWanted) || !here.right.place.startsWith('/')) return undefined
    const why = !here.right.virtualMachines
      ? 'this LXD is built without them'
      : (await stat(KVM).catch(() => undefined)) === undefined
        ? `there is no ${KVM}`
        : undefined
    if (why === undefined) return ok('possible')
    return isWanted ? bad(`not here: ${why}`) : ok(`not here (${why}); containers are`)
  },
  fix: 'Take containers: provider.type: container. For virtual machines, give LXD its QEMU and turn virtualization on in the firmware',
}

export const COMPUTER: ReadonlyArray<Check<Computer>> = [node, ssh, keygen, pair, lxd, kvm]
