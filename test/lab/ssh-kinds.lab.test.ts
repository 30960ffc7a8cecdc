/** On the lab's LXD: `npm run lab -- up`, then `npm test -- ssh-kinds.lab`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Addr, Answers, Batch, Channel, Diff, Host, Look, Outcome, Probe } from '../../engine/contract.js'
import { partsOf } from '../../engine/run/batches.js'
import { probeKey } from '../../engine/world.js'
import { sshChannel } from '../../providers/ssh/index.js'
import { E } from '../../specs/fp.js'
import { roleIn } from '../support/environments.js'
import { isLabPossible, type LabHost, labHost } from './host.js'

const via = 'vm.main' as const
const routes = { rootOf: () => via, chainOf: () => [via], machines: new Map() }
const reveal = (text: unknown) => async () => E.right(String(text))
const KINDS: ReadonlyArray<Addr> = ['vm.main', 'firewall.main', 'docker.main']

const answersOf = (probes: ReadonlyArray<Probe>, look: Look): Answers => {
  const known = new Map(probes.map((probe, index) => [probeKey(probe), look.answers[index]]))
  return { of: probe => known.get(probeKey(probe as Probe)) as never }
}

interface Stage {
  host: LabHost
  channel: Channel
  folder: string
}

const roleOn = ({ host }: Stage, addr: Addr) =>
  roleIn(
    {
      name: 'demo',
      provider: { kind: 'ssh', host: host.address },
      ssh: { user: host.ssh.user, port: 2222 },
      vm: { hostname: 'named', upgrades: 'security', sysctl: { 'net.ipv4.tcp_syncookies': '1' } },
      firewall: { allow: [{ port: 9100, from: '192.0.2.0/24', note: 'our exporter' }] },
      docker: { daemon: { 'max-concurrent-downloads': 5 } },
      tracker: { udp: [6969], http: [{ port: 7070 }] },
    },
    addr,
    { host: { os: 'debian', version: '13', arch: 'amd64', ipv6: true } },
  )

/** What a plan would do now, and the batches that do it. */
const decide = async (stage: Stage, addr: Addr) => {
  const { kind, declared, facts } = roleOn(stage, addr)
  const want = kind.want(addr, declared.spec, facts)
  const probes = kind.probes(want)
  const look = await stage.channel.look(probes, reveal)
  assert.is(look.unreachable, undefined)
  const seen = kind.read(want, answersOf(probes, look))
  const diff: Diff = kind.diff(want, seen)
  const steps = diff.action === 'none' ? [] : kind.steps(want, seen, diff, look.host as Host)
  return { diff, steps, claims: kind.claims(want), kind, look, probes }
}

const perform = async (stage: Stage, addr: Addr, work: Pick<Batch, 'claims' | 'steps' | 'releases'>): Promise<Outcome> => {
  let outcome: Outcome = { is: 'done', look: { answers: [], ledger: [], busy: [] } }
  for (const { claims, steps, releases } of partsOf(work, routes)) {
    const batch = { environment: 'demo', addr, run: 1, fence: 1, claims, steps, releases, verify: [] }
    outcome = await stage.channel.act(batch, reveal, () => {})
    if (outcome.is !== 'done') throw new Error(JSON.stringify(outcome.fault))
  }
  return outcome
}

const test = suite<Stage>('kinds on a real Debian 13')
const absent = isLabPossible()
if (absent !== undefined) test.skip(absent)

test.before(async stage => {
  stage.folder = mkdtempSync(join(tmpdir(), 'deployer-kinds-'))
  stage.host = await labHost({ name: `sc-kinds-${process.pid}` })
  const { name, address, ssh } = stage.host
  const options = { knownHosts: join(stage.folder, 'known_hosts'), patience: 5, now: Date.now, sleep: (ms: number) => sleep(ms) }
  const login = { user: ssh.user, port: 2222, key: ssh.key }
  stage.channel = sshChannel({ name, addresses: [address], login }, options)
})
test.after(async ({ host, channel, folder }) => {
  await channel.close()
  await host.remove()
  rmSync(folder, { recursive: true, force: true })
})

for (const addr of KINDS)
  test(`${addr} becomes as wanted, and a second look finds nothing to do`, async stage => {
    const { steps, claims } = await decide(stage, addr)
    await perform(stage, addr, { claims, steps, releases: [] })
    assert.equal((await decide(stage, addr)).diff, { action: 'none' })
  })

test('ssh has moved, and the host lets in at its new port alone', async ({ host }) => {
  const { stdout } = await host.exec(['sh', '-c', 'ss -Hltn "sport = :22"; ufw status | grep -c "^22/tcp"'])
  assert.is(stdout.trim(), '0')
})

test('what somebody changed on the host is found and put right', async stage => {
  await stage.host.exec(['sh', '-c', 'ufw delete allow proto udp from any to any port 6969; systemctl stop docker.service docker.socket'])
  for (const addr of ['firewall.main', 'docker.main'] as const) {
    const { diff, steps, claims } = await decide(stage, addr)
    assert.is(diff.action, 'update', addr)
    await perform(stage, addr, { claims, steps, releases: [] })
    assert.equal((await decide(stage, addr)).diff, { action: 'none' }, addr)
  }
})

test('taken down again, nothing of ours is left', async stage => {
  for (const addr of [...KINDS].reverse()) {
    const { kind, look } = await decide(stage, addr)
    const held = look.ledger.filter(({ by }) => by.some(one => one.addr === addr))
    await perform(stage, addr, { claims: [], steps: kind.remove(held), releases: held })
  }
  const { look } = await decide(stage, 'vm.main')
  assert.equal(look.ledger, [])
  const left = await stage.host.exec([
    'sh',
    '-c',
    'find /etc -name "*deployer*"; dpkg-query -W ufw docker.io 2>/dev/null | grep -v "\t$"; uname -n',
  ])
  assert.is(left.stdout.trim(), stage.host.name)
})

test.run()
