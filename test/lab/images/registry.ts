import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cached } from '../cache.js'
import { NETWORK } from '../ground.js'
import { HOSTILE } from '../hostile.js'
import { type Entry, find } from '../lxd.js'
import { must } from '../run.js'
import { Trouble } from '../trouble.js'

const HOME = cached('registry')
const PROGRAM = cached('docker-registry')
const SECONDS = 15

export interface Registry {
  readonly name: string
  /** As in an image's name: host and port. */
  readonly address: string
  readonly url: string
  readonly login?: { readonly user: string; readonly password: string }
}

export interface Registries {
  /** Plays Docker Hub: what `docker.mirrors` names. */
  readonly mirror: Registry
  readonly mirror6: Registry
  /** Holds the same, for those who log in. */
  readonly closed: Registry
}

/** A password of every sort of character. */
const LOGIN = { user: 'ops', password: HOSTILE }
/** Of that password; a registry takes bcrypt alone, which reads 72 bytes. */
const HTPASSWD = 'ops:$2y$05$deployerlabdeployerla.GR6LfQnIcnwNW6Smw9xto1QF0MC0pLC\n'

const registry = (name: string, address: string): Registry => ({ name, address, url: `http://${address}` })

export const registriesOf = async (): Promise<Registries> => {
  const config = (await find<Entry>(`/1.0/networks/${NETWORK}`))?.config
  const of = (family: string): string => (config?.[`${family}.address`] ?? '').replace(/\/.*/, '')
  const [address, address6] = [of('ipv4'), of('ipv6')]
  if (address === '' || address6 === '') throw new Trouble(`${NETWORK} has not an IPv4 and an IPv6 address`, 'npm run lab -- up')
  return {
    mirror: registry('mirror', `${address}:5000`),
    mirror6: registry('mirror6', `[${address6}]:5000`),
    closed: { ...registry('closed', `${address}:5001`), login: LOGIN },
  }
}

const fileOf = (name: string, kind: string): string => join(HOME, `${name}.${kind}`)

const configOf = ({ name, address, login }: Registry): object => ({
  version: '0.1',
  log: { level: 'warn', accesslog: { disabled: true } },
  storage: { filesystem: { rootdirectory: join(HOME, 'storage') }, delete: { enabled: true } },
  http: { addr: address },
  ...(login && { auth: { htpasswd: { realm: 'lab', path: fileOf(name, 'htpasswd') } } }),
})

export const hasProgram = (): boolean => existsSync(PROGRAM)

/** Taken out of its package: installed, it would start a registry for the whole network. */
export const fetchProgram = async (): Promise<void> => {
  const script =
    'rm -rf "$1" && mkdir -p "$1" && cd "$1" && apt-get -qq -o APT::Sandbox::User=root download docker-registry && dpkg-deb -x docker-registry_*.deb . && mv usr/bin/docker-registry "$2"'
  await must(['sh', '-c', script, 'sh', `${PROGRAM}.half`, `${PROGRAM}.whole`], 'see that apt knows docker-registry: apt-get update')
  await must(['mv', `${PROGRAM}.whole`, PROGRAM], 'look at the cache')
  rmSync(`${PROGRAM}.half`, { recursive: true })
}

/** The number may have gone to another program since. */
const pidOf = (name: string): number | undefined => {
  const file = fileOf(name, 'pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  const cmdline = `/proc/${pid}/cmdline`
  return pid > 0 && existsSync(cmdline) && readFileSync(cmdline, 'utf8').split('\0').includes(fileOf(name, 'json')) ? pid : undefined
}

/** Whether the lab's registry is up, for a test that has to say `skipped: why`. */
export const isRegistryPossible = (): string | undefined =>
  pidOf('mirror') === undefined ? "the lab's registry does not run (npm run lab -- images)" : undefined

/** With yesterday's images in it, for `up`. */
export const isStocked = (): boolean => existsSync(join(HOME, 'storage'))

const answers = async ({ url, login }: Registry): Promise<boolean> => {
  const basic = login && Buffer.from(`${login.user}:${login.password}`).toString('base64')
  return fetch(`${url}/v2/`, basic === undefined ? {} : { headers: { authorization: `Basic ${basic}` } }).then(
    ({ ok }) => ok,
    () => false,
  )
}

/** Its own session: it lives on when the terminal is closed. */
const start = async (one: Registry): Promise<void> => {
  const { name, address } = one
  if (pidOf(name) !== undefined && (await answers(one))) return
  await stop(name)
  mkdirSync(HOME, { recursive: true, mode: 0o700 })
  writeFileSync(fileOf(name, 'json'), JSON.stringify(configOf(one)))
  if (one.login) writeFileSync(fileOf(name, 'htpasswd'), HTPASSWD)
  const log = openSync(fileOf(name, 'log'), 'w')
  const child = spawn(PROGRAM, ['serve', fileOf(name, 'json')], { detached: true, stdio: ['ignore', log, log] })
  child.unref()
  writeFileSync(fileOf(name, 'pid'), `${child.pid}\n`)
  const until = performance.now() + SECONDS * 1000
  while (!(await answers(one))) {
    if (child.exitCode !== null || performance.now() > until)
      throw new Trouble(`the registry on ${address} does not start: ${readFileSync(fileOf(name, 'log'), 'utf8').slice(-400)}`, TODO)
    await sleep(50)
  }
}

const TODO = `see who else is at that port; its log is in ${HOME}`

const stop = async (name: string): Promise<void> => {
  for (let pid = pidOf(name); pid !== undefined; pid = pidOf(name)) {
    process.kill(pid, 'SIGKILL')
    await sleep(20)
  }
}

const NAMES = ['mirror', 'mirror6', 'closed'] as const

export const idleRegistries = async (all: Registries): Promise<ReadonlyArray<Registry>> => {
  const idle: Registry[] = []
  for (const name of NAMES) if (pidOf(name) === undefined || !(await answers(all[name]))) idle.push(all[name])
  return idle
}

export const startRegistries = async (some: ReadonlyArray<Registry>): Promise<void> => {
  for (const one of some) await start(one)
}

/** Layers and program stay in the cache; true when there was anything. */
export const removeRegistries = async (): Promise<boolean> => {
  const had = existsSync(HOME)
  for (const name of NAMES) await stop(name)
  rmSync(HOME, { recursive: true, force: true })
  return had
}
