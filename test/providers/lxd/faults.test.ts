import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { MachineSeen, Outcome, Provider, Step } from '../../../engine/contract.js'
import type { LxdSection } from '../../../providers/lxd/index.js'
import { act, reveal } from '../sandbox/desk.js'
import { claim, makes, NAME, probe } from './life.js'
import { type Exchange, lxdAt, type Replay, replay } from './replay.js'

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'lxd-'))
const unreachableAt = async (section: LxdSection, env = {}, home?: string): Promise<unknown> => {
  const provider = lxdAt(section, env, home)
  const look = await provider.look([probe], reveal)
  await provider.close()
  assert.equal(look.answers, [{ is: 'unasked', via: 'provider', fault: look.unreachable }])
  return look.unreachable
}

test('where no socket is, all places that were tried are named', async () => {
  const socket = join(newFolder(), 'unix.socket')
  assert.equal(await unreachableAt({ socket }), { code: 'LXD_MISSING', places: [socket] })
})

/** Left by a process that was killed. */
const deadSocket = (folder: string): string => {
  const socket = join(folder, 'unix.socket')
  const dies = `require('net').createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', dies])
  return socket
}

test('a socket that nobody listens at is a daemon that is down', async () => {
  const socket = deadSocket(newFolder())
  assert.equal(await unreachableAt({ socket }), { code: 'LXD_DOWN', at: socket, why: 'the connection was refused' })
})

test('the folder that LXD_DIR names comes before the usual places', async () => {
  const folder = newFolder()
  const at = deadSocket(folder)
  assert.equal(await unreachableAt({}, { LXD_DIR: folder }), { code: 'LXD_DOWN', at, why: 'the connection was refused' })
})

test('something else that listens there is no LXD', async () => {
  const server = await replay([])
  const fault = (await unreachableAt({ socket: server.socket })) as { readonly code: string }
  server.close()
  assert.is(fault.code, 'PROVIDER_FAILED')
})

test('a remote that only has images is none for machines', async () => {
  const home = newFolder()
  mkdirSync(join(home, '.config/incus'), { recursive: true })
  const remotes = { images: { addr: 'https://images.example', protocol: 'simplestreams' }, far: { addr: 'https://far.example:8443' } }
  writeFileSync(join(home, '.config/incus/config.yml'), JSON.stringify({ remotes }))
  assert.equal(await unreachableAt({ remote: 'images' }, {}, home), { code: 'REMOTE_UNKNOWN', remote: 'images', known: ['far'] })
})

test('a certificate that is not there is named', async () => {
  const remote = { url: 'https://far.example:8443', certificate: '/nowhere/client.crt', key: '/nowhere/client.key' }
  const fault = (await unreachableAt({ remote })) as { readonly code: string; readonly file: string }
  assert.equal([fault.code, fault.file], ['FILE_UNREADABLE', '/nowhere/client.crt'])
})

// A server made of single answers

const sync = (method: string, path: string, metadata: unknown, etag?: string): Exchange => ({
  method,
  path,
  status: 200,
  ...(etag !== undefined && { etag }),
  body: { type: 'sync', error_code: 0, error: '', metadata },
})
const refuses = (method: string, path: string, code: number, error: string): Exchange => ({
  method,
  path,
  status: code,
  body: { type: 'error', error_code: code, error, metadata: null },
})
const operation = (id: string, status: string, err = '') => ({
  id,
  class: 'task',
  status,
  err,
  resources: { instances: [`/1.0/instances/${NAME}`] },
  metadata: null,
})
const begins = (method: string, path: string, id: string): Exchange => ({
  method,
  path,
  status: 202,
  body: { type: 'async', error_code: 0, error: '', metadata: operation(id, 'Running') },
})
const ends = (id: string, status: string, err = ''): Exchange =>
  sync('GET', `/1.0/operations/${id}/wait?timeout=5`, operation(id, status, err))

const server = (make = 'lxd', driver = 'lxc | qemu'): Exchange =>
  sync('GET', '/1.0', {
    auth: 'trusted',
    api_extensions: ['cloud_init'],
    environment: { server: make, driver, certificate_fingerprint: 'ff' },
  })
const quiet = sync('GET', '/1.0/operations?recursion=1', {})
const profile = sync('GET', '/1.0/profiles/default', {
  devices: { root: { type: 'disk', path: '/', pool: 'fast' }, eth0: { type: 'nic', network: 'lxdbr0' } },
})
const pool = sync('GET', '/1.0/storage-pools/fast', { name: 'fast' })
const image = sync('GET', '/1.0/images/aliases/debian%2F13', { target: 'ab' })
const there = [server(), quiet, profile, pool, image]
const AT = `/1.0/instances/${NAME}`
const marks = { 'user.deployer.mark': 'deployer', 'user.deployer.environment': 'demo', 'user.deployer.addr': 'vm.main' }
const instance = (more: object = {}) => ({
  name: NAME,
  type: 'virtual-machine',
  status: 'Stopped',
  profiles: ['default'],
  config: { ...marks, 'user.deployer.fence': '5', 'user.deployer.run': '3' },
  devices: {},
  expanded_config: {},
  expanded_devices: { root: { type: 'disk', path: '/', pool: 'fast', size: '4GiB' } },
  last_used_at: '2026-11-21T17:26:54Z',
  ...more,
})

const spoken = async (exchanges: ReadonlyArray<Exchange>, body: (provider: Provider, replay: Replay) => Promise<void>): Promise<void> => {
  const replayed = await replay(exchanges)
  const provider = lxdAt({ socket: replayed.socket })
  await body(provider, replayed).finally(async () => {
    await provider.close()
    replayed.close()
  })
}
const make = (provider: Provider, system = 'debian/13', extra: object = {}): Promise<Outcome> =>
  act(provider, { addr: 'vm.main', fence: 5, claims: [claim], steps: [makes(system, extra)] })
const change = (provider: Provider, step: object, fence = 5): Promise<Outcome> =>
  act(provider, { addr: 'vm.main', fence, steps: [{ do: 'machine update', via: 'provider', name: NAME, ...step }] })
const faultOf = (outcome: Outcome): unknown => (outcome.is === 'done' ? 'done' : outcome.fault)

/** The second as LXD 5.0.2 said it of a full folder. */
const FULL = [
  'Failed creating instance from image: Failed to create mount: write /var/lib/lxd: no space left on device',
  'Failed creating instance from image: Unable to unpack image, run out of disk space',
]
test('a pool that is full is named', async () => {
  for (const why of FULL)
    await spoken([...there, begins('POST', '/1.0/instances', 'a'), ends('a', 'Failure', why)], async provider => {
      assert.equal(faultOf(await make(provider)), { code: 'DISK_FULL', where: 'storage pool fast' })
    })
})

const OFFLINE = 'Failed getting remote image info: Failed getting image: Failed parsing stream: Get "https://images": no such host'
test('an image that is not here is taken from the server of this make, with cloud-init in it; why it cannot be had is said', async () => {
  const servers = { lxd: 'https://images.lxd.canonical.com', incus: 'https://images.linuxcontainers.org' }
  for (const make_ of ['lxd', 'incus'] as const)
    await spoken(
      [server(make_), quiet, profile, pool, begins('POST', '/1.0/instances', 'a'), ends('a', 'Failure', OFFLINE)],
      async (provider, { asked }) => {
        const missing = { code: 'MACHINE_IMAGE_MISSING', provider: 'lxd', image: 'debian/13', why: OFFLINE }
        assert.equal(faultOf(await make(provider)), missing)
        const posted = asked.find(({ method }) => method === 'POST')?.body as { readonly source: unknown }
        const source = { type: 'image', mode: 'pull', server: servers[make_], protocol: 'simplestreams', alias: 'debian/13/cloud' }
        assert.equal(posted.source, source)
      },
    )
})

test('a virtual machine is not even tried where there are only containers', () =>
  spoken([server('lxd', 'lxc'), quiet, profile, pool, image], async (provider, { asked }) => {
    const fault = faultOf(await make(provider, 'debian/13', { type: 'virtual-machine' })) as { readonly code: string }
    assert.is(fault.code, 'PROVIDER_CANNOT')
    assert.is(
      asked.some(({ method }) => method === 'POST'),
      false,
    )
  }))

test('a machine that somebody is busy with is waited for by the run, not by force', () =>
  spoken(
    [
      ...there,
      sync('GET', AT, instance(), 'one'),
      sync('PATCH', AT, {}),
      refuses('PUT', `${AT}/state`, 400, 'Instance is busy running a "backup" operation'),
    ],
    async provider => {
      const busy = { code: 'HOST_BUSY', host: 'lxd', environment: 'demo', addr: 'vm.main', run: 3 }
      assert.equal(faultOf(await change(provider, { running: true })), busy)
    },
  ))

test('a resize that LXD refuses is said to be impossible, and a machine that was stopped for it runs again', () =>
  spoken(
    [
      ...there,
      sync('GET', AT, instance({ status: 'Running' }), 'one'),
      sync('GET', AT, instance(), 'two'),
      sync('PATCH', AT, {}),
      refuses('PATCH', AT, 400, 'The limit is too low'),
      begins('PUT', `${AT}/state`, 's'),
      ends('s', 'Success'),
    ],
    async (provider, { asked }) => {
      const what = `change memory of ${NAME} in place`
      assert.equal(faultOf(await change(provider, { memory: 2 ** 20 })), {
        code: 'PROVIDER_CANNOT',
        provider: 'lxd',
        what,
        why: 'The limit is too low',
      })
      const actions = asked.filter(({ method }) => method === 'PUT').map(({ body }) => (body as { readonly action: string }).action)
      assert.equal(actions, ['stop', 'start'])
    },
  ))

test('what somebody else wrote in between is looked at before anything is written over it', () =>
  spoken(
    [
      ...there,
      sync('GET', AT, instance(), 'one'),
      sync('GET', AT, instance({ config: { ...marks, 'user.deployer.fence': '8' } }), 'two'),
      refuses('PATCH', AT, 412, 'ETag doesn’t match'),
    ],
    async (provider, { asked }) => {
      assert.equal(faultOf(await change(provider, { cpus: 4 })), { code: 'FENCED', host: 'lxd', fence: 5, newer: 8 })
      assert.equal(
        asked.filter(({ method }) => method === 'PATCH').map(({ match }) => match),
        ['one'],
      )
    },
  ))

test('a machine that gets no address is said to be silent after two minutes', () =>
  spoken(
    [
      ...there,
      sync('GET', AT, instance({ type: 'container', expanded_devices: { eth0: { type: 'nic', network: 'lxdbr0' } } }), 'one'),
      sync('PATCH', AT, {}),
      begins('PUT', `${AT}/state`, 's'),
      ends('s', 'Success'),
      sync('GET', `${AT}/state`, { status: 'Running', network: null }),
    ],
    async provider => {
      const silent = { code: 'MACHINE_SILENT', machine: NAME, network: 'lxdbr0', seconds: 120 }
      assert.equal(faultOf(await change(provider, { running: true })), silent)
    },
  ))

test('a machine that LXD protects is left as it is, and how to let it go is said', () =>
  spoken(
    [...there, sync('GET', AT, instance({ status: 'Running', expanded_config: { 'security.protection.delete': 'true' } }), 'one')],
    async (provider, { asked }) => {
      const outcome = await act(provider, { addr: 'vm.main', fence: 5, steps: [{ do: 'machine delete', via: 'provider', name: NAME }] })
      assert.equal(faultOf(outcome), { code: 'MACHINE_PROTECTED', machine: NAME, setting: 'security.protection.delete' })
      assert.equal(
        asked.filter(({ method }) => method !== 'GET'),
        [],
      )
    },
  ))

const addressed = (...addresses: ReadonlyArray<string>): Exchange =>
  sync('GET', `${AT}/state`, {
    status: 'Running',
    network: {
      eth0: {
        hwaddr: '00:16',
        addresses: addresses.map(address => ({ family: address.includes(':') ? 'inet6' : 'inet', scope: 'global', address })),
      },
    },
  })
const managed = (config: object): Exchange => sync('GET', '/1.0/networks/lxdbr0', { name: 'lxdbr0', managed: true, config })

test('IPv4 is waited for where it is given out, and IPv6 after it never', async () => {
  const container = instance({ type: 'container', expanded_devices: { eth0: { type: 'nic', network: 'lxdbr0' } } })
  const starting = [
    ...there,
    sync('GET', AT, container, 'one'),
    sync('PATCH', AT, {}),
    begins('PUT', `${AT}/state`, 's'),
    ends('s', 'Success'),
  ]
  const looks = async (config: object, ...states: ReadonlyArray<Exchange>): Promise<number> => {
    let count = 0
    const listed = sync('GET', '/1.0/instances?recursion=1', [])
    await spoken([...starting, managed(config), listed, ...states], async (provider, { asked }) => {
      assert.is(faultOf(await change(provider, { running: true })), 'done')
      count = asked.filter(({ method, path }) => method === 'GET' && path === `${AT}/state`).length
    })
    return count
  }
  const both = { 'ipv4.address': '10.77.0.1/24', 'ipv6.address': 'fd77:1::1/64' }
  const [v4, v6] = ['10.77.0.5', 'fd77:1::5']
  assert.is(await looks(both, addressed(), addressed(v4), addressed(v4, v6)), 2)
  assert.is(await looks(both, addressed(v6), addressed(v6), addressed(v4, v6)), 3)
  assert.is(await looks(both, addressed(v6)), 21)
  assert.is(await looks({ ...both, 'ipv4.address': 'none' }, addressed(v6)), 1)
})

test('what only others know is not asked here, and other steps are not done here', () =>
  spoken([...there, sync('GET', '/1.0/instances?recursion=1', [])], async provider => {
    const look = await provider.look([{ ask: 'http', key: 'http://x/', via: 'operator' }], reveal)
    assert.is(look.answers[0]?.is === 'unasked' && look.answers[0].fault.code, 'PROVIDER_CANNOT')
    const outcome = await act(provider, { steps: [{ do: 'pull', via: 'provider', image: 'a', digest: 'b' }] })
    assert.is((faultOf(outcome) as { readonly code: string }).code, 'PROVIDER_CANNOT')
  }))

test('what a restricted certificate may not do is no failure that passes', () =>
  spoken([server(), refuses('GET', '/1.0/instances?recursion=1', 403, 'not authorized')], async provider => {
    const { unreachable } = await provider.look([probe], reveal)
    assert.is(unreachable?.code, 'LXD_UNTRUSTED')
  }))

test('an operation of somebody else on a machine of ours is reported, with whose it is', () =>
  spoken(
    [
      server(),
      sync('GET', '/1.0/operations?recursion=1', { running: [operation('b', 'Running')] }),
      sync('GET', '/1.0/instances?recursion=1', [instance()]),
    ],
    async provider => {
      assert.equal((await provider.look([], reveal)).busy, [{ environment: 'demo', addr: 'vm.main', run: 3 }])
    },
  ))

// Whose machines they are

const lookedAtBy = async (environment: string, exchanges: ReadonlyArray<Exchange>) => {
  const replayed = await replay(exchanges)
  const provider = lxdAt({ socket: replayed.socket, project: 'ours' }, {}, '/nowhere', environment)
  const look = await provider.look([probe], reveal)
  const steps: ReadonlyArray<Step> = [{ do: 'machine delete', via: 'provider', name: NAME }]
  const outcome = await act(provider, { addr: 'vm.main', environment, fence: 9, steps })
  await provider.close()
  replayed.close()
  return { look, outcome, asked: replayed.asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`) }
}
const project = sync('GET', '/1.0/projects/ours?project=ours', {})
const inProject = [sync('GET', '/1.0?project=ours', { auth: 'trusted' }), project]
const listed = (instances: ReadonlyArray<object>): Exchange => sync('GET', '/1.0/instances?recursion=1&project=ours', instances)
const calm = [sync('GET', '/1.0/operations?recursion=1&project=ours', {}), sync('GET', '/1.0/operations?recursion=1&project=other', {})]
const NOWHERE = sync('GET', '/1.0/instances?recursion=1&all-projects=true', [])

