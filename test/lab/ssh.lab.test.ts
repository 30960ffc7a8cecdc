/** On the lab's LXD: `npm run lab -- up`, then `npm test -- ssh.lab`. */
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Batch, Channel, Outcome } from '../../engine/channel.js'
import type { Answer, Claim, Probe, Step, Thing } from '../../engine/contract.js'
import { answerOf } from '../../engine/model/answers.js'
import { change, emptyModel, perform, placeOf } from '../../engine/model/model.js'
import type { SealedStep } from '../../engine/model/seal.js'
import { type Rule, ruleKey } from '../../engine/vocabulary.js'
import { sshChannel } from '../../providers/ssh/channel.js'
import type { Target } from '../../providers/ssh/target.js'
import { E } from '../../specs/fp.js'
import { isLabPossible, type LabHost, labHost } from './host.js'

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
type Words = Without<Step, 'via'>

const via = 'vm.main' as const
const probe = (ask: string, key: string): Probe => ({ ask, key, via }) as Probe
const step = (words: Words): Step => ({ ...words, via }) as Step
const reveal = (text: unknown) => async () => E.right(typeof text === 'string' ? text : 'a secret')

const options = (knownHosts: string) => ({ knownHosts, patience: 5, now: Date.now, sleep: (ms: number) => sleep(ms) })
const channelTo = ({ name, address, ssh }: LabHost, folder: string): Channel =>
  sshChannel({ name, addresses: [address], login: { user: ssh.user, port: ssh.port, key: ssh.key } }, options(join(folder, 'known_hosts')))

const act = (channel: Channel, words: ReadonlyArray<Words>, rest: Partial<Batch> = {}): Promise<Outcome> => {
  const steps = words.map(step)
  return channel.act(
    { environment: 'demo', addr: 'vm.main', run: 1, fence: 1, claims: [], steps, releases: [], verify: [], ...rest },
    reveal,
    () => {},
  )
}
const done = async (outcome: Promise<Outcome>): Promise<ReadonlyArray<Answer<unknown>>> => {
  const ended = await outcome
  if (ended.is !== 'done') throw new Error(JSON.stringify(ended))
  return ended.look.answers
}
const faultOf = async (outcome: Promise<Outcome>): Promise<unknown> => {
  const ended = await outcome
  return ended.is === 'done' ? 'done' : ended.fault.code
}

/**
 * The archives of the day decide which version is installed, and a container has the forwarding of the machine under it. ufw keeps
 * the rules of each family in a file of its own, so only their order within one counts.
 */
