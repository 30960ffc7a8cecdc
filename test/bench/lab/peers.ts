import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { KEY } from '../../lab/cache.js'
import { must, run } from '../../lab/run.js'
import { type Figure, median } from '../measure.js'
import { addressOf, type Bench } from './converged.js'
import { LIMITS } from './table.js'

/** ansible-core 2.19 and community.general are in ansible 12. */
const VERSIONS = ['ansible==12.3.0', 'ansible-core==2.19.14', 'mitogen==0.3.54', 'pyinfra==3.10.0']
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'deployer-bench')
const HOME = join(CACHE, VERSIONS.join('-').replaceAll('==', '-'))
const PLAYBOOK = 'test/bench/peers/converge.yml'
const DEPLOY = 'test/bench/peers/converge.py'

/** Made once, outside the clone. Why it can't be made, or undefined. */
const install = async (): Promise<string | undefined> => {
  if (existsSync(HOME)) return undefined
  const fresh = `${HOME}.${process.pid}`
  mkdirSync(CACHE, { recursive: true })
  const venv = await run(['python3', '-m', 'venv', fresh])
  const pip = venv.code === 0 ? await run([join(fresh, 'bin', 'pip'), 'install', '-q', ...VERSIONS]) : venv
  if (pip.code === 0) renameSync(fresh, HOME)
  else rmSync(fresh, { recursive: true, force: true })
  return pip.code === 0 ? undefined : (pip.stderr || pip.stdout).trim().split('\n').at(-1)
}

interface Peer {
  readonly name: string
  readonly argv: ReadonlyArray<string>
  readonly env: { readonly [name: string]: string }
  /** What it prints when there was nothing to change. */
  readonly idle: RegExp
}

/** Programs of an environment that was moved find it by its interpreter. */
const python = (program: string): ReadonlyArray<string> => [join(HOME, 'bin', 'python3'), join(HOME, 'bin', program)]

const STRATEGIES = 'import ansible_mitogen; print(ansible_mitogen.__path__[0] + "/plugins/strategy")'

const peersAt = async (address: string, known: string, scratch: string): Promise<ReadonlyArray<Peer>> => {
  const [hosts, inventory] = [join(scratch, 'hosts.ini'), join(scratch, 'hosts.py')]
  writeFileSync(hosts, `${address} ansible_user=torrust ansible_ssh_private_key_file=${KEY} ansible_python_interpreter=/usr/bin/python3\n`)
  writeFileSync(inventory, `hosts = [("${address}", {"ssh_user": "torrust", "ssh_key": "${KEY}", "ssh_known_hosts_file": "${known}"})]\n`)
  const strategies = (await must([join(HOME, 'bin', 'python3'), '-c', STRATEGIES], `rm -r ${HOME}`)).trim()
  const argv = [...python('ansible-playbook'), '-i', hosts, PLAYBOOK]
  const idle = /changed=0 +unreachable=0 +failed=0/
  const env = {
    ANSIBLE_PIPELINING: '1',
    ANSIBLE_SSH_ARGS: `-o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=${known}`,
    ANSIBLE_HOME: join(scratch, 'ansible'),
  }
  return [
    { name: 'pyinfra', argv: [...python('pyinfra'), '-y', inventory, DEPLOY], env: {}, idle: /Grand total +(\d+) +- +- +\1\b/ },
    { name: 'mitogen', argv, env: { ...env, ANSIBLE_STRATEGY: 'mitogen_linear', ANSIBLE_STRATEGY_PLUGINS: strategies }, idle },
    { name: 'ansible', argv, env, idle },
  ]
}

const timed = async ({ argv, env, name }: Peer): Promise<{ readonly seconds: number; readonly said: string }> => {
  const began = performance.now()
  const { code, stdout, stderr } = await run(argv, { env })
  const seconds = (performance.now() - began) / 1000
  if (code !== 0) throw new Error(`${name} ended with ${code}\n${stdout}${stderr}`)
  return { seconds, said: stdout + stderr }
}

const idly = async (peer: Peer): Promise<number> => {
  const { seconds, said } = await timed(peer)
  if (!peer.idle.test(said)) throw new Error(`${peer.name} found something to change\n${said}`)
  return seconds
}

/** The others take long, and are there to be seen beside it. */
const hasLimit = ({ name }: Peer): boolean => LIMITS[`${name}_to_ours`] !== undefined

/**
 * What others take for as much on the same host when there is nothing to change, alternating with `apply`. A text instead: why
 * that can't be measured here.
 */
export const peerFigures = async (bench: Bench, scratch: string, runs: number): Promise<ReadonlyArray<Figure> | string> => {
  const missing = await install()
  if (missing !== undefined) return `Ansible, mitogen and pyinfra can't be had from PyPI: ${missing}`
  const address = await addressOf(bench.name)
  const known = join(scratch, 'known')
  const pinned = readFileSync(join(bench.desk.folder, '.deployer', 'known_hosts'), 'utf8')
  writeFileSync(known, pinned.replaceAll(`${bench.name} `, `${address} `))
  const peers = await peersAt(address, known, scratch)
  for (const peer of [...peers].reverse()) await timed(peer)
  const ours: number[] = []
  const theirs = new Map(peers.map(({ name }) => [name, [] as number[]]))
  for (let round = 0; round < runs; round++) {
    for (const peer of peers) {
      if (round > 0 && !hasLimit(peer)) continue
      ours.push((await bench.deployer('apply', '--yes')).seconds)
      theirs.get(peer.name)?.push(await idly(peer))
    }
  }
  const nothing = median(ours)
  return [
    { name: 'apply_nothing', value: nothing, unit: 's' },
    ...peers.flatMap(({ name }): ReadonlyArray<Figure> => {
      const seconds = median(theirs.get(name) ?? [])
      return [
        { name, value: seconds, unit: 's' },
        { name: `${name}_to_ours`, value: seconds / nothing, unit: 'x' },
      ]
    }),
  ]
}
