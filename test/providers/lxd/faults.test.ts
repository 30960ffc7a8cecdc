import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LxdSection } from '../../../providers/lxd/index.js'
import { act, reveal } from '../sandbox/desk.js'
import {
  AT,
  begins,
  change,
  ends,
  faultOf,
  image,
  instance,
  make,
  marks,
  operation,
  pool,
  profile,
  quiet,
  refuses,
  server,
  spoken,
  sync,
  there,
} from './answers.js'
import { NAME, probe } from './life.js'
import { lxdAt, replay } from './replay.js'

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

test('the folder that LXD_DIR names stands in place of the usual ones', async () => {
  const folder = newFolder()
  const socket = join(folder, 'unix.socket')
  assert.equal(await unreachableAt({}, { LXD_DIR: folder }), { code: 'LXD_MISSING', places: [socket] })
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

test('what only others know is not asked here, and other steps are not done here', () =>
  spoken([...there, sync('GET', '/1.0/instances?recursion=1', [])], async provider => {
    const look = await provider.look([{ ask: 'http', key: 'http://x/', via: 'operator' }], reveal)
    assert.is(look.answers[0]?.is === 'unasked' && look.answers[0].fault.code, 'PROVIDER_CANNOT')
    const outcome = await act(provider, { steps: [{ do: 'pull', via: 'provider', image: 'a' }] })
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

test.run()
