import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host, Step } from '../../engine/contract.js'
import { firewall } from '../../resources/firewall/index.js'
import type { FirewallSeen, FirewallWanted, MarkedRule } from '../../resources/firewall/wanted.js'
import { roleIn } from '../support/environments.js'
import { entryFor } from '../support/stage.js'

const host: Host = { os: 'debian', version: '13', arch: 'amd64', ipv6: true }
const via = 'vm.main'

const wanted = (input: object = {}): FirewallWanted => entryFor(roleIn(input, 'firewall.main')).want as FirewallWanted
const rule = (port: string, proto: 'tcp' | 'udp' = 'tcp', from = 'any', comment = 'deployer:demo'): MarkedRule => ({
  allow: true,
  port,
  proto,
  from,
  comment,
})
const bare = ({ comment: _, ...rest }: MarkedRule) => rest

const asWanted = ({ ssh, rules = [], chain }: FirewallWanted, more: Partial<FirewallSeen> = {}): FirewallSeen => ({
  installed: true,
  state: { active: true, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: true },
  rules,
  others: [],
  ...(chain && { chain: { ipv4: chain.ipv4, ipv6: chain.ipv6 } }),
  ports: [ssh.port],
  passwords: false,
  root: false,
  armed: false,
  ...more,
})
const stepsFor = (want: FirewallWanted, seen: FirewallSeen) => firewall.steps(want, seen, firewall.diff(want, seen), host)

test('what is bound to loopback gets no rule, one address its family, and everybody both', () => {
  const { rules } = wanted({
    tracker: { udp: [6969, { port: 6970, bind: 'loopback' }, { port: 6971, bind: '10.77.0.20' }, { port: 6972, bind: '::' }] },
  })
  assert.equal(rules, [rule('22'), rule('6969', 'udp'), rule('6971', 'udp', '0.0.0.0/0'), rule('6972', 'udp', '::/0')])
})

test('rules of the file stand beside the derived ones, with their notes', () => {
  const { rules } = wanted({
    firewall: { ssh_from: ['192.0.2.0/24'], allow: [{ port: 9100, from: '192.0.2.7', note: 'our node exporter' }] },
  })
  assert.equal(rules, [
    rule('22', 'tcp', '192.0.2.0/24'),
    rule('6969', 'udp'),
    rule('9100', 'tcp', '192.0.2.7', 'deployer:demo: our node exporter'),
  ])
})

test('a port that changed is one rule less, from the ledger, and one more', () => {
  const seen = asWanted(wanted({ tracker: { udp: [6970] } }))
  const want = wanted({ tracker: { udp: [6971] } })
  assert.equal(firewall.diff(want, seen), { action: 'update', fields: [{ name: 'rule', to: 'allow 6971/udp' }], files: [] })
  assert.equal(stepsFor(want, seen), [{ do: 'rule add', via, rule: bare(rule('6971', 'udp')), comment: 'deployer:demo' }])
})

test('on a fresh host ssh is allowed before anything is denied, and a new connection has to confirm', () => {
  const want = wanted()
  const seen = asWanted(want, { installed: false, rules: [] })
  const { state: _, chain: __, ...fresh } = seen
  assert.equal(stepsFor(want, fresh), [
    { do: 'install', via, packages: ['ufw'], mutex: 'packages' },
    { do: 'rule add', via, rule: bare(rule('22')), comment: 'deployer:demo' },
    { do: 'rule add', via, rule: bare(rule('6969', 'udp')), comment: 'deployer:demo' },
    {
      do: 'arm',
      via,
      name: 'firewall',
      seconds: 60,
      things: [
        { what: 'firewall', id: 'ufw' },
        { what: 'file', id: '/etc/ssh/sshd_config.d/00-deployer-port.conf' },
        { what: 'sshd', id: 'sshd' },
      ],
    },
    { do: 'firewall', via, active: true, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: true },
    { do: 'confirm', via, name: 'firewall', port: 22 },
    { do: 'chain', via, name: want.chain?.name, ipv4: want.chain?.ipv4, ipv6: want.chain?.ipv6 },
  ])
})

test('ssh moves by way of both ports, and the old one closes only after a login at the new one', () => {
  const path = '/etc/ssh/sshd_config.d/00-deployer-port.conf'
  const want = wanted({ ssh: { port: 2222 } })
  const seen = asWanted(want, { ports: [22], rules: [rule('22'), rule('6969', 'udp')] })
  const words = stepsFor(want, seen).map(step => {
    if (step.do === 'put') return `put ${step.content}`
    if (step.do === 'sshd load') return `load ${step.ports.join(' ')}`
    if (step.do === 'rule add') return `allow ${step.rule.port}`
    return step.do === 'confirm' ? `confirm ${step.port}` : step.do
  })
  assert.equal(words, ['allow 2222', 'arm', 'put Port 22\nPort 2222\n', 'load 22 2222', 'confirm 2222', 'put Port 2222\n', 'load 2222'])
  assert.equal(firewall.diff(want, seen), {
    action: 'update',
    fields: [
      { name: 'rule', to: 'allow 2222/tcp' },
      { name: 'ssh port', from: '22', to: '2222' },
    ],
    files: [{ path, to: 'Port 2222\n' }],
  })
  assert.equal(firewall.impact(want, firewall.diff(want, seen)), { stops: [], effect: 'ssh moves from 22 to 2222' })
})

