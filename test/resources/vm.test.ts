import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import type { Host, MachineSeen } from '../../engine/contract.js'
import { type VmSeen, type VmWanted, vm } from '../../resources/vm/index.js'
import { KEY, roleIn, wishFrom } from '../support/environments.js'
import { entryFor } from '../support/stage.js'

const host: Host = { os: 'debian', version: '13', arch: 'amd64', ipv6: true }
const wanted = (input: object = {}): VmWanted => entryFor(roleIn(input, 'vm.main')).want as VmWanted
const stepsFor = (want: VmWanted, seen?: VmSeen) => vm.steps(want, seen, vm.diff(want, seen), host)
const labels = { 'deployer.mark': 'deployer', 'deployer.environment': 'demo', 'deployer.addr': 'vm.main' }
const GIB = 1024 ** 3

const machine = (more: Partial<MachineSeen> = {}): MachineSeen => ({
  id: 'i-1',
  image: 'debian/13',
  cpus: 2,
  memory: 2 * GIB,
  disk: 10 * GIB,
  running: true,
  addresses: ['10.77.0.20'],
  labels,
  config: {},
  ...more,
})
/** A host on which every part is as wanted. */
const settled = (want: VmWanted, more: Partial<MachineSeen> = {}): VmSeen => ({
  machine: machine(more),
  host: {
    parts: Object.fromEntries(
      want.parts.map(part => {
        const id = 'path' in part ? part.path : 'key' in part ? part.key : 'name' in part ? part.name : ''
        return [`${part.what} ${id}`, part as never]
      }),
    ),
    sshd: { ports: [22], passwords: false, root: false },
  },
})

test('a machine is said in one line', () => {
  assert.is(vm.sentence(wanted()), 'machine, debian/13, 2 cpus, 2GiB, disk 10GiB')
  assert.is(vm.sentence(wanted({ provider: 'lxd' })), 'container, debian/13, 2 cpus, 2GiB, disk 10GiB')
  const hetzner = { kind: 'hetzner', location: 'nbg1' }
  assert.is(vm.sentence(wanted({ provider: hetzner, vm: { server_type: 'cx22' } })), 'cx22, debian/13')
  assert.is(vm.sentence(wanted({ provider: { kind: 'ssh', host: 'box.example.com' } })), 'a server that exists, box.example.com')
})

test('a first boot lets the keys in at the wanted port, and nobody with a password', () => {
  const { machine: made } = wanted({ ssh: { user: 'ops', port: 2222 } })
  const written = (path: string, content: string) => ({ path, content, permissions: '0644', owner: 'root:root' })
  const userData = `${made?.userData}`
  const { runcmd: _, ...cloud } = parse(userData)
  assert.ok(userData.startsWith('#cloud-config\n'))
  assert.equal(cloud, {
    hostname: 'demo',
    users: [{ name: 'ops', groups: ['sudo'], shell: '/bin/bash', sudo: ['ALL=(ALL) NOPASSWD:ALL'], ssh_authorized_keys: [KEY] }],
    disable_root: true,
    ssh_pwauth: false,
    write_files: [
      written(
        '/etc/ssh/sshd_config.d/00-deployer.conf',
        'PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin no\n',
      ),
      written('/etc/ssh/sshd_config.d/00-deployer-port.conf', 'Port 2222\n'),
    ],
  })
  assert.equal(
    made?.first.find(({ ask }) => ask === 'sshd'),
    { ask: 'sshd', key: 'sshd', to: { ports: [2222], passwords: false, root: false } },
  )
})

test('a machine is made, waited for, and then set up', () => {
  const want = wanted({ vm: { upgrades: 'none', sysctl: { 'vm.swappiness': 10 } }, provider: 'lxd' })
  const via = 'vm.main'
  const rooted = { mode: '0644', owner: 'root', group: 'root' }
  const [create, ...rest] = stepsFor(want)
  assert.equal({ ...create, userData: '', first: [] }, {
    do: 'machine create',
    via: 'provider',
    name: 'demo',
    image: 'debian/13',
    cpus: 2,
    memory: 2 * GIB,
    disk: 10 * GIB,
    labels,
    userData: '',
    first: [],
    extra: { profiles: ['default'], config: { 'security.nesting': true }, type: 'container' },
  } as never)
  assert.equal(rest, [
    { do: 'wait ready', via, seconds: 300, first: true },
    { do: 'setting', via, key: 'hostname', value: 'demo' },
    { do: 'setting', via, key: 'timezone', value: 'UTC' },
    { do: 'put', via, path: '/etc/sysctl.d/60-deployer-demo.conf', content: 'vm.swappiness = 10\n', ...rooted },
    { do: 'sysctl', via, key: 'vm.swappiness', value: '10' },
    { do: 'put', via, path: '/etc/apt/apt.conf.d/60-deployer-upgrades', content: 'APT::Periodic::Unattended-Upgrade "0";\n', ...rooted },
    { do: 'user', via, name: 'torrust', shell: '/bin/bash', sudo: true, keys: [KEY] },
    {
      do: 'put',
      via,
      path: '/etc/ssh/sshd_config.d/00-deployer.conf',
      content: 'PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin no\n',
      ...rooted,
    },
  ])
})

