import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Probe, Rule, Step } from '../../../engine/contract.js'
import { announceKey, openKey, serviceKey } from '../../../engine/outside.js'
import { act, answer, codeOf, contentAt, hostOf, install, makeMachine, newFolder, put, reveal, sandboxIn } from './desk.js'

const login: Probe = { ask: 'login', key: 'ssh', via: 'vm.main' }
const undo: Probe = { ask: 'undo', key: 'cut', via: 'vm.main' }
const load = (...ports: ReadonlyArray<number>): Step => ({ do: 'sshd load', via: 'vm.main', ports, passwords: false, root: true })
const deny: Step = { do: 'firewall', via: 'vm.main', active: true, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: true }
const allow = (port: number, proto: Rule['proto'] = 'tcp'): Step => ({
  do: 'rule add',
  via: 'vm.main',
  rule: { allow: true, port: String(port), proto, from: 'any' },
  comment: 'deployer:demo',
})
const arm: Step = {
  do: 'arm',
  via: 'vm.main',
  name: 'cut',
  seconds: 60,
  things: [
    { what: 'firewall', id: 'ufw' },
    { what: 'sshd', id: 'sshd' },
    { what: 'file', id: '/etc/one' },
  ],
}
const told = (...ports: ReadonlyArray<number>): Step =>
  put('/etc/ssh/sshd_config.d/00-deployer-port.conf', ports.map(port => `Port ${port}\n`).join(''))
const confirm = (port: number): Step => ({ do: 'confirm', via: 'vm.main', name: 'cut', port })

test('a login goes to the wanted port, or to one that answers', async () => {
  const folder = newFolder()
  const host = await makeMachine(sandboxIn(folder))
  assert.equal(await answer(host, login), { user: 'root', port: 22 })
  await act(host, { steps: [told(22, 2222), load(22, 2222)] })
  assert.equal(await answer(hostOf(sandboxIn(folder), 2222), login), { user: 'root', port: 2222 })
  assert.equal(await answer(hostOf(sandboxIn(folder), 2200), login), { user: 'root', port: 22 })
})

test('a firewall that forgets ssh locks us out until its undo fires, which puts things back', async () => {
  let now = 0
  const host = await makeMachine(sandboxIn(newFolder(), { now: () => now }))
  await act(host, { steps: [install('ufw')] })
  assert.is(codeOf(await act(host, { steps: [arm, put('/etc/one', 'x'), deny, told(2222), load(2222)] })), 'done')
  const silence = { code: 'UNREACHABLE', host: 'm', why: 'no answer to ssh' }
  assert.equal(await answer(host, login), silence)
  now = 59_000
  assert.equal(await answer(host, login), silence)
  now = 60_000
  assert.equal(await answer(host, login), { user: 'root', port: 22 })
  assert.equal([await answer(host, undo), await contentAt(host, '/etc/one')], [undefined, undefined])
  assert.is(((await answer(host, { ask: 'firewall', key: 'ufw', via: 'vm.main' })) as { active: boolean }).active, false)
  assert.is(codeOf(await act(host, { steps: [confirm(22)] })), 'failed STEP_FAILED')
})

test('a confirmed undo never fires', async () => {
  let now = 0
  const folder = newFolder()
  await makeMachine(sandboxIn(folder))
  const host = hostOf(sandboxIn(folder, { now: () => now }))
  await act(host, { steps: [install('ufw'), allow(22), allow(2222), arm, told(22, 2222), load(22, 2222), deny] })
  assert.equal(await answer(host, undo), { seconds: 60 })
  assert.is(codeOf(await act(host, { steps: [confirm(2222)] })), 'done')
  now = 3_600_000
  assert.equal(await answer(host, undo), undefined)
  assert.is(((await answer(host, { ask: 'firewall', key: 'ufw', via: 'vm.main' })) as { active: boolean }).active, true)
})

test('an undo fires at once when no new connection confirms it, and when its own batch fails', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  await act(host, { steps: [install('ufw'), allow(22)] })
  const isActive = async () => ((await answer(host, { ask: 'firewall', key: 'ufw', via: 'vm.main' })) as { active: boolean }).active
  await act(host, { steps: [arm, deny] })
  assert.is(await isActive(), true)
  assert.is(codeOf(await act(host, { steps: [confirm(2200)] })), 'failed NOT_CONFIRMED')
  assert.equal([await answer(host, undo), await isActive()], [undefined, false])
  assert.is(codeOf(await act(host, { steps: [arm, deny, put('/none/x', '')] })), 'failed STEP_FAILED')
  assert.equal([await answer(host, undo), await isActive()], [undefined, false])
})

