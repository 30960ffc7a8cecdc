import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Check, examined, type Finding } from '../../cli/doctor/check.js'
import { COMPUTER, computerOf } from '../../cli/doctor/computer.js'
import { HOST, hostScript, textsIn } from '../../cli/doctor/host.js'
import { DOOR, PROVIDED } from '../../cli/doctor/machine.js'
import type { Provider, Shell } from '../../engine/channel.js'
import type { Fault } from '../../specs/fault.js'
import { E } from '../../specs/fp.js'
import type { Provider as Section } from '../../specs/provider.js'
import { contextIn, demo, deployer, folder, parsed } from '../support/cli.js'

const lxd = (more: object = {}): Section =>
  ({ kind: 'lxd', type: 'container', profiles: ['default'], config: {}, socket: '/nowhere/unix.socket', ...more }) as Section

const found = async <P>(checks: ReadonlyArray<Check<P>>, place: P, name: string): Promise<Finding | undefined> =>
  (await examined(checks, place)).find(one => one.name === name)
const aboutHere = (cwd: string, provider: Section | undefined, name: string) =>
  found(COMPUTER, computerOf({ ...contextIn(cwd), env: { PATH: process.env.PATH } }, provider, join(cwd, 'key')), name)

test('a check that is not ok has a remedy, one that is ok has none', async () => {
  const checks: ReadonlyArray<Check<number>> = [
    { name: 'even', question: n => ({ level: n % 2 === 0 ? 'ok' : 'fail', says: String(n) }), fix: n => `take ${n + 1}` },
    { name: 'never', question: () => undefined, fix: '' },
  ]
  assert.equal(await examined(checks, 2), [{ name: 'even', level: 'ok', says: '2' }])
  assert.equal(await examined(checks, 3), [{ name: 'even', level: 'fail', says: '3', fix: 'take 4' }])
})

test('without an environment only this computer is asked, and nothing is written', async () => {
  const cwd = folder()
  const { code, stdout } = await deployer(['doctor'], { cwd, env: { PATH: process.env.PATH ?? '' } })
  assert.is(code, 0)
  assert.match(stdout, /^This computer\nok {4}node +\d+\.\d+\.\d+\n/)
  assert.match(stdout, `warn  key pair            there is no ~/.ssh/id_ed25519\n`)
  assert.match(stdout, `                          Fix: ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519\n`)
  assert.match(stdout, /\n\n\d+ ok, \d+ warn, 0 fail\.\n$/)
  assert.equal(readdirSync(cwd), [])
})

test('without an environment the key is the one that variables name', () => {
  const { key } = computerOf({ ...contextIn('/home/me'), env: { DEPLOYER__SSH__KEY: '/keys/one' } })
  assert.is(key, '/keys/one')
})

test('an environment on a simulated host is well before and after its first apply', async () => {
  const cwd = demo()
  const findings = async (): Promise<ReadonlyArray<readonly [string, string]>> => {
    const { areas } = parsed(await deployer(['doctor', '--json'], { cwd })).result
    const [, environment] = areas
    return environment.findings.map(({ name, level, says }: Finding) => [name, `${level} ${says}`])
  }
  assert.equal(await findings(), [
    ['file', 'ok environment.yaml'],
    ['secrets', 'ok 1 secret'],
    ['state', 'ok none yet: the first apply makes it'],
    ['lock', 'ok free'],
    ['last run', 'ok none yet'],
    ['provider', 'ok sandbox, simulated: nothing real happens'],
    ['machine', 'ok none yet: apply makes it'],
  ])
  assert.equal(readdirSync(cwd), ['environment.yaml'])
  await deployer(['apply', '--yes'], { cwd })
  const after = new Map(await findings())
  assert.equal([after.get('last run'), after.get('state')], ['ok run 1, apply, done', 'ok .deployer/state.db'])
  assert.match(after.get('machine') ?? '', 'ok demo, ')
})

