import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host } from '../../engine/contract.js'
import { ENDING } from '../../resources/docker/ending.js'
import { type DockerSeen, type DockerWanted, docker } from '../../resources/docker/index.js'
import type { Part } from '../../resources/part.js'
import { roleIn } from '../support/environments.js'
import { entryFor } from '../support/stage.js'

const host = (os: string, version: string): Host => ({ os, version, arch: 'amd64', ipv6: true })
const trixie = host('debian', '13')
const via = 'vm.main'
const wanted = (input: object = {}, on = trixie): DockerWanted =>
  entryFor(roleIn({ docker: input }, 'docker.main', { host: on })).want as DockerWanted
const stepsFor = (want: DockerWanted, seen?: DockerSeen) => docker.steps(want, seen, docker.diff(want, seen), trixie)

const rooted = { mode: '0644', owner: 'root', group: 'root' }
const folder = { mode: '0755', owner: 'root', group: 'root' }
const done = { ask: 'engine', key: 'docker', via }
const config = (more: object = {}): string =>
  `${JSON.stringify({ experimental: true, ip6tables: true, 'live-restore': true, ...more }, null, 2)}\n`
const loaded = { experimental: true, ip6tables: true, 'live-restore': true }

const pin = {
  path: '/etc/apt/apt.conf.d/60-deployer-docker',
  content: 'Unattended-Upgrade::Package-Blacklist {\n  "^docker";\n  "^containerd";\n  "^runc$";\n};\n',
  ...rooted,
}

const UNIT = 'deployer-containers.service'
const [ending] = ENDING as readonly [Part<'file'>]
const ends = { path: ending.path, content: ending.content, ...rooted }

const running = (more: Partial<DockerSeen> = {}): DockerSeen => ({
  parts: {
    [`file ${pin.path}`]: pin,
    'dir /etc/docker': folder,
    'dir /etc/docker/deployer-demo': folder,
    'package docker.io': { version: '26.1.5' },
    'package docker-cli': { version: '26.1.5' },
    'package docker-compose': { version: '2.26.1' },
    'unit docker.service': { active: true, enabled: true },
    [`file ${ends.path}`]: ends,
    [`unit ${UNIT}`]: { active: true, enabled: true },
    'member torrust/docker': { user: 'torrust', group: 'docker' },
  },
  source: 'distribution',
  daemon: config(),
  before: config(),
  engine: { version: '26.1.5', compose: '2.26.1', config: loaded },
  ...more,
})

test("the engine's settings are there before it is installed", () => {
  assert.equal(stepsFor(wanted()), [
    { do: 'put', via, ...pin },
    { do: 'dir', via, path: '/etc/docker', ...folder },
    { do: 'dir', via, path: '/etc/docker/deployer-demo', ...folder },
    { do: 'put', via, path: '/etc/docker/daemon.json', content: config(), ...rooted },
    { do: 'install', via, packages: ['docker.io', 'docker-cli', 'docker-compose'], mutex: 'packages' },
    { do: 'unit', via, name: 'docker.service', active: true, enabled: true },
    { do: 'unit', via, name: 'docker.service', again: 'restart', done },
    { do: 'put', via, path: '/etc/docker/deployer-demo/daemon.json', content: config(), ...rooted },
    { do: 'put', via, ...ends },
    { do: 'unit', via, name: UNIT, active: true, enabled: true },
    { do: 'group add', via, user: 'torrust', group: 'docker' },
  ])
})

