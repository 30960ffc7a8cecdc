import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KEY } from '../../lab/cache.js'
import { type Desk, deskOf, type Said, told } from '../../lab/cli.js'
import { registriesOf } from '../../lab/images/registry.js'
import { instances, query } from '../../lab/lxd.js'
import { must, run } from '../../lab/run.js'

/** A user with a file for a machine of LXD. */
export interface Bench {
  readonly name: string
  readonly desk: Desk
  /** Ends in no way but well. */
  readonly deployer: (...words: ReadonlyArray<string>) => Promise<Said>
  /** The file with these sections in place of its own. */
  readonly rewrite: (over: object) => void
  readonly remove: () => Promise<void>
}

const PREFIX = 'bench-'
export const TRACKER = { image: 'torrust/tracker:v3.0.0', udp: [6969], http: [7070] }

/** With the core of the stack; `over` are sections beside it or in place of it. */
export const benchOf = async (cli: string, what: string, over: object = {}): Promise<Bench> => {
  const name = `${PREFIX}${what}-${process.pid}`
  const { mirror } = await registriesOf()
  const docker = { mirrors: [mirror.url] }
  const file = { name, provider: 'lxd', ssh: { key: KEY }, docker, tracker: TRACKER, ...over }
  const desk = deskOf(cli, file)
  const deployer = async (...words: ReadonlyArray<string>): Promise<Said> => {
    const said = await desk.run(...words)
    if (said.code !== 0) throw new Error(`deployer ${words.join(' ')}: ${told(said)}`)
    return said
  }
  const remove = async (): Promise<void> => {
    await removeMachine(name)
    desk.remove()
  }
  return { name, desk, deployer, rewrite: some => desk.write({ ...file, ...some }), remove }
}

/** Of the interface that is LXD's: Docker makes others. */
export const addressOf = async (name: string): Promise<string> => {
  const { network } = await query<{ readonly network: { readonly eth0: { readonly addresses: ReadonlyArray<Address> } } }>(
    `/1.0/instances/${name}/state`,
  )
  const found = network.eth0.addresses.find(({ family, scope }) => family === 'inet' && scope === 'global')
  if (found === undefined) throw new Error(`${name} has no address`)
  return found.address
}
interface Address {
  readonly family: string
  readonly scope: string
  readonly address: string
}

/** Where much goes on at once, LXD gives up a delete after half a minute. */
const DELETES = 3
export const removeMachine = async (name: string): Promise<void> => {
  for (let time = 1; (await instances()).some(instance => instance.name === name); time++) {
    const { code } = await run(['lxc', 'delete', '--force', name])
    if (code !== 0 && time === DELETES) throw new Error(`${name} can't be removed: lxc delete --force ${name}`)
  }
}

/** Machines of benchmarks that were killed. */
export const removeLeftovers = async (): Promise<void> => {
  for (const { name } of await instances()) {
    const pid = new RegExp(`^${PREFIX}[a-z]+-(\\d+)$`).exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await removeMachine(name)
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** What ssh was given first: its words, and what came over standard input. */
export interface Sent {
  readonly words: ReadonlyArray<string>
  readonly script: string
}
export interface Witness {
  readonly path: string
  readonly sent: () => Sent
}

/** An `ssh` that keeps what it is given the first time, and then is ssh. */
export const witnessIn = async (scratch: string): Promise<Witness> => {
  const folder = join(scratch, 'witness')
  const at = (name: string): string => join(folder, name)
  const ssh = (await must(['sh', '-c', 'command -v ssh'], 'install openssh-client')).trim()
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const keeps = `printf '%s\\0' "$@" >${at('words')}; cat >${at('script')}; exec ${ssh} "$@" <${at('script')}`
  writeFileSync(at('ssh'), `#!/bin/sh\nif [ ! -e ${at('words')} ]; then ${keeps}; fi\nexec ${ssh} "$@"\n`)
  chmodSync(at('ssh'), 0o755)
  return {
    path: `${folder}:${process.env.PATH}`,
    sent: () => ({ words: readFileSync(at('words'), 'utf8').split('\0').slice(0, -1), script: readFileSync(at('script'), 'utf8') }),
  }
}