test('a file with mistakes fails, and a file that was named has to be there', async () => {
  const { code, stdout } = await deployer(['doctor'], { cwd: demo('vm: { cpus: none }\n') })
  assert.is(code, 1)
  assert.match(stdout, /\nfail {2}file +environment\.yaml has 1 problem\n +Fix: See every problem with: deployer validate\n/)
  const missing = await deployer(['doctor', 'no.yaml', '--json'], { cwd: folder() })
  assert.equal([missing.code, parsed(missing).fault.code], [1, 'FILE_MISSING'])
})

test('a damaged state fails with its remedy', async () => {
  const cwd = demo()
  mkdirSync(join(cwd, '.deployer'))
  writeFileSync(join(cwd, '.deployer/state.db'), 'no database')
  const { code, stdout } = await deployer(['doctor'], { cwd })
  assert.is(code, 1)
  assert.match(stdout, /\nfail {2}state +\S*state\.db is damaged/)
})

test('a key pair is there, private, and has its other half', async () => {
  const cwd = folder()
  const key = join(cwd, 'key')
  const says = async (): Promise<string | undefined> => {
    const { level, says, fix } = (await aboutHere(cwd, lxd(), 'key pair')) ?? {}
    return `${level}: ${says}; ${fix}`.replaceAll('~', '')
  }
  assert.is(await says(), 'fail: there is no /key; ssh-keygen -t ed25519 -f /key')
  writeFileSync(key, 'no key at all', { mode: 0o644 })
  assert.is(await says(), 'fail: /key can be read by others; chmod 600 /key')
  chmodSync(key, 0o600)
  assert.is(await says(), 'fail: there is no /key.pub; ssh-keygen -y -f /key > /key.pub')
  writeFileSync(`${key}.pub`, 'ssh-ed25519 AAAA')
  assert.is(await says(), 'ok: /key; undefined')
  assert.is(await aboutHere(cwd, { kind: 'ssh', host: 'a.example' } as Section, 'LXD or Incus'), undefined)
})

test('what is missing fails where it is needed, and warns where it may be', async () => {
  const cwd = folder()
  assert.is((await aboutHere(cwd, lxd(), 'LXD or Incus'))?.level, 'fail')
  assert.is((await aboutHere(cwd, { kind: 'sandbox', seed: 0 } as Section, 'key pair'))?.level, 'warn')
  const programs = computerOf({ ...contextIn(cwd), env: { PATH: cwd } }, lxd(), undefined)
  assert.equal(
    (await examined(COMPUTER, programs)).map(({ name, level }) => `${name} ${level}`),
    ['node ok', 'ssh fail', 'ssh-keygen fail', 'LXD or Incus fail'],
  )
})

test('a server without a network or a disk for machines is told how to get them, and virtual machines need their support', async () => {
  const cwd = folder()
  const socket = join(cwd, 'unix.socket')
  let devices: object = {}
  const server = createServer(({ url = '' }, response) => {
    const value = url.includes('/profiles/')
      ? { devices }
      : { auth: 'trusted', environment: { server: 'lxd', server_version: '5.0.2', driver: 'lxc' } }
    response.end(JSON.stringify({ type: 'sync', error_code: 0, error: '', metadata: value }))
  })
  await new Promise<void>(resolve => server.listen(socket, resolve))
  try {
    const bare = await aboutHere(cwd, lxd({ socket }), 'LXD or Incus')
    assert.equal([bare?.level, bare?.fix], ['fail', 'lxd init --auto'])
    assert.match(bare?.says ?? '', 'its profile gives machines no network and no root disk')
    devices = { root: { type: 'disk', path: '/' }, eth0: { type: 'nic' } }
    assert.is((await aboutHere(cwd, lxd({ socket }), 'LXD or Incus'))?.says, `LXD 5.0.2, ${socket}`)
    assert.is(await aboutHere(cwd, lxd({ socket }), 'virtual machines'), undefined)
    const virtual = await aboutHere(cwd, lxd({ socket, type: 'virtual-machine' }), 'virtual machines')
    assert.equal([virtual?.level, virtual?.says], ['fail', 'not here: this LXD is built without them'])
  } finally {
    server.close()
  }
})