test('containers are told their own signal where the engine keeps them, and only when the machine goes down', () => {
  const [, told = ''] = /^ExecStop=-\/bin\/sh -c '(.*)'$/m.exec(`${ends.content}`) ?? []
  const here = mkdtempSync(join(tmpdir(), 'deployer-ending-'))
  const inHere = (name: string): string => join(here, name)
  mkdirSync(inHere('root/containers/one'), { recursive: true })
  mkdirSync(inHere('root/containers/two'))
  writeFileSync(inHere('root/containers/one/config.v2.json'), '{"Config":{"StopSignal":"SIGINT","Tty":false}}')
  writeFileSync(inHere('root/containers/two/config.v2.json'), '{"Config":{"Tty":false}}')
  writeFileSync(inHere('daemon.json'), `{\n  "debug": true,\n  "data-root": "${inHere('root')}",\n  "ip6tables": true\n}\n`)
  writeFileSync(inHere('runc'), `#!/bin/sh\necho "$@" >>${inHere('said')}\n`, { mode: 0o755 })
  /** As systemd reads it. */
  const script = told.replaceAll('\\\\', '\\').replaceAll('$$', '$').replace('/etc/docker/daemon.json', inHere('daemon.json'))
  const goes = (state: string): string => {
    writeFileSync(inHere('systemctl'), `#!/bin/sh\necho ${state}\n`, { mode: 0o755 })
    spawnSync('/bin/sh', ['-c', script], { env: { PATH: `${here}:${process.env.PATH}` } })
    return existsSync(inHere('said')) ? readFileSync(inHere('said'), 'utf8') : ''
  }
  assert.is(goes('running'), '')
  assert.is(goes('stopping'), '--root /run/docker/runtime-runc/moby kill one SIGINT\n')
  rmSync(here, { recursive: true })
})

test('of an engine that others have set up as wanted it is noted what is ours, and a plan says that this is all', () => {
  const { 'dir /etc/docker/deployer-demo': _, ...parts } = running().parts
  const { before: __, ...seen } = { ...running(), parts }
  const diff = docker.diff(wanted(), seen)
  assert.is(docker.impact(wanted(), diff).effect, 'restarts nothing: the engine is as wanted, which is noted')
  assert.equal(
    stepsFor(wanted(), seen).map(step => ('path' in step ? step.path : step.do)),
    ['/etc/docker/deployer-demo', '/etc/docker/deployer-demo/daemon.json'],
  )
  const other = wanted({ daemon: { debug: true } })
  assert.is(docker.impact(other, docker.diff(other, seen)).effect, 'restarts the engine; containers go on')
})

test('an engine as wanted needs nothing', () => {
  assert.equal(docker.diff(wanted(), running()), { action: 'none' })
})

test('each system has its own packages, and Debian 12 those of Docker', () => {
  const said = [host('debian', '12'), trixie, host('ubuntu', '22.04'), host('ubuntu', '24.04')].map(on => {
    const want = wanted({}, on)
    const names = stepsFor(want).flatMap(step => (step.do === 'install' ? step.packages : []))
    return [docker.sentence(want), ...names].join(' ')
  })
  assert.equal(said, [
    "engine and compose, from Docker's archive, since Debian 12's compose is too old docker-ce docker-ce-cli containerd.io docker-compose-plugin",
    "engine and compose, from Debian's archive docker.io docker-cli docker-compose",
    "engine and compose, from Ubuntu's archive docker.io docker-compose-v2",
    "engine and compose, from Ubuntu's archive docker.io docker-compose-v2",
  ])
})

test("Docker's archive is trusted for its own packages only", () => {
  const puts = stepsFor(wanted({ packages: 'docker' })).flatMap(step => (step.do === 'put' ? [step] : []))
  assert.is(puts[0]?.path, '/etc/apt/keyrings/deployer-docker.asc')
  assert.equal(puts[1], {
    do: 'put',
    via,
    path: '/etc/apt/sources.list.d/deployer-docker.sources',
    content:
      'Types: deb\nURIs: https://download.docker.com/linux/debian\nSuites: trixie\nComponents: stable\nSigned-By: /etc/apt/keyrings/deployer-docker.asc\n',
    ...rooted,
  })
})

test('an engine that is there stays, whoever packaged it', () => {
  const want = wanted({ packages: 'docker' })
  assert.equal(docker.diff(want, running()), { action: 'none' })
})

const old = running().parts
const without = (...names: ReadonlyArray<string>): DockerSeen['parts'] =>
  Object.fromEntries(Object.entries(old).filter(([name]) => !names.includes(name)))

test("beside Debian 12's own engine compose comes from Docker's archive, and the engine stays", () => {
  const want = wanted({}, host('debian', '12'))
  const parts = without('package docker-cli', 'package docker-compose')
  const steps = stepsFor(want, running({ parts }))
  assert.equal(
    steps.map(step => (step.do === 'install' ? step.packages.join(' ') : 'path' in step ? step.path : step.do)),
    [
      '/etc/apt/keyrings',
      '/etc/apt/keyrings/deployer-docker.asc',
      '/etc/apt/sources.list.d/deployer-docker.sources',
      'docker-compose-plugin',
    ],
  )
})

