import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AT, begins, change, ends, faultOf, instance, make, marks, profile, quiet, server, spoken, sync, there } from './answers.js'
import { NAME } from './life.js'
import type { Asked, Exchange } from './replay.js'

const made = JSON.stringify({ name: NAME, image: 'debian/13', extra: { config: { 'limits.processes': 9, 'boot.autostart': true } } })
const one = (more: object = {}): Exchange =>
  sync(
    'GET',
    AT,
    instance({ config: { ...marks, 'user.deployer.made': made, 'limits.processes': '9' }, type: 'container', ...more }),
    'one',
  )
const listed = sync('GET', '/1.0/instances?recursion=1', [])
const writes = (asked: ReadonlyArray<Asked>): ReadonlyArray<string> =>
  asked
    .filter(({ method }) => method !== 'GET')
    .map(({ method, body }) => `${method} ${(body as { readonly action?: string } | undefined)?.action ?? ''}`.trim())

const extra = { type: 'container', profiles: ['default'], network: 'other', config: { 'boot.autostart': false, 'raw.lxc': 'a = b' } }
const other = sync('GET', '/1.0/networks/other', { name: 'other', managed: true, config: {} })

test('settings follow the file: what it names is written, what it no longer names is taken away, and the rest is left', () =>
  spoken([...there, one(), other, sync('PATCH', AT, {}), listed], async (provider, { asked }) => {
    assert.is(faultOf(await change(provider, { extra })), 'done')
    const [patch] = asked.filter(({ method }) => method === 'PATCH')
    const { config, profiles, devices } = (patch?.body ?? {}) as { readonly [key: string]: { readonly [key: string]: string } }
    assert.equal({ profiles, devices }, {
      profiles: ['default'],
      devices: { eth0: { type: 'nic', name: 'eth0', network: 'other' } },
    } as never)
    const { 'user.deployer.made': label = '', 'user.deployer.run': _, ...written } = config ?? {}
    assert.equal(written, { 'limits.processes': '', 'boot.autostart': 'false', 'raw.lxc': 'a = b', 'user.deployer.fence': '5' })
    assert.equal(JSON.parse(label), { name: NAME, image: 'debian/13', extra })
    assert.is(patch?.match, 'one')
  }))

test('a profile or network that is not there is named before anything is written or stopped', async () => {
  for (const [what, changed] of [
    ['profile', { profiles: ['nope'] }],
    ['network', { network: 'nope' }],
  ] as const)
    await spoken([...there, one({ status: 'Running' })], async (provider, { asked }) => {
      const outcome = await change(provider, { extra: { ...extra, ...changed }, restart: true })
      assert.equal(faultOf(outcome), { code: 'PROVIDER_LACKS', provider: 'lxd', what, name: 'nope', known: [] })
      assert.equal(writes(asked), [])
    })
})

test('what counts from the next start on is written while the machine stands still, and only one that ran starts again', async () => {
  const power = [begins('PUT', `${AT}/state`, 's'), ends('s', 'Success')]
  for (const status of ['Running', 'Stopped']) {
    const states = status === 'Running' ? [one({ status }), one({ status })] : []
    await spoken([...there, other, ...states, one(), sync('PATCH', AT, {}), ...power, listed], async (provider, { asked }) => {
      assert.is(faultOf(await change(provider, { extra, restart: true })), 'done')
      assert.equal(writes(asked), status === 'Running' ? ['PATCH', 'PUT stop', 'PATCH', 'PUT start'] : ['PATCH'])
    })
  }
})

test('a virtual machine is made as one, of a server that can', () => {
  const virtual = instance({ status: 'Running', type: 'virtual-machine' })
  const posted = begins('POST', '/1.0/instances', 'a')
  const before = { method: 'GET', path: AT, status: 404, body: { type: 'error', error_code: 404, error: 'Not Found', metadata: null } }
  const answers = [
    ...[server(), quiet, profile, ...there.slice(3), before, before, posted, ends('a', 'Success')],
    ...[sync('GET', AT, virtual, 'one'), sync('GET', '/1.0/instances?recursion=1', [virtual])],
  ]
  return spoken(answers, async (provider, { asked }) => {
    assert.is(faultOf(await make(provider, 'debian/13', { type: 'virtual-machine', profiles: ['default'], config: {} })), 'done')
    const body = asked.find(({ method }) => method === 'POST')?.body as { readonly type: string; readonly config: object }
    assert.is(body.type, 'virtual-machine')
    assert.not('security.nesting' in body.config)
  })
})

test.run()