test('a machine of somebody else is not told of, not logged in to and not touched', async () => {
  for (const [more, by] of [
    [{}, 'vm.main of demo'],
    [{ config: {} }, undefined],
  ] as const) {
    const one = instance({ project: 'ours', ...more })
    const at = sync('GET', `${AT}?project=ours`, one, 'one')
    const { look, outcome, asked } = await lookedAtBy('thief', [...inProject, ...calm, listed([one]), at])
    const fault = { code: 'NOT_OURS', what: 'machine', id: NAME, ...(by !== undefined && { by }) }
    assert.equal(look.answers, [{ is: 'unasked', via: 'provider', fault }])
    assert.equal(faultOf(outcome), fault)
    assert.equal(asked, [])
  }
})

test('a copy has all labels of ours, and is none of ours', async () => {
  const made = JSON.stringify({ name: 'original', image: 'debian/13', extra: {} })
  const copy = instance({ config: { ...instance().config, 'user.deployer.made': made } })
  const { look } = await lookedAtBy('demo', [...inProject, ...calm, listed([copy])])
  assert.is(look.answers[0]?.is === 'unasked' && look.answers[0].fault.code, 'NOT_OURS')
  assert.equal(look.ledger, [])
})

test('a machine that is in another project than the file says now is found there, and goes from there', async () => {
  const stray = instance({ project: 'other' })
  const others = [stray, instance({ project: 'else', config: { ...stray.config, 'user.deployer.environment': 'another' } })]
  const { look, outcome, asked } = await lookedAtBy('demo', [
    ...inProject,
    ...calm,
    listed([]),
    sync('GET', '/1.0/instances?recursion=1&all-projects=true', others),
    sync('GET', `${AT}?project=other`, stray, 'one'),
    sync('PATCH', `${AT}?project=other`, {}),
    sync('DELETE', `${AT}?project=other`, {}),
  ])
  assert.is(look.answers[0]?.is === 'present' && (look.answers[0].value as MachineSeen).config.project, 'other')
  assert.equal(
    look.ledger.map(({ id, by }) => [id, by[0]?.environment]),
    [[NAME, 'demo']],
  )
  assert.is(faultOf(outcome), 'done')
  assert.equal(asked, [`PATCH ${AT}?project=other`, `DELETE ${AT}?project=other`])
})