test("where Docker's archive is known to apt already, it is not named twice", () => {
  const want = wanted({}, host('debian', '12'))
  const paths = (seen: DockerSeen) => stepsFor(want, seen).flatMap(step => (step.do === 'put' ? [step.path] : []))
  const bare: DockerSeen = { parts: {} }
  assert.ok(paths(bare).includes('/etc/apt/sources.list.d/deployer-docker.sources'))
  assert.not(paths({ ...bare, named: true }).some(path => path.includes('keyrings') || path.includes('sources.list.d')))
})

test("the user's own keys win, and a key that leaves the file leaves the engine", () => {
  const before = config({ debug: true })
  const seen = running({
    daemon: config({ debug: true, 'log-driver': 'local' }),
    before,
    engine: { version: '26.1.5', compose: '2', config: { ...loaded, debug: true, 'log-driver': 'local' } },
  })
  const want = wanted({ daemon: { 'live-restore': false } })
  const content = `${JSON.stringify({ experimental: true, ip6tables: true, 'live-restore': false, 'log-driver': 'local' }, null, 2)}\n`
  const ours = `${JSON.stringify({ experimental: true, ip6tables: true, 'live-restore': false }, null, 2)}\n`
  assert.equal(stepsFor(want, seen), [
    { do: 'engine config', via, path: '/etc/docker/daemon.json', content, config: JSON.parse(content) },
    { do: 'put', via, path: '/etc/docker/deployer-demo/daemon.json', content: ours, ...rooted },
  ])
})

test('from version 27 on, IPv6 filtering is no experiment', () => {
  const plain = { ip6tables: true, 'live-restore': true }
  const text = `${JSON.stringify(plain, null, 2)}\n`
  const seen = running({ daemon: text, before: text, engine: { version: '28.5.2', compose: '2.40.3', config: plain } })
  assert.equal(docker.diff(wanted(), seen), { action: 'none' })
  assert.equal(docker.diff(wanted(), { ...seen, engine: { version: '26.1.5', compose: '2', config: plain } }).action, 'update')
})

test('what lies on disk but is not loaded is drift', () => {
  const seen = running({ engine: { version: '26.1.5', compose: '2', config: { ip6tables: true, experimental: true } } })
  assert.equal(docker.diff(wanted(), seen), {
    action: 'update',
    fields: [{ name: 'engine live-restore', from: undefined, to: true }],
    files: [],
  })
  assert.equal(stepsFor(wanted(), seen), [{ do: 'engine config', via, path: '/etc/docker/daemon.json', content: config(), config: loaded }])
})

test('without live-restore a restart stops all that runs, and with it nothing', () => {
  const unguarded = running({ engine: { version: '26.1.5', compose: '2', config: {} } })
  const impact = (seen: DockerSeen) => docker.impact(wanted(), docker.diff(wanted({ daemon: { debug: true } }), seen))
  assert.equal(impact(unguarded), { stops: ['tracker.main'], seconds: 10, effect: 'restarts the engine and its containers' })
  assert.equal(impact(running()), { stops: [], effect: 'restarts the engine; containers go on' })
})

test('an engine that went down is started, not made anew', () => {
  const { engine: _, ...down } = running()
  const seen = { ...down, parts: { ...down.parts, 'unit docker.service': { active: false, enabled: true } } }
  assert.equal(docker.diff(wanted(), seen), {
    action: 'update',
    fields: [
      { name: 'unit docker.service', from: 'inactive, enabled', to: 'active, enabled' },
      { name: 'engine', from: 'down', to: 'running' },
    ],
    files: [],
  })
})

test("the host's own settings stay, inside of lists and mappings too", () => {
  const theirs = { 'registry-mirrors': ['https://theirs.example'], 'log-opts': { 'max-file': '3' }, debug: true, dns: ['192.0.2.1'] }
  const asked = { mirrors: ['https://ours.example'], daemon: { 'log-opts': { 'max-size': '10m' }, 'max-concurrent-downloads': 5 } }
  const put = stepsFor(wanted(asked), { ...running(), daemon: JSON.stringify(theirs), before: '{}' }).find(
    step => step.do === 'engine config',
  )
  assert.equal(put?.do === 'engine config' && put.config, {
    ...theirs,
    ...loaded,
    'log-opts': { 'max-file': '3', 'max-size': '10m' },
    'registry-mirrors': ['https://ours.example', 'https://theirs.example'],
    'max-concurrent-downloads': 5,
  })
})

