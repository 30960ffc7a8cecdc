import fc from 'fast-check'
import type { Do, Rule, Thing } from '../../engine/contract.js'
import type { SealedStep, SealedStepOf } from '../../engine/model/seal.js'

/** Few names, so that steps meet each other. */
const oneOf = <A>(...values: ReadonlyArray<A>): fc.Arbitrary<A> => fc.constantFrom(...values)

export const paths = [
  '/etc/one',
  '/etc/cron.d/two',
  '/etc/systemd/system/three.service',
  '/opt/four',
  '/opt/four/five',
  '/etc/docker/daemon.json',
]
export const packages = ['docker.io', 'docker-compose', 'docker-ce', 'ufw', 'unattended-upgrades', 'curl']
export const units = ['docker.service', 'ssh.service', 'three.service', 'ufw.service']
export const users = ['root', 'ann']
export const groups = ['docker', 'sudo']
export const rules: ReadonlyArray<Rule> = [
  { allow: true, port: '22', proto: 'tcp', from: 'any' },
  { allow: true, port: '6969', proto: 'udp', from: 'any' },
  { allow: false, port: '7070', proto: 'tcp', from: '192.0.2.0/24' },
]
const things: ReadonlyArray<readonly [Thing, string]> = [
  ['file', '/etc/one'],
  ['dir', '/opt/four'],
  ['cron', '/etc/cron.d/two'],
  ['package', 'ufw'],
  ['package', 'docker.io'],
  ['unit', 'docker.service'],
  ['user', 'ann'],
  ['member', 'ann/docker'],
  ['sysctl', 'net.core.rmem_max'],
  ['setting', 'timezone'],
  ['sshd', 'sshd'],
  ['engine', 'docker'],
  ['firewall', 'ufw'],
  ['rule', 'allow 22/tcp'],
  ['chain', 'OURS'],
  ['network', 'net'],
  ['container', 'demo/tracker'],
  ['account', 'demo/mysql/tracker /p'],
]

const owned = { mode: oneOf('0644', '0600', '0755'), owner: oneOf('root', '1000'), group: oneOf('root', '1000') }
const path = oneOf(...paths)
const content = fc.oneof(oneOf('', 'a line\n', '{"live-restore":true}'), fc.record({ sealed: oneOf('d1', 'd2') }))
const policy = oneOf('allow' as const, 'deny' as const, 'reject' as const)
const labels = fc.record({ one: oneOf('1', '2') })
const root = oneOf('/opt/torrust')
const ready = oneOf({ seconds: 1 })
const service = { project: oneOf('demo'), service: oneOf('tracker', 'grafana') }
const thing = oneOf(...things).map(([what, id]) => ({ what, id }))
const some = <A extends object>(shape: { [K in keyof A]: fc.Arbitrary<A[K]> }): fc.Arbitrary<Partial<A>> =>
  fc.record(shape, { requiredKeys: [] }) as fc.Arbitrary<Partial<A>>

type Words = { readonly [D in Do]: fc.Arbitrary<Omit<SealedStepOf<D>, 'do' | 'via' | 'done' | 'mutex'>> }

