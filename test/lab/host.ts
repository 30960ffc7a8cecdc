import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { forget, KEY, knownHostsOf } from './cache.js'
import { CONFIG, DEVICES } from './ground.js'
import { aliasOf, DEBIANS, type Debian, isDebian } from './image.js'
import { inside, ranInside } from './inside.js'
import { find, type Instance, instances, isOurs, lxc, MARK, query } from './lxd.js'
import { must, type Ran, type RunOptions, run } from './run.js'
import { Trouble } from './trouble.js'

const USER = 'lab'
const PORT = 22
const SECONDS = 60
const UP = 'npm run lab -- up'

export interface LabHost {
  readonly name: string
  readonly debian: string
  readonly address: string
  readonly address6: string
  /** `user` may become root with sudo, without a password. */
  readonly ssh: { readonly user: string; readonly port: number; readonly key: string; readonly knownHosts: string }
  /** As root and not over ssh, so that it works when ssh does not. */
  readonly exec: (argv: ReadonlyArray<string>, options?: RunOptions) => Promise<Ran>
  readonly remove: () => Promise<void>
}

export interface HostOptions {
  readonly name: string
  readonly debian?: Debian
}

/** Why no host can be had here and now, for a test that has to say `skipped: why`. */
export const isLabPossible = (): string | undefined => {
  if (process.platform !== 'linux') return 'a lab needs Linux'
  const { status } = spawnSync('lxc', ['query', '/1.0'], { stdio: 'ignore', timeout: 5000 })
  if (status !== 0) return `no LXD answers here (${UP})`
  const missing = DEBIANS.filter(debian => spawnSync('lxc', ['query', `/1.0/images/aliases/${aliasOf(debian)}`]).status !== 0)
  return missing.length > 0 ? `LXD has no lab image of Debian ${missing.join(', ')} (${UP})` : undefined
}

export const ensureKey = async (): Promise<void> => {
  if (!existsSync(KEY))
    await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'deployer-lab', '-f', KEY], 'install openssh-client')
}

const userData = (): string => {
  const key = readFileSync(`${KEY}.pub`, 'utf8').trim()
  const user = { name: USER, shell: '/bin/bash', sudo: 'ALL=(ALL) NOPASSWD:ALL', ssh_authorized_keys: [key] }
  return `#cloud-config\n${JSON.stringify({ users: [user] })}\n`
}

interface State {
  readonly status: string
  readonly network: {
    readonly [nic: string]: {
      readonly addresses: ReadonlyArray<{ readonly family: string; readonly scope: string; readonly address: string }>
    }
  } | null
}

/** Of eth0 alone: once Docker runs, bridges of its own stand beside it. */
const addressesOf = async (name: string): Promise<{ readonly address?: string; readonly address6?: string }> => {
  const { network } = await query<State>(`/1.0/instances/${name}/state`)
  const global = (network?.eth0?.addresses ?? []).filter(({ scope }) => scope === 'global')
  const of = (wanted: string): string | undefined => global.find(({ family }) => family === wanted)?.address
  const [address, address6] = [of('inet'), of('inet6')]
  return { ...(address !== undefined && { address }), ...(address6 !== undefined && { address6 }) }
}

const hostOf = (name: string, debian: string, address: string, address6: string): LabHost => ({
  name,
  debian,
  address,
  address6,
  ssh: { user: USER, port: PORT, key: KEY, knownHosts: knownHostsOf(name) },
  exec: (argv, options) => ranInside(name, argv, options),
  remove: () => removeHost(name),
})

