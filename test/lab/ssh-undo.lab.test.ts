/** On the lab's LXD: `npm run lab -- up`, then `npm test -- ssh-undo.lab`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Probe, Rule, Step } from '../../engine/contract.js'
import { sshChannel } from '../../providers/ssh/index.js'
import { E } from '../../specs/fp.js'
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

test.run()