const HEALTHY: { readonly [name: string]: string } = {
  system: 'debian 13 x86_64',
  clock: '1000',
  disk: '9000000 /',
  'file system': 'rw,relatime',
  packages: '',
  reboot: '',
}
const aboutHost = async (answers: object): Promise<ReadonlyArray<string>> => {
  const texts = new Map(Object.entries({ ...HEALTHY, ...answers }))
  const findings = await examined(HOST, { host: 'demo', texts, clock: 1010, exec: 'deployer exec' })
  return findings.filter(({ level }) => level !== 'ok').map(({ name, level, says, fix }) => `${level} ${name}: ${says}; ${fix}`)
}

test('a healthy host has nothing to mend, and each illness has its remedy', async () => {
  assert.equal(await aboutHost({}), [])
  assert.equal(await aboutHost({ clock: '100' }), [
    'warn clock: 910 s behind this computer; deployer exec --sudo -- timedatectl set-ntp true',
  ])
  assert.equal(await aboutHost({ disk: '524288 /var' }), ['warn disk: 0.5 GiB free on /var; deployer exec --sudo -- apt-get clean'])
  assert.equal(await aboutHost({ disk: '1024 /' }), ['fail disk: 0.0 GiB free on /; deployer exec --sudo -- apt-get clean'])
  assert.equal(await aboutHost({ packages: '0001' }), [
    'fail packages: dpkg was interrupted: 0001; deployer exec --sudo -- dpkg --configure -a',
  ])
  assert.equal((await aboutHost({ 'file system': 'ro,noatime' })).length, 1)
  assert.equal(await aboutHost({ reboot: '*** System restart required ***' }), [
    'warn reboot: upgrades wait for one; deployer exec --sudo -- systemctl reboot',
  ])
  assert.match((await aboutHost({ system: 'fedora 40 x86_64' }))[0] ?? '', 'fail system: demo runs fedora 40')
})

test('what a host prints before and between its answers is none of them', () => {
  const mark = 'c0ffee'
  assert.match(hostScript(mark), `echo '${mark} clock'\n(\ndate +%s\n)`)
  assert.equal(
    [...textsIn(`banner\n${mark} clock\n12\n${mark} disk\n34 /\n${mark}\n`, mark)],
    [
      ['clock', '12\n'],
      ['disk', '34 /\n'],
    ],
  )
})

const machine = (more: object = {}) => ({
  addr: 'vm.main' as const,
  name: 'demo',
  login: { user: 'ann', port: 22 },
  seen: { id: 'demo', image: '', cpus: 1, memory: 1, disk: 1, running: true, addresses: ['10.0.0.1'], labels: {}, config: {}, ...more },
})

test('a machine that is stopped or gone is a warning, and one that was never made is none', async () => {
  const provider = { name: 'lxd', simulated: false } as Provider
  const opened = { environment: { vm: { image: 'debian/13' } } } as never
  const at = (one: E.Either<Fault, ReturnType<typeof machine>>, isRemembered = false) =>
    found(PROVIDED, { opened, provider, machine: one, isRemembered }, 'machine')
  const missing = E.left({ code: 'MACHINE_MISSING', addr: 'vm.main' } as const)
  assert.equal(
    [(await at(E.right(machine({ running: false }))))?.says, (await at(E.right(machine())))?.says],
    ['demo is stopped', 'demo, 10.0.0.1'],
  )
  assert.equal([(await at(missing))?.level, (await at(missing, true))?.level], ['ok', 'warn'])
  assert.is(await at(E.left({ code: 'PROVIDER_FAILED', provider: 'lxd', why: 'x' })), undefined)
})

test('a host that lets nobody in is asked nothing more', async () => {
  const shell = { pinned: ['ssh-ed25519 AAAA'] } as unknown as Shell
  const refused = E.left({ code: 'LOGIN_REFUSED', host: 'demo', user: 'ann' } as const)
  const findings = await examined(DOOR, { shell, machine: machine(), entered: refused, asRoot: refused })
  assert.equal(
    findings.map(({ name, level }) => `${level} ${name}`),
    ['fail login', 'ok host key'],
  )
})

test.run()
