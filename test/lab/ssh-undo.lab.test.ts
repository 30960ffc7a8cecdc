/** On the lab's LXD: `npm run lab -- up`, then `npm test -- ssh-undo.lab`. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Probe, Rule, Step } from '../../engine/contract.js'
import { sshChannel } from '../../providers/ssh/index.js'
import { E } from '../../specs/fp.js'
import { GATEWAYS } from './ground.js'
import { isLabPossible, labHost } from './host.js'

const via = 'vm.main' as const
const absent = isLabPossible()
const reveal = (text: unknown) => async () => E.right(String(text))
const rule: Rule = { allow: true, port: '22', proto: 'tcp', from: 'any' }
const probes: ReadonlyArray<Probe> = [
  { ask: 'rule', key: 'allow 22/tcp', via },
  { ask: 'undo', key: 'firewall', via },
]
const closing: ReadonlyArray<Step> = [
  { do: 'install', via, packages: ['ufw'] },
  { do: 'rule add', via, rule, comment: 'deployer:demo' },
  { do: 'firewall', via, active: true, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: true },
  { do: 'arm', via, name: 'firewall', seconds: 15, things: [{ what: 'rule', id: 'allow 22/tcp' }] },
  { do: 'rule remove', via, rule },
]

const locks = absent === undefined ? test : test.skip
locks('a firewall that locks everybody out lets them in again, though the host is rebooted in between', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-undo-'))
  const host = await labHost({ name: `sc-undo-${process.pid}` })
  const login = { user: host.ssh.user, port: host.ssh.port, key: host.ssh.key }
  const options = { knownHosts: join(folder, 'known_hosts'), patience: 2, now: Date.now, sleep: (ms: number) => sleep(ms) }
  const channel = sshChannel({ name: host.name, addresses: [host.address], login }, options)
  try {
    const batch = { environment: 'demo', addr: 'firewall.main', run: 1, fence: 1, claims: [], releases: [], verify: probes } as const
    const outcome = await channel.act({ ...batch, steps: closing }, reveal, () => {})
    assert.equal(outcome.is === 'done' && outcome.look.answers, [{ is: 'absent' }, { is: 'present', value: { seconds: 15 } }])
    await host.exec(['systemctl', 'reboot', '--force'])
    await channel.close()
    const seen: Array<string | undefined> = []
    const until = Date.now() + 90_000
    let look = await channel.look(probes, reveal)
    for (; look.answers[1]?.is !== 'absent' && Date.now() < until; look = await channel.look(probes, reveal)) {
      seen.push(look.unreachable?.code)
      await sleep(1000)
    }
    assert.ok(seen.includes('HOST_TIMEOUT'), 'nobody was locked out')
    assert.equal(look.answers, [{ is: 'present', value: { ...rule, comment: 'deployer:demo' } }, { is: 'absent' }])
  } finally {
    await channel.close()
    await host.remove()
    rmSync(folder, { recursive: true, force: true })
  }
})

/** Answers what it is asked when it is told to. */
const slowServer = async (address: string) => {
  let answer: () => void = () => undefined
  const told = new Promise<void>(resolve => {
    answer = resolve
  })
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => void told.then(() => socket.end('here it is')))
  })
  await once(server.listen(0, address), 'listening')
  return { port: (server.address() as AddressInfo).port, answer, close: () => server.close() }
}

locks('who waits for an answer when the firewall goes on gets it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-undo-'))
  const host = await labHost({ name: `sc-earlier-${process.pid}` })
  const options = { knownHosts: join(folder, 'known_hosts'), patience: 2, now: Date.now, sleep: (ms: number) => sleep(ms) }
  const channel = sshChannel({ name: host.name, addresses: [host.address], login: { ...host.ssh } }, options)
  const act = async (fence: number, steps: ReadonlyArray<Step>): Promise<void> => {
    const batch = { environment: 'demo', addr: 'firewall.main', run: 1, fence, steps, claims: [], releases: [], verify: [] } as const
    assert.is((await channel.act(batch, reveal, () => {})).is, 'done')
  }
  const servers = await Promise.all(GATEWAYS.map(slowServer))
  try {
    await act(1, closing.slice(0, 2))
    const asked = servers.map(({ port }, index) =>
      host.exec(['timeout', '20', 'bash', '-c', `exec 3<>/dev/tcp/${GATEWAYS[index]}/${port}; echo please >&3; cat <&3`]),
    )
    await sleep(1000)
    await act(2, closing.slice(2, 3))
    for (const { answer } of servers) answer()
    for (const one of asked) assert.is((await one).stdout, 'here it is')
    assert.match((await host.exec(['iptables', '-S', 'INPUT'])).stdout, /^-A INPUT -p tcp .*-j ACCEPT$/m)
    await act(3, [{ do: 'firewall', via, active: false, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: true }])
    for (const tables of ['iptables', 'ip6tables']) assert.not.match((await host.exec([tables, '-S', 'INPUT'])).stdout, /--ctstate NEW/)
  } finally {
    for (const { close } of servers) close()
    await channel.close()
    await host.remove()
    rmSync(folder, { recursive: true, force: true })
  }
})

test.run()