test('where nobody may look into other projects, a machine that is not here is not there', async () => {
  const { look } = await lookedAtBy('demo', [...inProject, ...calm, listed([]), { ...NOWHERE, ...refuses('GET', NOWHERE.path, 403, 'no') }])
  assert.equal(look.answers, [{ is: 'absent' }])
})

test('what somebody began with a machine is waited for, but not a shell that is open in it', () => {
  const shell = { ...operation('shell', 'Running'), class: 'websocket' }
  const copy = operation('copy', 'Running')
  return spoken(
    [
      server(),
      sync('GET', '/1.0/operations?recursion=1', { running: [shell, copy] }),
      ends('copy', 'Success'),
      sync('GET', AT, instance(), 'one'),
      sync('PATCH', AT, {}),
      sync('GET', '/1.0/instances?recursion=1', []),
    ],
    async (provider, { asked }) => {
      assert.is(faultOf(await change(provider, { cpus: 4 })), 'done')
      const waits = asked.map(({ path }) => path).filter(path => path.includes('/wait'))
      assert.equal(waits, ['/1.0/operations/copy/wait?timeout=5'])
    },
  )
})

/** Goes away at the first that is to be made, whether it `hears` it or not, and is back after so many questions. */
const leaving = async (
  hears: boolean,
  questions: number,
  body: (provider: Provider, posts: () => number) => Promise<void>,
): Promise<void> => {
  const socket = join(newFolder(), 'unix.socket')
  const made = instance({ status: 'Running', type: 'container' })
  const answers = new Map([...there, managed({})].map(exchange => [exchange.path, exchange.body]))
  const hear = (): void => {
    for (const one of [sync('GET', AT, made), sync('GET', '/1.0/instances?recursion=1', [made])]) answers.set(one.path, one.body)
  }
  let [posts, away] = [0, 0]
  const server = createServer(({ method, url = '', socket: line }, response) => {
    const writes = method !== 'GET'
    if (method === 'POST') posts++
    if (method === 'POST' && (posts === 1 || away > 0)) away = Math.max(away, questions)
    if (method === 'POST' && (hears || away === 0)) hear()
    if (away > 0) {
      away--
      return line.destroy()
    }
    const found = writes ? sync('', '', null).body : answers.get(url)
    return response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found ?? { type: 'error', error_code: 404, error: '' }))
  })
  await new Promise<void>(done => server.listen(socket, done))
  const provider = lxdAt({ socket })
  await body(provider, () => posts).finally(async () => {
    await provider.close()
    server.close()
  })
}

test('a server that is started again in the middle of a step is waited for, and what it did is not done twice', () =>
  leaving(true, 8, async (provider, posts) => {
    assert.is(faultOf(await make(provider)), 'done')
    assert.is(posts(), 1)
  }))

test('what a server has forgotten over its new start is asked for again', () =>
  leaving(false, 8, async (provider, posts) => {
    assert.is(faultOf(await make(provider)), 'done')
    assert.is(posts(), 2)
  }))

test('a connection that goes in the middle of a step, for good, leaves its fate unknown', () =>
  leaving(false, Number.POSITIVE_INFINITY, async provider => {
    assert.equal(await make(provider), { is: 'unknown', fault: { code: 'CONNECTION_LOST', host: 'lxd', addr: 'vm.main' } })
  }))

test.run()