export const sshOf = ({ address, ssh }: LabHost): ReadonlyArray<string> => {
  const options = [`UserKnownHostsFile=${ssh.knownHosts}`, 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes']
  return ['ssh', '-i', ssh.key, ...options.flatMap(option => ['-o', option]), `${ssh.user}@${address}`]
}

const diagnose = (name: string): string => `see what it says: lxc console --show-log ${name}; lxc exec ${name} -- systemctl --failed`

const awaitAddresses = async (name: string): Promise<{ readonly address: string; readonly address6: string }> => {
  const end = performance.now() + SECONDS * 1000
  while (performance.now() < end) {
    const { address, address6 } = await addressesOf(name)
    if (address !== undefined && address6 !== undefined) return { address, address6 }
    await sleep(100)
  }
  throw new Trouble(`${name} has not got an IPv4 and an IPv6 address within ${SECONDS} s`, diagnose(name))
}

/** Whatever its sshd would show a stranger is taken from inside, so the first connection already knows whom it meets. */
const pinKeys = async ({ name, address, address6, ssh }: LabHost): Promise<void> => {
  const keys = await inside(name, 'cat /etc/ssh/ssh_host_*_key.pub')
  const lines = keys
    .trim()
    .split('\n')
    .map(line => `${address},${address6} ${line.split(' ').slice(0, 2).join(' ')}\n`)
  writeFileSync(ssh.knownHosts, lines.join(''))
}

const awaitBoot = async (host: LabHost): Promise<void> => {
  const { stdout } = await host.exec(['systemctl', 'is-system-running', '--wait'], { seconds: SECONDS })
  if (stdout.trim() !== 'running') throw new Trouble(`${host.name} has booted, but is "${stdout.trim()}"`, diagnose(host.name))
  // Its keys are made in the course of the boot, one sort after the other.
  await host.exec(['cloud-init', 'status', '--wait'], { seconds: SECONDS })
  await pinKeys(host)
  await must([...sshOf(host), 'sudo', '-n', 'true'], diagnose(host.name), { seconds: 20 })
}

/** A fresh host that has booted clean and lets `ssh.user` in. */
export const labHost = async ({ name, debian = '13' }: HostOptions): Promise<LabHost> => {
  if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
    throw new Trouble(`"${name}" cannot be a host's name`, 'take small letters, digits and hyphens, beginning with a letter')
  if ((await find(`/1.0/instances/${name}`)) !== undefined)
    throw new Trouble(`there already is a machine ${name}`, `take another name, or first: npm run lab -- rm ${name}`)
  if ((await find(`/1.0/images/aliases/${aliasOf(debian)}`)) === undefined) throw new Trouble(`there is no image of Debian ${debian}`, UP)
  await ensureKey()
  const config = { ...CONFIG, 'user.user-data': userData(), [MARK]: debian }
  const input = JSON.stringify({ config, devices: DEVICES })
  await lxc(['launch', '-q', aliasOf(debian), name, '--no-profiles'], { input })
  const { address, address6 } = await awaitAddresses(name)
  const host = hostOf(name, debian, address, address6)
  await awaitBoot(host)
  return host
}

export interface Listed {
  readonly host: LabHost
  readonly state: string
}

const ours = async (): Promise<ReadonlyArray<Instance>> => (await instances()).filter(isOurs)

export const listHosts = async (): Promise<ReadonlyArray<Listed>> => {
  const listed = (await ours()).map(async ({ name, status, config }) => {
    const { address = '', address6 = '' } = await addressesOf(name)
    return { host: hostOf(name, config[MARK] ?? '', address, address6), state: status.toLowerCase() }
  })
  return Promise.all(listed)
}

/** Those of yesterday that LXD has not started by itself. */
export const startStopped = async (): Promise<void> => {
  for (const { name, status } of await ours()) if (status !== 'Running') await lxc(['start', name])
}

/** One that is gone already is fine; one that is not the lab's stays. */
export const removeHost = async (name: string): Promise<void> => {
  const found = await find<Instance>(`/1.0/instances/${name}`)
  if (found !== undefined && !isOurs(found)) throw new Trouble(`the lab has not made ${name}`, `if you have: lxc delete --force ${name}`)
  if (found !== undefined) await deleted(name)
  forget(knownHostsOf(name))
}

const BUSY = 60

/** One that is just restarting is deleted once it has. */
const deleted = async (name: string): Promise<void> => {
  for (let seconds = 0; ; seconds++) {
    const { code, stderr } = await run(['lxc', 'delete', '--force', name], { seconds: 120 })
    if (code === 0 || /not found/i.test(stderr)) return
    if (!/busy running/i.test(stderr) || seconds >= BUSY) throw new Trouble(`${name} cannot be deleted: ${stderr.trim()}`, diagnose(name))
    await sleep(1000)
  }
}

export const removeHosts = async (): Promise<number> => {
  const all = await ours()
  await Promise.all(all.map(({ name }) => removeHost(name)))
  return all.length
}

export const debianOf = (text: string): Debian => {
  if (isDebian(text)) return text
  throw new Trouble(`there is no lab image of Debian ${text}`, `take one of: ${DEBIANS.join(', ')}`)
}
