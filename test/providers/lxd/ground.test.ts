import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LxdSection } from '../../../providers/lxd/index.js'
import { act, reveal } from '../sandbox/desk.js'
import { AT, faultOf, image, instance, pool, profile, quiet, server, spoken, sync } from './answers.js'
import { claim, makes, NAME, probe } from './life.js'
import { type Exchange, lxdAt, replay } from './replay.js'

const lacks = (what: string, name: string, known: ReadonlyArray<string>) => ({ code: 'PROVIDER_LACKS', provider: 'lxd', what, name, known })
/** As a computer has them: LXD lists all of its interfaces. */
const networks = [
  { name: 'lxdbr0', managed: true, type: 'bridge', config: {} },
  { name: 'br-lan', managed: false, type: 'bridge', config: {} },
  { name: 'lo', managed: false, type: 'loopback', config: {} },
  { name: 'eth0', managed: false, type: 'physical', config: {} },
  { name: 'ifb0', managed: false, type: 'unknown', config: {} },
]
const known = [
  sync('GET', '/1.0/profiles', ['/1.0/profiles/default', '/1.0/profiles/servers']),
  sync('GET', '/1.0/storage-pools', ['/1.0/storage-pools/fast']),
  sync('GET', '/1.0/networks?recursion=1', networks),
  ...networks.map(one => sync('GET', `/1.0/networks/${one.name}`, one)),
]
const listed = (...instances: ReadonlyArray<object>): Exchange => sync('GET', '/1.0/instances?recursion=1', instances)
const all = [server('lxd', 'lxc'), quiet, profile, pool, image, ...known]

const MISSING: ReadonlyArray<readonly [LxdSection, object]> = [
  [{ profiles: ['default', 'nope'] }, lacks('profile', 'nope', ['default', 'servers'])],
  [{ network: 'nope' }, lacks('network', 'nope', ['lxdbr0', 'br-lan'])],
  [{ network: 'lo' }, lacks('network', 'lo', ['lxdbr0', 'br-lan'])],
  [{ network: 'eth0' }, lacks('network', 'eth0', ['lxdbr0', 'br-lan'])],
  [{ pool: 'nope' }, lacks('storage pool', 'nope', ['fast'])],
  [
    { type: 'virtual-machine' },
    {
      code: 'PROVIDER_CANNOT',
      provider: 'lxd',
      what: 'make a virtual machine',
      why: 'this server has only containers (its machine lacks KVM or vhost_vsock, or LXD lacks QEMU)',
    },
  ],
]

const lookedAt = async (section: LxdSection, exchanges: ReadonlyArray<Exchange>) => {
  const replayed = await replay(exchanges)
  const provider = lxdAt({ ...section, socket: replayed.socket })
  const { answers } = await provider.look([probe], reveal)
  await provider.close()
  replayed.close()
  return { answers, paths: replayed.asked.map(({ path }) => path) }
}

test('a machine that is not there and could not be made is not said to be absent, but what is missing', async () => {
  for (const [section, fault] of MISSING)
    assert.equal((await lookedAt(section, [...all, listed()])).answers, [{ is: 'unasked', via: 'provider', fault }])
})

test('a machine that is not there and can be made is absent, on a bridge that LXD does not manage, too', async () => {
  for (const section of [{}, { network: 'br-lan', pool: 'fast' }, { type: 'container', profiles: ['default'] }])
    assert.equal((await lookedAt(section, [...all, listed()])).answers, [{ is: 'absent' }])
})

test('a machine that is there is told of as it is, whatever has gone since, and nothing else is asked', async () => {
  for (const [section] of MISSING) {
    const { answers, paths } = await lookedAt(section, [...all, listed(instance())])
    assert.is(answers[0]?.is, 'present')
    assert.equal([...paths].sort(), ['/1.0', '/1.0/instances?recursion=1', '/1.0/operations?recursion=1'])
  }
})

const gone = { do: 'machine delete', via: 'provider', name: NAME } as const

test('a machine is not deleted where the one in its place can not be made', async () => {
  const cases = MISSING.map(([extra, fault]) => [makes('debian/13', extra), fault] as const)
  const noImage = { code: 'MACHINE_IMAGE_MISSING', provider: 'lxd', image: 'local:nope', why: 'there is no local image of that name' }
  for (const [create, fault] of [...cases, [makes('local:nope', {}), noImage] as const])
    await spoken([...all, sync('GET', AT, instance(), 'one')], async (provider, { asked }) => {
      const outcome = await act(provider, { addr: 'vm.main', fence: 6, claims: [claim], steps: [gone, create] })
      assert.equal(faultOf(outcome), fault)
      assert.equal(
        asked.filter(({ method }) => method !== 'GET'),
        [],
      )
    })
})

test('a machine goes, whatever of the file is missing by then', () => {
  const away = [sync('PATCH', AT, {}), sync('DELETE', AT, {}), listed()]
  return spoken([server(), quiet, sync('GET', AT, instance(), 'one'), ...away], async provider => {
    const outcome = await act(provider, { addr: 'vm.main', fence: 6, steps: [gone], verify: [probe] })
    assert.is(outcome.is === 'done' && outcome.look.answers[0]?.is, 'absent')
  })
})

test.run()