const compared = (answer: Answer<unknown> | undefined, { ask }: Probe): unknown => {
  if (answer?.is !== 'present') return answer
  const value = answer.value as { readonly [key: string]: unknown }
  if (ask === 'package') return 'installed'
  if (ask === 'firewall') return { ...value, routed: value.routed === 'disabled' ? 'deny' : value.routed }
  if (ask === 'engine') return { config: value.config }
  if (ask !== 'rules') return value
  const keyed = (value.rules as ReadonlyArray<Rule>).map(one => [ruleKey(one), one] as const)
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Each step on the host, and the answers held against what effects say of it. */
const conforms = async (channel: Channel, says: string, words: Words, probes: ReadonlyArray<Probe>): Promise<void> => {
  const before = await channel.look(probes, reveal)
  const place = placeOf('host', before.host ?? { os: 'debian', version: '13', arch: 'amd64', ipv6: true })
  probes.forEach(({ ask, key }, index) => {
    const answer = before.answers[index]
    change(place, { ask, key, to: answer?.is === 'present' ? answer.value : undefined } as never)
  })
  const model = emptyModel()
  perform(model, place, step(words) as SealedStep)
  const expected = probes.map(one => compared(answerOf(one, { model, place, salt: '' }), one))
  const answers = await done(act(channel, [words], { verify: probes }))
  assert.equal(
    answers.map((answer, index) => compared(answer, probes[index] as Probe)),
    expected,
    says,
  )
}

const ROOTED = { mode: '0644', owner: 'root', group: 'root' }
const rule = (port: string, from = 'any', allow = true): Rule => ({ allow, port, proto: 'tcp', from })
const PORT_FILE = '/etc/ssh/sshd_config.d/00-deployer-port.conf'
const FIREWALL = [probe('firewall', 'ufw'), probe('rules', 'ufw'), probe('rule', 'allow 22/tcp')]
const SSHD = [probe('sshd', 'sshd')]
const DROP = '! -i dep-+ -o dep-+ -m conntrack --ctstate NEW -m conntrack ! --ctstate DNAT -j DROP'
const ENGINE = [
  probe('package', 'docker.io'),
  probe('engine', 'docker'),
  probe('file', '/etc/docker/daemon.json'),
  probe('unit', 'docker.service'),
]
const config = { experimental: true, ip6tables: true, 'live-restore': true }

const CASES: ReadonlyArray<readonly [Words, ReadonlyArray<Probe>]> = [
  [{ do: 'put', path: '/etc/one', content: "it's\n$HOME `id`\n", ...ROOTED }, [probe('file', '/etc/one')]],
  [{ do: 'put', path: '/etc/one', content: '', mode: '0640', owner: 'root', group: 'adm' }, [probe('file', '/etc/one')]],
  [{ do: 'dir', path: '/opt/four', mode: '0750', owner: 'root', group: 'adm' }, [probe('dir', '/opt/four')]],
  [{ do: 'put', path: '/opt/four/five', content: 'five\n', ...ROOTED }, [probe('dir', '/opt/four'), probe('file', '/opt/four/five')]],
  [{ do: 'remove', path: '/opt/four' }, [probe('dir', '/opt/four'), probe('file', '/opt/four/five')]],
  [{ do: 'remove', path: '/etc/one' }, [probe('file', '/etc/one')]],
  [{ do: 'setting', key: 'hostname', value: 'renamed' }, [probe('setting', 'hostname')]],
  [{ do: 'sysctl', key: 'net.ipv4.ip_local_port_range', value: '32768\t60000' }, [probe('sysctl', 'net.ipv4.ip_local_port_range')]],
  [
    { do: 'user', name: 'ann', shell: '/bin/bash', sudo: true, keys: ['ssh-ed25519 AAAA ann@example'] },
    [probe('user', 'ann'), probe('dir', '/home/ann')],
  ],
  [{ do: 'group add', user: 'ann', group: 'adm' }, [probe('member', 'ann/adm'), probe('user', 'ann')]],
  [{ do: 'user', name: 'ann', shell: '/bin/sh', sudo: false, keys: [] }, [probe('user', 'ann')]],
  [{ do: 'group remove', user: 'ann', group: 'adm' }, [probe('member', 'ann/adm'), probe('user', 'ann')]],
  [{ do: 'user delete', name: 'ann' }, [probe('user', 'ann'), probe('dir', '/home/ann')]],
  [{ do: 'put', path: PORT_FILE, content: 'Port 22\nPort 2222\n', ...ROOTED }, [probe('file', PORT_FILE)]],
  [{ do: 'sshd load', ports: [22, 2222], passwords: true, root: true }, SSHD],
  [{ do: 'remove', path: PORT_FILE }, [probe('file', PORT_FILE)]],
  [{ do: 'sshd load', ports: [22], passwords: true, root: true }, SSHD],
  [{ do: 'install', packages: ['ufw', 'iptables'] }, [...FIREWALL.slice(0, 2), probe('package', 'ufw')]],
  [{ do: 'rule add', rule: rule('22'), comment: 'deployer:demo' }, FIREWALL],
  [{ do: 'rule add', rule: rule('8080', '0.0.0.0/0'), comment: 'deployer:demo' }, FIREWALL],
  [{ do: 'rule add', rule: rule('8081', '::/0'), comment: '' }, FIREWALL],
  [{ do: 'rule add', rule: rule('7070', '192.0.2.0/24', false), comment: 'deployer:demo: "ours", $5' }, FIREWALL],
  [{ do: 'rule remove', rule: rule('8080', '0.0.0.0/0') }, [probe('rules', 'ufw'), probe('rule', ruleKey(rule('8080', '0.0.0.0/0')))]],
  [{ do: 'rule remove', rule: rule('1') }, FIREWALL],
  [{ do: 'arm', name: 'firewall', seconds: 60, things: [{ what: 'firewall', id: 'ufw' }] }, [probe('undo', 'firewall')]],
  [{ do: 'confirm', name: 'firewall', port: 22 }, [probe('undo', 'firewall')]],
  [{ do: 'chain', name: 'DEPLOYER-demo', ipv4: [DROP], ipv6: [DROP] }, [probe('chain', 'DEPLOYER-demo')]],
  [{ do: 'chain', name: 'DEPLOYER-demo', ipv4: [], ipv6: [DROP] }, [probe('chain', 'DEPLOYER-demo')]],
]

const docker = (debian: string): ReadonlyArray<readonly [Words, ReadonlyArray<Probe>]> => [
  [{ do: 'install', packages: ['docker.io', ...(debian === '13' ? ['docker-cli'] : []), 'docker-compose'] }, ENGINE],
  [{ do: 'engine config', path: '/etc/docker/daemon.json', content: `${JSON.stringify(config)}\n`, config }, ENGINE],
  [{ do: 'unit', name: 'docker.service', active: false }, ENGINE],
  [{ do: 'unit', name: 'docker.service', active: true }, ENGINE],
  [{ do: 'unit', name: 'docker.service', again: 'restart' }, ENGINE],
  [{ do: 'group add', user: 'lab', group: 'docker' }, [probe('member', 'lab/docker'), probe('user', 'lab')]],
]

interface Stage {
  host: LabHost
  channel: Channel
  folder: string
}

const suiteOn = (debian: '12' | '13') => {
  const test = suite<Stage>(`ssh on a real Debian ${debian}`)
  const absent = isLabPossible()
  if (absent !== undefined) test.skip(absent)

  test.before(async stage => {
    stage.folder = mkdtempSync(join(tmpdir(), 'deployer-ssh-'))
    stage.host = await labHost({ name: `sc-ssh-${debian}-${process.pid}`, debian })
    stage.channel = channelTo(stage.host, stage.folder)
  })
  test.after(async ({ host, channel, folder }) => {
    await channel.close()
    await host.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const [words, probes] of CASES)
    test(`${words.do} changes what effects say it changes: ${JSON.stringify(words).slice(0, 100)}`, ({ channel }) =>
      conforms(channel, words.do, words, probes))

  test('the firewall goes on, and lets new connections in where it says so', async ({ channel }) => {
    await conforms(channel, 'on', { do: 'firewall', active: true, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: true }, [
      probe('rules', 'ufw'),
    ])
    const { answers } = await channel.look([probe('login', 'ssh'), probe('firewall', 'ufw')], reveal)
    assert.equal(
      answers.map(({ is }) => is),
      ['present', 'present'],
    )
  })

  test('an undo that nobody confirms puts the firewall back by itself', async ({ channel }) => {
    const before = await channel.look(FIREWALL, reveal)
    const things = [
      { what: 'firewall', id: 'ufw' },
      { what: 'rule', id: 'allow 22/tcp' },
    ] as const
    await done(
      act(channel, [
        { do: 'arm', name: 'firewall', seconds: 2, things },
        { do: 'rule remove', rule: rule('22') },
      ]),
    )
    await sleep(7000)
    const after = await channel.look([...FIREWALL, probe('undo', 'firewall')], reveal)
    assert.equal(after.answers[3], { is: 'absent' })
    assert.equal(after.answers[0], before.answers[0])
    assert.equal(after.answers[2], before.answers[2])
  })

  test('what was claimed comes back as it was when it is released', async ({ channel }) => {
    const things: ReadonlyArray<readonly [Thing, string]> = [
      ['file', '/etc/hosts'],
      ['file', '/etc/new'],
      ['dir', '/opt/new'],
      ['rule', 'allow 9000/tcp'],
      ['user', 'bob'],
      ['setting', 'hostname'],
      ['unit', 'ssh.service'],
    ]
    const claims = things.map(([what, id]): Claim => ({ what, id, via, hold: 'share' }))
    const probes = things.map(([what, id]) => probe(what, id))
    const before = await channel.look(probes, reveal)
    const changes: ReadonlyArray<Words> = [
      { do: 'put', path: '/etc/hosts', content: 'other\n', mode: '0600', owner: 'root', group: 'root' },
      { do: 'put', path: '/etc/new', content: 'new\n', ...ROOTED },
      { do: 'dir', path: '/opt/new', ...ROOTED, mode: '0755' },
      { do: 'rule add', rule: rule('9000'), comment: 'deployer:demo' },
      { do: 'user', name: 'bob', shell: '/bin/sh', sudo: true, keys: [] },
      { do: 'setting', key: 'hostname', value: 'other' },
    ]
    const outcome = await act(channel, changes, { claims, verify: probes })
    assert.is(outcome.is, 'done')
    const held = outcome.is === 'done' ? outcome.look.ledger : []
    assert.is(held.length, things.length)
    const back = held.map(({ what, id, before, kept }): Words => ({ do: 'restore', what, id, before, ...(kept !== undefined && { kept }) }))
    const after = await act(channel, back, { releases: claims, verify: probes })
    assert.equal(after.is === 'done' && after.look.answers, before.answers)
    assert.equal(after.is === 'done' && after.look.ledger, [])
  })

  for (const [words, probes] of docker(debian))
    test(`${words.do} changes of the engine what effects say: ${JSON.stringify(words).slice(0, 100)}`, ({ channel }) =>
      conforms(channel, words.do, words, probes))

  test('an engine that does not start with its new configuration goes on with the old one', async ({ channel }) => {
    const before = await channel.look(ENGINE, reveal)
    const content = '{"storage-driver":"no-such-driver"}'
    const words: Words = { do: 'engine config', path: '/etc/docker/daemon.json', content, config: { 'storage-driver': 'no-such-driver' } }
    assert.is(await faultOf(act(channel, [words])), 'STEP_FAILED')
    assert.equal((await channel.look(ENGINE, reveal)).answers, before.answers)
  })

  test('each way of not getting in is told from the others', async ({ host, folder }) => {
    const { name, address, ssh } = host
    const login = { user: ssh.user, port: ssh.port, key: ssh.key }
    const known = join(folder, 'known_hosts')
    const tried = async (target: Partial<Target>, knownHosts = known): Promise<unknown> => {
      const channel = sshChannel({ name, addresses: [address], login, ...target }, options(knownHosts))
      const { unreachable } = await channel.look([], reveal)
      await channel.close()
      return unreachable?.code
    }
    const key = (file: string, passphrase: string): string => {
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', join(folder, file)])
      return join(folder, file)
    }
    const locked = key('locked', 'a passphrase')
    const open = join(folder, 'open')
    copyFileSync(ssh.key, open)
    chmodSync(open, 0o644)
    const forged = join(folder, 'forged')
    writeFileSync(forged, `${name} ${readFileSync(`${key('other', '')}.pub`, 'utf8')}`)
    await host.exec([
      'sh',
      '-c',
      'useradd -m -s /bin/bash plain; install -d -o plain ~plain/.ssh; install -o plain -m 600 ~lab/.ssh/authorized_keys ~plain/.ssh/',
    ])
    assert.is(await tried({}), undefined)
    assert.is(await tried({ login: { ...login, user: 'nobody-here' } }), 'LOGIN_REFUSED')
    assert.is(await tried({ login: { ...login, key: locked } }), 'LOGIN_KEY_LOCKED')
    assert.is(await tried({ login: { ...login, key: open } }), 'LOGIN_KEY_OPEN')
    assert.is(await tried({ login: { ...login, user: 'plain' } }), 'SUDO_REFUSED')
    assert.is(await tried({}, forged), 'HOST_KEY_CHANGED')
    assert.is(await tried({ addresses: ['no-such-host.invalid'] }), 'HOST_UNKNOWN')
    assert.is(await tried({ addresses: ['127.0.0.1'], login: { ...login, port: 1 } }), 'HOST_REFUSED')
    assert.is(await tried({ login: { ...login, port: 1 } }), undefined, 'the wanted port is closed, and 22 answers')
  })

  test('a batch outlives its connection, is told by the next look, and leaves its receipt', async ({ channel, host, folder }) => {
    const other = channelTo(host, folder)
    const slow = act(channel, [{ do: 'run', argv: ['sh', '-c', 'sleep 4; echo whole >/etc/slow'], effects: [] }], { addr: 'docker.main' })
    await sleep(1500)
    await host.exec(['pkill', '-KILL', '-f', 'sshd.*lab@notty|sshd-session: lab'])
    assert.is(await faultOf(slow), 'CONNECTION_LOST')
    const during = await other.look([], reveal)
    assert.equal(during.busy, [{ environment: 'demo', addr: 'docker.main', run: 1 }])
    assert.is(await faultOf(act(other, [], { run: 2 })), 'HOST_BUSY')
    assert.is(await faultOf(act(other, [], { addr: 'docker.main' })), 'HOST_BUSY')
    assert.is(await faultOf(act(other, [])), 'done')
    await sleep(4500)
    const { answers, busy } = await other.look([probe('file', '/etc/slow')], reveal)
    assert.equal(busy, [])
    assert.equal(answers[0], { is: 'present', value: { ...ROOTED, content: 'whole\n' } })
    assert.match(
      (await host.exec(['sh', '-c', 'cat /var/lib/deployer/receipts/*'])).stdout,
      /done 0 \{"environment":"demo","addr":"docker.main"/,
    )
    await other.close()
  })

  test('a late writer is refused by the host, and so is one who would take what is not ours', async ({ channel }) => {
    assert.is(await faultOf(act(channel, [], { fence: 3 })), 'done')
    assert.is(await faultOf(act(channel, [], { fence: 2 })), 'FENCED')
    const claims: ReadonlyArray<Claim> = [{ what: 'file', id: '/etc/hosts', via, hold: 'own' }]
    assert.is(await faultOf(act(channel, [], { fence: 3, claims })), 'NOT_OURS')
  })

  test('no secret of a batch stays on the host or is in an argument list of it', async ({ channel, host }) => {
    const secret = [{ secret: 'a.b', as: [] }]
    const both: ReadonlyArray<Words> = [
      { do: 'put', path: '/etc/secret', content: secret, mode: '0600', owner: 'root', group: 'root' },
      { do: 'run', argv: ['sleep', '2'], effects: [] },
    ]
    const outcome = act(channel, both, { fence: 3 })
    await sleep(1000)
    assert.not.match((await host.exec(['ps', 'axwwe'])).stdout, 'a secret')
    const places = ['/run/deployer', '/var/lib/deployer', '/var/log', '/run/systemd/transient']
    assert.is((await host.exec(['grep', '-rl', 'a secret', ...places])).stdout, '')
    await done(outcome)
  })

  return test
}

for (const debian of ['13', '12'] as const) suiteOn(debian).run()