const going = (what: 'rule' | 'firewall' | 'package', id: string): Step => ({ do: 'restore', via, what, id, before: 'absent' })
const said = (steps: ReadonlyArray<Step>): ReadonlyArray<string> =>
  steps.map(step =>
    step.do === 'restore' ? `take away ${step.id}` : step.do === 'arm' ? `arm ${step.things.map(({ id }) => id)}` : step.do,
  )

test('nobody is shut out of ssh but under an undo', () => {
  const want = wanted({ firewall: { ssh_from: ['192.0.2.0/24'] } })
  const own = stepsFor(want, asWanted(wanted()))
  const gone = [going('rule', 'allow 22/tcp')]
  assert.equal(said(firewall.order(want, own, gone)), [
    'rule add',
    'arm ufw,allow 22/tcp,/etc/ssh/sshd_config.d/00-deployer-port.conf,sshd',
    'take away allow 22/tcp',
    'confirm',
  ])
})

test('what is no way in goes without an undo', () => {
  assert.equal(said(firewall.order(wanted(), [], [going('rule', 'allow 6970/udp'), going('rule', 'allow 2222/tcp')])), [
    'take away allow 6970/udp',
    'take away allow 2222/tcp',
  ])
})

test('a firewall that is left to others goes before ssh moves, under one undo until the new port lets in, and the old port after', () => {
  const want = wanted({ firewall: { managed: false }, ssh: { port: 2222 } })
  const own = stepsFor(want, asWanted(want, { ports: [22] }))
  const gone = [going('rule', 'allow 2222/tcp'), going('rule', 'allow 22/tcp'), going('firewall', 'ufw')]
  const moves = ['put', 'sshd load', 'confirm', 'put', 'sshd load']
  assert.equal(
    said(firewall.order(want, own, gone)).map(words => words.split(',')[0]),
    [
      'arm ufw',
      'take away allow 2222/tcp',
      'take away ufw',
      'arm /etc/ssh/sshd_config.d/00-deployer-port.conf',
      ...moves,
      'take away allow 22/tcp',
    ],
  )
  const withUfw = firewall.order(want, own, [...gone, going('package', 'ufw')])
  assert.equal(said(withUfw).slice(1, 5), ['take away allow 2222/tcp', 'take away allow 22/tcp', 'take away ufw', 'take away ufw'])
  assert.equal(said(firewall.order(want, [], gone)).slice(1), [...gone.map(step => said([step])[0]), 'confirm'])
})

test("a rule behind somebody else's that refuses the same goes in front of it, and the plan says so", () => {
  const want = wanted()
  const behind = [{ ...rule('22'), behind: 'deny 22' }, rule('6969', 'udp')]
  const seen = asWanted(want, { rules: behind, others: ['deny 22'] })
  assert.equal(firewall.diff(want, seen), {
    action: 'update',
    fields: [{ name: 'rule', to: 'allow 22/tcp, in front of: deny 22' }],
    files: [],
  })
  assert.equal(stepsFor(want, seen), [{ do: 'rule add', via, rule: bare(rule('22')), comment: 'deployer:demo' }])
})

test('rules come again once IPv6 is filtered, before a new connection has to confirm', () => {
  const want = wanted({ firewall: { ssh_from: ['192.0.2.0/24', '2001:db8::/32'] } })
  const state = { active: true, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: false } as const
  const steps = stepsFor(want, asWanted(want, { state, rules: [] }))
  assert.equal(
    steps.map(step => (step.do === 'rule add' ? `allow ${step.rule.port} ${step.rule.from}` : step.do)),
    [
      'allow 22 192.0.2.0/24',
      'allow 6969 any',
      'arm',
      'firewall',
      'allow 22 192.0.2.0/24',
      'allow 22 2001:db8::/32',
      'allow 6969 any',
      'confirm',
    ],
  )
})

test("what somebody else's rules let in besides is said of a narrowed ssh", () => {
  const want = wanted({ firewall: { ssh_from: ['192.0.2.0/24'] } })
  const seen = asWanted(want, {
    rules: [...(want.rules ?? []), rule('22', 'tcp', 'any', '')],
    others: ['allow 22/tcp (OpenSSH)', 'deny 22'],
  })
  assert.equal(firewall.unmet(want, seen), [
    "ssh only from 192.0.2.0/24: somebody else's rule also lets in: allow 22/tcp",
    "ssh only from 192.0.2.0/24: somebody else's rule also lets in: allow 22/tcp (OpenSSH)",
  ])
})