test('who listens answers, on the host and from outside as far as the firewall lets it', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  const effects = [
    { ask: 'port', key: '7070/tcp', to: { process: 'tracker' } },
    { ask: 'port', key: '6969/udp', to: { process: 'tracker' } },
    { ask: 'port', key: '1212/tcp', to: { process: 'tracker', inside: true } },
  ] as const
  await act(host, { steps: [{ do: 'run', via: 'vm.main', argv: ['true'], effects }, install('ufw'), allow(22), allow(6969, 'udp'), deny] })
  const fromOutside = async (ask: 'http' | 'announce' | 'api' | 'open', key: string): Promise<unknown> => {
    const [answer] = (await host.outside?.([{ ask, key, via: 'operator' }], reveal)) ?? []
    return answer?.is === 'present' ? answer.value : answer?.is
  }
  const announce = (scheme: 'udp' | 'http', port: number, more: object = {}) =>
    fromOutside('announce', announceKey({ machine: 'vm.main', scheme, port, family: 4, ...more }))
  const api = { machine: 'vm.main', scheme: 'http', port: 1212, path: '/api/v1/stats' } as const
  const taken = { taken: true, interval: 300, known: 'own', scraped: true }
  const open = openKey('vm.main', ['22/tcp', '1212/tcp', '6969/udp', '7070/tcp'])
  assert.equal(await answer(host, { ask: 'http', key: 'http://127.0.0.1:7070/', via: 'vm.main' }), { status: 200, body: '' })
  assert.equal(await answer(host, { ask: 'http', key: 'http://127.0.0.1:1/', via: 'vm.main' }), undefined)
  assert.equal(await announce('udp', 6969), taken)
  assert.equal(await announce('udp', 6969, { api: { port: 1212 }, admit: ['listing'] }), taken)
  assert.equal(await announce('udp', 6969, { api: { port: 1 }, admit: ['listing'] }), 'absent')
  assert.equal([await announce('http', 7070), await fromOutside('open', open)], ['absent', { open: ['22/tcp', '6969/udp'] }])
  assert.equal(await fromOutside('api', serviceKey(api)), 'absent')
  assert.equal(await fromOutside('api', serviceKey({ ...api, through: 'host' })), { right: true, wrong: false, status: 200 })
  await act(host, { steps: [allow(7070)] })
  assert.equal([await announce('http', 7070), await fromOutside('open', open)], [taken, { open: ['22/tcp', '6969/udp', '7070/tcp'] }])
  assert.equal(await fromOutside('http', serviceKey({ ...api, port: 7070, path: '/health_check' })), { status: 200, body: '' })
  assert.equal(await answer(host, { ask: 'port', key: '22/tcp', via: 'vm.main' }), { process: 'sshd' })
})

test('without an engine there is nothing in it, and what a stopped one has cannot be asked', async () => {
  const host = await makeMachine(sandboxIn(newFolder()))
  const network: Probe = { ask: 'network', key: 'demo', via: 'docker.main' }
  assert.equal(await answer(host, network), undefined)
  await act(host, {
    steps: [install('docker.io'), { do: 'network', via: 'docker.main', name: 'demo', bridge: 'b', ipv6: 'fd00::/64', labels: {} }],
  })
  assert.equal(await answer(host, network), { bridge: 'b', ipv6: 'fd00::/64', labels: {} })
  await act(host, { steps: [{ do: 'unit', via: 'vm.main', name: 'docker.service', active: false }] })
  const { answers } = await host.look([network], reveal)
  assert.equal(answers, [
    { is: 'unasked', via: 'docker.main', fault: { code: 'LOOK_FAILED', host: 'm', ask: 'network', why: 'the engine does not run' } },
  ])
})

test('an image has the same digest whenever its registry is asked', async () => {
  const image: Probe = { ask: 'image', key: 'mysql:8.4', via: 'operator' }
  const digest = await answer(sandboxIn(newFolder()), image)
  assert.equal(digest, await answer(sandboxIn(newFolder()), image))
  assert.match((digest as { digest: string }).digest, /^sha256:[0-9a-f]{64}$/)
})

test.run()