const WORDS: Words = {
  'machine create': fc.record({
    name: oneOf('m', 'n'),
    image: oneOf('debian/13', 'debian/12', 'ubuntu/24.04'),
    cpus: oneOf(1, 2),
    memory: oneOf(1024),
    disk: oneOf(2048),
    labels,
    userData: content,
    first: oneOf([], [{ ask: 'setting', key: 'hostname', to: { value: 'first' } }] as const),
    extra: oneOf({}, { type: 'container' }),
  }),
  'machine update': fc
    .tuple(oneOf('m', 'n'), some({ cpus: oneOf(4), memory: oneOf(4096), running: fc.boolean(), labels }))
    .map(([name, rest]) => ({ name, ...rest })),
  'machine delete': fc.record({ name: oneOf('m', 'n') }),
  'wait ready': fc.record({ seconds: oneOf(60) }),
  put: fc.record({ ...owned, path, content }),
  dir: fc.record({ ...owned, path }),
  remove: fc.record({ path }),
  install: fc.record({ packages: fc.subarray(packages) }),
  uninstall: fc.record({ packages: fc.subarray(packages) }),
  unit: fc
    .tuple(oneOf(...units), some({ active: fc.boolean(), enabled: fc.boolean(), again: oneOf('restart' as const, 'reload' as const) }))
    .map(([name, rest]) => ({ name, ...rest })),
  user: fc.record({ name: oneOf(...users), shell: oneOf('/bin/sh'), sudo: fc.boolean(), keys: fc.subarray(['k1', 'k2']) }),
  'user delete': fc.record({ name: oneOf(...users) }),
  'group add': fc.record({ user: oneOf(...users), group: oneOf(...groups) }),
  'group remove': fc.record({ user: oneOf(...users), group: oneOf(...groups) }),
  sysctl: fc.record({ key: oneOf('net.core.rmem_max'), value: oneOf('1', '2') }),
  setting: fc.record({ key: oneOf('timezone' as const, 'hostname' as const), value: oneOf('x', 'y') }),
  'sshd load': fc.record({ ports: fc.subarray([22, 2222]), passwords: fc.boolean(), root: fc.boolean() }),
  firewall: fc.record({ active: fc.boolean(), incoming: policy, outgoing: policy, routed: policy, ipv6: fc.boolean() }),
  'rule add': fc.record({ rule: oneOf(...rules), comment: oneOf('deployer:demo', '') }),
  'rule remove': fc.record({ rule: oneOf(...rules) }),
  chain: fc.record({ name: oneOf('OURS'), ipv4: fc.subarray(['-j DROP']), ipv6: fc.subarray(['-j DROP']) }),
  arm: fc.record({ name: oneOf('undo'), seconds: oneOf(60), things: fc.array(thing, { maxLength: 3 }) }),
  confirm: fc.record({ name: oneOf('undo'), port: oneOf(22, 2222) }),
  'engine config': fc.record({ path: oneOf('/etc/docker/daemon.json'), content, config: oneOf({}, { 'live-restore': true }) }),
  restore: fc
    .tuple(thing, oneOf('absent' as const, 'present' as const))
    .map(([{ what, id }, before]) => ({ what, id, before, ...(before === 'present' ? { kept: `${what} ${id}` } : {}) })),
  network: fc
    .tuple(fc.record({ name: oneOf('net'), bridge: oneOf('dp1'), labels }), some({ inside: oneOf(true as const) }))
    .map(([network, rest]) => ({ ...network, ...rest })),
  'network remove': fc.record({ name: oneOf('net') }),
  fetch: fc.record({ images: fc.uniqueArray(oneOf('mysql:8.4@sha256:1', 'mysql:8.4@sha256:2'), { minLength: 1 }) }),
  pull: fc.record({ image: oneOf('mysql:8.4@sha256:1', 'mysql:8.4@sha256:2') }),
  try: fc.record({ ...service, root, ports: fc.subarray(['6969/udp']), scratch: oneOf([]), ready }),
  up: fc.record({
    ...service,
    root,
    image: oneOf('mysql:8.4@sha256:1'),
    digest: oneOf('d1', 'd2'),
    files: oneOf([]),
    networks: fc.subarray(['net']),
    ready,
    opens: oneOf([], [{ ask: 'port', key: '6969/udp', to: { process: 'docker-proxy' } }] as const),
  }),
  down: fc.record(service),
  signal: fc.record({ ...service, signal: oneOf('SIGHUP') }),
  sql: fc
    .tuple(
      content,
      some({ account: oneOf('demo/mysql/tracker /p'), password: content, retains: fc.boolean(), grants: fc.subarray(['ALL']) }),
    )
    .map(([statement, rest]) => ({ project: 'demo', service: 'mysql', folder: '/p', statement, ...rest })),
  cron: fc.record({ path: oneOf('/etc/cron.d/two'), lines: fc.subarray(['0 3 * * * root true', '@reboot root true']) }),
  run: fc.record({ argv: oneOf(['true']), effects: oneOf([], [{ ask: 'port', key: '6969/udp', to: { process: 'tracker' } }] as const) }),
}

const placeOf = (sort: Do): 'provider' | 'vm.main' => (sort.startsWith('machine') ? 'provider' : 'vm.main')

/** A step of every sort there is, as it comes from a wire. */
export const anyStep: fc.Arbitrary<SealedStep> = fc.oneof(
  ...(Object.keys(WORDS) as ReadonlyArray<Do>).map(sort =>
    (WORDS[sort] as fc.Arbitrary<object>).map(
      words => JSON.parse(JSON.stringify({ do: sort, via: placeOf(sort), ...words })) as SealedStep,
    ),
  ),
)
export const everySort = Object.keys(WORDS) as ReadonlyArray<Do>