test('a machine with a kernel of its own is made ready for many packets, where the file says nothing else', () => {
  const { parts } = wanted({ vm: { sysctl: { 'net.core.rmem_max': 4194304 } } })
  assert.equal(
    parts.flatMap(part => (part.what === 'sysctl' ? [`${part.key}=${part.value}`] : [])),
    ['net.core.netdev_max_backlog=5000', 'net.core.rmem_max=4194304', 'net.core.wmem_max=8388608', 'net.netfilter.nf_conntrack_max=262144'],
  )
})

test('a machine that is made gets the upgrades that its image has missed, once', () => {
  const want = wanted()
  const installing = (seen?: VmSeen) => stepsFor(want, seen).filter(step => step.do === 'install')
  const install = { do: 'install', via: 'vm.main', packages: ['unattended-upgrades'], mutex: 'packages' }
  assert.equal(installing(), [{ ...install, upgrade: true }])
  const seen = settled(want)
  const parts = { ...seen.host?.parts, 'package unattended-upgrades': null }
  assert.equal(installing({ ...seen, host: { parts, sshd: { ports: [22], passwords: false, root: false } } }), [
    { ...install, upgrade: true },
  ])
  assert.equal(installing(seen), [])
})

test('a server that exists is not upgraded at once', () => {
  const want = wanted({ provider: { kind: 'ssh', host: 'box.example.com' }, vm: { upgrades: 'security' } })
  assert.equal(
    stepsFor(want).flatMap(step => (step.do === 'install' ? [step.upgrade] : [])),
    [undefined],
  )
})

test('upgrades that wait for a reboot are told, with when it comes', () => {
  const told = (input: object) => {
    const want = wanted(input)
    return vm.unmet(want, { ...settled(want), waiting: ['libc6', 'linux-image-6.12'] })
  }
  assert.equal(told({}), ['upgrades wait for a reboot (libc6, linux-image-6.12): it reboots at 02:00'])
  assert.equal(told({ vm: { reboot: 'never' } }), ['upgrades wait for a reboot (libc6, linux-image-6.12): reboot it when it suits'])
  assert.equal(told({ backup: { schedule: '0 2 * * *' } }), ['upgrades wait for a reboot (libc6, linux-image-6.12): it reboots at 02:30'])
})

test('more memory comes in place', () => {
  const want = wanted({ vm: { memory: '4GiB' } })
  const seen = settled(want)
  assert.equal(vm.diff(want, seen), { action: 'update', fields: [{ name: 'memory', from: '2GiB', to: '4GiB' }], files: [] })
  assert.equal(stepsFor(want, seen), [{ do: 'machine update', via: 'provider', name: 'demo', memory: 4 * GIB }])
  assert.equal(vm.impact(want, vm.diff(want, seen)), { stops: [] })
})

test('another image is another machine, and its disk is lost', () => {
  const want = wanted({ vm: { image: 'debian/13' } })
  const diff = vm.diff(want, settled(want, { image: 'debian/12' }))
  const field = { name: 'image', from: 'debian/12', to: 'debian/13', note: "sandbox can't in place" }
  assert.equal(diff, { action: 'replace', fields: [field], files: [] })
  assert.equal(vm.impact(want, diff), { stops: ['tracker.main'], seconds: 40, data: 'its disk, and everything on it' })
  assert.is(stepsFor(want, settled(want, { image: 'debian/12' }))[0]?.do, 'machine create')
})