test('what leaves the file leaves the engine, and nothing of the host with it', () => {
  const ours = { ...loaded, 'registry-mirrors': ['https://ours.example'], 'log-opts': { 'max-size': '10m' }, dns: ['192.0.2.7'] }
  const there = {
    ...ours,
    'registry-mirrors': ['https://ours.example', 'https://theirs.example'],
    'log-opts': { 'max-size': '10m', mode: 'x' },
  }
  const seen = { ...running(), daemon: JSON.stringify(there), before: JSON.stringify(ours) }
  const put = stepsFor(wanted(), seen).find(step => step.do === 'engine config')
  assert.equal(put?.do === 'engine config' && put.config, {
    ...loaded,
    'registry-mirrors': ['https://theirs.example'],
    'log-opts': { mode: 'x' },
  })
})

test('a daemon.json that a person broke is theirs to mend, and is told with its place', () => {
  const on = { name: 'demo', host: trixie }
  const refused = (daemon: string) => docker.refuses(wanted(), running({ daemon }), on)
  const fault = { code: 'HOST_FILE_INVALID', host: 'demo', file: '/etc/docker/daemon.json' }
  assert.equal(refused('{\n  "debug": true,\n  "dns": [\n}\n'), { ...fault, line: 4, col: 1, why: 'no value stands here.' })
  assert.equal(refused('{"debug": true,}'), { ...fault, line: 1, col: 16, why: 'a key in double quotes is missing after the comma.' })
  assert.equal(refused('[]'), { ...fault, line: 1, col: 1, why: 'not a mapping of settings.' })
  assert.equal(refused(''), undefined)
})

test('nothing is changed on a system that this is not made for', () => {
  const on = (os: string, version: string) => docker.refuses(wanted(), running(), { name: 'demo', host: host(os, version) })
  assert.equal(on('fedora', '40'), { code: 'HOST_UNSUPPORTED', host: 'demo', os: 'fedora 40' })
  assert.equal(on('debian', '11'), { code: 'HOST_UNSUPPORTED', host: 'demo', os: 'debian 11' })
  assert.equal(on('debian', ''), { code: 'HOST_UNSUPPORTED', host: 'demo', os: 'debian' })
  for (const [os, version] of ['debian 12', 'debian 13', 'ubuntu 22.04', 'ubuntu 24.04'].map(one => one.split(' ')))
    assert.is(on(`${os}`, `${version}`), undefined)
})

test('passwords of registries stay holes, in a file for root that is compared where it lies', () => {
  const want = wanted({ registries: { 'ghcr.io': { user: 'o"ps', password: { env: 'GHCR_TOKEN' } } } })
  const content = [
    '{"auths":{',
    '"ghcr.io":{"username":"o\\"ps","password":',
    { secret: 'docker.registries.ghcr.io.password', as: ['json'] },
    '}',
    '}}\n',
  ]
  const path = '/etc/docker/deployer-demo/config.json'
  assert.equal(stepsFor(want).at(-1), { do: 'put', via, path, content, mode: '0600', owner: 'root', group: 'root' })
  assert.equal(
    docker.probes(want).find(({ key }) => key === path),
    { ask: 'file', key: path, via, match: content },
  )
  const seen = running()
  const changed = { ...seen, parts: { ...seen.parts, [`file ${path}`]: { mode: '0600', owner: 'root', group: 'root', same: false } } }
  const carries = ['docker.registries.ghcr.io.password']
  assert.equal(docker.diff(want, changed), { action: 'update', fields: [{ name: path, secret: true, carries }], files: [] })
})

test('an engine of ours goes without what is in use, and one that was there before stays', () => {
  const held = (id: string, before: 'absent' | 'present') =>
    ({ what: 'package', id, via: 'vm.main', hold: 'share', by: [], before }) as const
  const ours = docker.losing([held('docker.io', 'absent'), held('docker-ce', 'absent')])
  assert.is(ours.sentence, 'engine and compose removed; volumes and containers stay in /var/lib/docker')
  for (const engine of ['docker.io', 'docker-ce']) {
    const theirs = docker.losing([held(engine, 'present'), held('docker-compose', 'absent')])
    assert.is(theirs.sentence, 'stays, with its configuration as it was before')
  }
})

test.run()