test('an undo that is still armed is confirmed and nothing else', () => {
  const want = wanted()
  const seen = asWanted(want, { armed: true })
  assert.equal(firewall.diff(want, seen), { action: 'update', fields: [{ name: 'undo', from: 'armed', left: true }], files: [] })
  assert.equal(stepsFor(want, seen), [{ do: 'confirm', via, name: 'firewall', port: 22 }])
})

test("somebody else's rule that allows the same will do, and others are listed and left alone", () => {
  const want = wanted()
  const mine = [
    rule('22', 'tcp', 'any', ''),
    rule('9090', 'tcp', 'any', ''),
    rule('6969', 'udp'),
    rule('80', 'tcp', 'any', 'deployer:other'),
  ]
  const seen = asWanted(want, { rules: mine })
  assert.equal(firewall.diff(want, seen), { action: 'none' })
  const answers = { of: () => ({ is: 'present', value: { rules: mine } }) as never }
  assert.equal(firewall.foreign(want, answers), ['rule allow 9090/tcp from any, not ours'])
})

test('a routed policy that the kernel has no use for is no drift', () => {
  const want = wanted()
  const state = { active: true, incoming: 'deny', outgoing: 'allow', routed: 'disabled', ipv6: true } as const
  assert.equal(firewall.diff(want, asWanted(want, { state })), { action: 'none' })
})

test("limits on a published port stand in a chain of Docker's, for each family", () => {
  const sources = ['192.0.2.7', '2001:db8::/32']
  const { rules, chain } = wanted({
    tracker: { udp: [{ port: 6969, bind: 'loopback' }], api: { port: 7070, bind: 'public', from: sources } },
  })
  const through = '! -i dp2a97516c+ -o dp2a97516c+'
  const unpublished = `${through} -m conntrack --ctstate NEW -m conntrack ! --ctstate DNAT -j DROP`
  const port = `${through} -p tcp -m conntrack --ctorigdstport 7070`
  assert.equal(rules, [rule('22'), rule('7070', 'tcp', '192.0.2.7'), rule('7070', 'tcp', '2001:db8::/32')])
  assert.equal(chain, {
    name: 'DEPLOYER-2a97516c',
    says: "nobody to containers' own addresses; to 7070/tcp only 192.0.2.7, 2001:db8::/32",
    ipv4: [unpublished, `-s 192.0.2.7/32 ${port} -j RETURN`, `${port} -m conntrack --ctstate NEW -j DROP`],
    ipv6: [unpublished, `-s 2001:db8::/32 ${port} -j RETURN`, `${port} -m conntrack --ctstate NEW -j DROP`],
  })
})

test('what is published for the host itself has to be closed from outside', () => {
  const closed = (more: object, stack: object = {}) =>
    firewall
      .checks(wanted({ tracker: { udp: [6969], ...more }, 'compose-stack': stack }))
      .flatMap(({ says, probe }) => (probe.ask === 'open' ? [says, probe.key] : []))
  assert.equal(closed({}), ['closed from outside: 1212/tcp 1313/tcp', 'vm.main 1212/tcp 1313/tcp'])
  assert.equal(closed({ api: { bind: 'public' } }), ['closed from outside: 1313/tcp', 'vm.main 1313/tcp'])
  assert.equal(closed({ api: { bind: 'public' }, health: { bind: 'public' } }), [])
  const services = { web: { image: 'nginx:1.29', ports: ['127.0.0.1:8099:80', '8100:80', '[::1]:8101:80'] } }
  assert.is(closed({}, { services })[0], 'closed from outside: 1212/tcp 1313/tcp 8099/tcp 8101/tcp')
})

test('an unmanaged firewall is not even asked about', () => {
  const want = wanted({ firewall: { managed: false } })
  assert.is(firewall.sentence(want), 'not managed: left as it is')
  assert.equal(
    firewall.probes(want).map(({ ask }) => ask),
    ['sshd', 'file', 'undo'],
  )
  assert.equal(firewall.checks(want), [])
})

test('removal opens the firewall as it was before it takes the rules away', () => {
  const held = firewall.claims(wanted()).map(claim => ({ ...claim, by: [], before: 'absent' as const }))
  assert.equal(
    firewall.remove(held).map(step => (step.do === 'restore' ? `${step.what} ${step.id}` : step.do)),
    [
      'firewall ufw',
      'chain DEPLOYER-2a97516c',
      'file /etc/ssh/sshd_config.d/00-deployer-port.conf',
      'sshd sshd',
      'rule allow 6969/udp',
      'rule allow 22/tcp',
      'package ufw',
    ],
  )
})

test('what goes is said together with what becomes as before', () => {
  const losing = (input: object) =>
    firewall.losing(firewall.claims(wanted(input)).map(claim => ({ ...claim, by: [], before: 'absent' as const }))).sentence
  assert.is(losing({ ssh: { port: 2222 } }), '2 rules removed; the firewall and the port of ssh as before')
  assert.is(losing({ firewall: { managed: false } }), 'the port of ssh as before')
})

test.run()