const onLxd = (provider: object): VmWanted => wanted({ provider: { kind: 'lxd', ...provider } })
const changeOf = (from: object, to: object) => {
  const want = onLxd(to)
  const seen = settled(want, { type: 'container', config: { ...onLxd(from).machine?.extra, pool: 'default', network: 'lxdbr0' } as never })
  const diff = vm.diff(want, seen)
  const fields = diff.action === 'none' ? [] : diff.fields.map(({ name, from, to, note }) => [name, from, to, ...(note ? [note] : [])])
  const [first] = diff.action === 'none' ? [] : stepsFor(want, seen)
  return { action: diff.action, fields, step: first, impact: vm.impact(want, diff) }
}

test('containers may nest, unless the file says otherwise', () => {
  const extras = [{}, { config: { 'security.nesting': false } }, { type: 'virtual-machine' }].map(one => onLxd(one).machine?.extra.config)
  assert.equal(extras, [{ 'security.nesting': true }, { 'security.nesting': false }, {}])
})

test('what is as the provider has it by itself is no change, asked for or not', () => {
  assert.is(changeOf({}, { pool: 'default', network: 'lxdbr0' }).action, 'none')
  assert.is(changeOf({ network: 'lxdbr0' }, {}).action, 'none')
})

test('a setting that counts at once is changed while the machine runs, and one that is no longer asked for goes', () => {
  const { action, fields, step, impact } = changeOf({ config: { 'limits.processes': 9 } }, { config: { 'boot.autostart': true } })
  assert.equal(fields, [
    ['provider.config.boot.autostart', undefined, true],
    ['provider.config.limits.processes', 9, undefined],
  ])
  const extra = { profiles: ['default'], config: { 'security.nesting': true, 'boot.autostart': true }, type: 'container' }
  assert.equal({ action, step, impact }, {
    action: 'update',
    step: { do: 'machine update', via: 'provider', name: 'demo', extra },
    impact: { stops: [] },
  } as never)
})

test('other settings and profiles restart the machine, which its plan says', () => {
  for (const change of [{ config: { 'raw.lxc': 'a = b' } }, { profiles: ['default', 'more'] }]) {
    const { action, step, impact } = changeOf({}, change)
    assert.is(action, 'update')
    assert.is(step?.do === 'machine update' && step.restart, true)
    assert.equal(impact, { stops: ['tracker.main'], seconds: 20, effect: 'restarts the machine' })
  }
})

test('a machine moves to another network in place, and its address changes', () => {
  const { action, fields, step, impact } = changeOf({}, { network: 'other' })
  assert.equal([action, fields], ['update', [['provider.network', 'lxdbr0', 'other']]])
  assert.is(step?.do === 'machine update' && step.restart, undefined)
  assert.equal(impact, { stops: ['tracker.main'], seconds: 5, effect: 'moves it to another network of lxd: its address changes' })
})

test('another pool, project or type is another machine, and the plan says why', () => {
  const why = "lxd can't in place"
  assert.equal(changeOf({}, { pool: 'fast' }).fields, [['provider.pool', 'default', 'fast', why]])
  assert.equal(changeOf({ project: 'one' }, { project: 'two' }).fields, [['provider.project', 'one', 'two', why]])
  assert.is(changeOf({}, { pool: 'fast' }).action, 'replace')
  assert.equal(changeOf({}, { type: 'virtual-machine' }).fields[0], ['provider.type', 'container', 'virtual-machine', why])
})

test('a disk that is larger than asked for stays, and that is said', () => {
  const want = wanted()
  const seen = settled(want, { disk: 40 * GIB })
  assert.equal(vm.diff(want, seen), { action: 'none' })
  assert.equal(vm.unmet(want, seen), ["the disk stays at 40GiB, more than the 10GiB asked for: disks don't shrink"])
})

test('a stopped machine is started, and what could not be asked is set again', () => {
  const want = wanted()
  const seen: VmSeen = { machine: machine({ running: false }) }
  const diff = vm.diff(want, seen)
  assert.equal(diff, { action: 'update', fields: [{ name: 'running', from: false, to: true }], files: [] })
  assert.equal(vm.impact(want, diff), { stops: [], effect: 'starts the machine' })
  assert.equal(stepsFor(want, seen).slice(0, 2), [
    { do: 'machine update', via: 'provider', name: 'demo', running: true },
    { do: 'wait ready', via: 'vm.main', seconds: 300 },
  ])
  assert.not(stepsFor(want, seen).some(step => step.do === 'sshd load'))
})

test('a machine that runs and whose host is silent is waited for, with why it is silent', () => {
  const want = wanted()
  const fault = { code: 'HOST_REFUSED', host: 'demo', port: 22 } as never
  const seen = vm.read(want, {
    of: ({ ask, via }) => (ask === 'machine' ? { is: 'present', value: machine() as never } : { is: 'unasked', via, fault }),
  })
  assert.equal(seen, { machine: machine(), silent: 'HOST_REFUSED' })
  const fields = [{ name: 'host', from: 'HOST_REFUSED', to: 'answers' }]
  assert.equal(vm.diff(want, seen), { action: 'update', fields, files: [] })
  assert.is(stepsFor(want, seen)[0]?.do, 'wait ready')
})

test('a password login that somebody allowed is refused again, at the ports that there are', () => {
  const want = wanted()
  const seen = settled(want)
  const open: VmSeen = { ...seen, host: { parts: seen.host?.parts ?? {}, sshd: { ports: [22, 2222], passwords: true, root: false } } }
  assert.equal(vm.diff(want, open), {
    action: 'update',
    fields: [{ name: 'ssh with a password', from: 'allowed', to: 'refused' }],
    files: [],
  })
  assert.equal(stepsFor(want, open), [
    { do: 'wait ready', via: 'vm.main', seconds: 300 },
    { do: 'sshd load', via: 'vm.main', ports: [22, 2222], passwords: false, root: false },
  ])
})

test('an administrator whose key left the file gets in no more', () => {
  const want = wanted()
  const seen = settled(want)
  const parts = { ...seen.host?.parts, 'user torrust': { shell: '/bin/bash', groups: ['sudo'], sudo: true, keys: [KEY, 'ssh-rsa old'] } }
  assert.equal(stepsFor(want, { ...seen, host: { parts, sshd: { ports: [22], passwords: false, root: false } } }).at(-1), {
    do: 'user',
    via: 'vm.main',
    name: 'torrust',
    shell: '/bin/bash',
    sudo: true,
    keys: [KEY],
  })
})

test('of a server that exists only what is written is touched', () => {
  const provider = { kind: 'ssh', host: 'box.example.com' }
  assert.equal(wanted({ provider }).parts, [])
  assert.equal(vm.claims(wanted({ provider })), [])
  assert.equal(wanted({ provider, vm: { timezone: 'Europe/Berlin' } }).parts, [
    { what: 'setting', key: 'timezone', value: 'Europe/Berlin' },
  ])
})

test('a machine takes with it all that is on it', () => {
  const held = vm.claims(wanted()).map(claim => ({ ...claim, by: [], before: 'absent' as const }))
  assert.equal(vm.remove(held), [{ do: 'machine delete', via: 'provider', name: 'demo' }])
  assert.equal(vm.losing(held), { stops: [], sentence: 'machine demo, and its address', data: 'its disk, and everything on it' })
})

test("a provider's secrets do not get into what is made", () => {
  const token = { api_token: { env: 'HCLOUD_TOKEN' } }
  const { machine: made } = wanted({ provider: { kind: 'hetzner', location: 'nbg1', ...token }, vm: { server_type: 'cx22' } })
  assert.equal(made?.extra, { location: 'nbg1', type: 'cx22' })
})

test('a wish has the sections with a handler, and the ports of those without', () => {
  const wish = wishFrom({
    tracker: { udp: [6969], http: [{ port: 7070, domain: 'tracker.example.com' }] },
    caddy: { email: 'ops@example.com' },
  })
  assert.equal(
    wish.resources.map(({ addr }) => addr),
    ['vm.main', 'firewall.main', 'docker.main', 'compose-stack.main', 'tracker.main'],
  )
  assert.equal([wish.unhandled, wish.unreached], [['caddy.main'], ['http 7070']])
  assert.equal(
    wish.facts.flatMap(fact => (fact.fact === 'port' ? [`${fact.from} ${fact.port}/${fact.proto} ${fact.bind}`] : [])),
    [
      'caddy.main 80/tcp public',
      'caddy.main 443/tcp public',
      'caddy.main 443/udp public',
      'tracker.main 6969/udp public',
      'tracker.main 1212/tcp loopback',
      'tracker.main 1313/tcp loopback',
    ],
  )
  assert.equal(wish.reachable, ['22/tcp', '80/tcp', '443/tcp', '443/udp', '6969/udp'])
})

test.run()
