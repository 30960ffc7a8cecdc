import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Answer, Probe } from '../../../engine/contract.js'
import { readLook, sectionsOf } from '../../../providers/remote/look/read.js'
import { lookScript } from '../../../providers/remote/look/script.js'
import { E } from '../../../specs/fp.js'

interface Recorded {
  readonly nonce: string
  readonly probes: ReadonlyArray<Probe>
  readonly output: ReadonlyArray<string>
}
const recorded = (name: string): Recorded => JSON.parse(readFileSync(`test/fixtures/hosts/${name}.json`, 'utf8')) as Recorded

const reveal = (text: unknown) => async () => E.right(String(text))

const lookAt = async ({ nonce, probes, output }: Recorded) => {
  const sections = sectionsOf(output.join('\n'), nonce)
  assert.ok(sections)
  return readLook(probes, { host: 'demo', nonce, sections }, reveal)
}

const present = <A>(value: A): Answer<A> => ({ is: 'present', value })
const absent = { is: 'absent' } as const
const answersOf = async (name: string): Promise<{ readonly [key: string]: Answer<unknown> | undefined }> => {
  const host = recorded(name)
  const { answers } = await lookAt(host)
  return Object.fromEntries(host.probes.map(({ ask, key }, index) => [`${ask} ${key}`, answers[index]]))
}

const ROOT = { owner: 'root', group: 'root' }
const LONG = '/var/lib/a-folder-with-a-name-that-is-longer-than-the-hundred-bytes-that-the-header-of-an-archive-has-room-for-in-it'
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample operator@example'

/** What two hosts have in common. */
const SAME: { readonly [probe: string]: Answer<unknown> } = {
  'file /etc/absent': absent,
  'file /etc': absent,
  'file /etc/shadow-of-a-secret': present({ mode: '0600', ...ROOT, same: true }),
  'file /etc/hostname-absent': absent,
  'dir /tmp': present({ mode: '1777', ...ROOT }),
  'dir /etc/absent': absent,
  [`dir ${LONG}`]: present({ mode: '0755', ...ROOT }),
  'package docker-ce': absent,
  'package removed-long-ago': absent,
  'unit ssh.service': present({ active: true, enabled: true }),
  'unit ssh.socket': present({ active: false, enabled: false }),
  'unit docker.service': present({ active: true, enabled: true }),
  'unit absent.service': absent,
  'user torrust': present({ shell: '/bin/bash', groups: ['sudo'], sudo: true, keys: [KEY] }),
  'user root': present({ shell: '/bin/bash', groups: [], sudo: true, keys: [] }),
  'user nobody-here': absent,
  'member torrust/sudo': present({ user: 'torrust', group: 'sudo' }),
  'member torrust/docker': absent,
  'sysctl net.ipv4.ip_local_port_range': present({ value: '32768\t60999' }),
  'sysctl net.absent': absent,
  'setting timezone': present({ value: 'Etc/UTC' }),
  'sshd sshd': present({ ports: [22], passwords: false, root: true }),
  'firewall ufw': present({ active: true, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: true }),
  'rule allow 22/tcp': present({ allow: true, port: '22', proto: 'tcp', from: 'any', comment: 'deployer:demo' }),
  'rule allow 1/tcp': absent,
  'chain DEPLOYER-absent': absent,
  'port 22/tcp': present({ process: 'sshd' }),
  'port 6969/udp': absent,
  'undo firewall': absent,
}

const rule = (allow: boolean, port: string, from: string, comment = '', proto = 'tcp') => ({ allow, port, proto, from, comment })
const DROP = '! -i dep-+ -o dep-+ -m conntrack --ctstate NEW -m conntrack ! --ctstate DNAT -j DROP'
const CLOSED = '! -i dep-+ -o dep-+ -p tcp -m conntrack --ctorigdstport 1212 -m conntrack --ctstate NEW -j DROP'
const open = (source: string): string => `-s ${source} ! -i dep-+ -o dep-+ -p tcp -m conntrack --ctorigdstport 1212 -j RETURN`

const OWN: { readonly [host: string]: { readonly [probe: string]: Answer<unknown> } } = {
  'debian-13': {
    'file /etc/hostname': present({ mode: '0644', ...ROOT, content: 'sc-a\n' }),
    'package ufw': present({ version: '0.36.2-9' }),
    'package docker.io': present({ version: '26.1.5+dfsg1-9+deb13u1' }),
    'rules ufw': present({
      rules: [
        rule(true, '22', 'any', 'deployer:demo'),
        rule(true, '8080', '0.0.0.0/0', 'deployer:demo'),
        rule(false, '7070', '192.0.2.0/24'),
        rule(true, '2222', 'any'),
        rule(true, '6000:6010', 'any'),
        rule(true, '8081', '::/0', 'deployer:demo'),
        rule(true, '7071', '2001:db8::/32'),
      ],
      others: ['allow 22/tcp (OpenSSH)', 'allow 53/udp out'],
    }),
    'chain DEPLOYER-demo': present({
      ipv4: [DROP, CLOSED, open('192.0.2.0/24')],
      ipv6: [DROP, CLOSED, open('2001:db8::/32')],
    }),
    'engine docker': present({ version: '26.1.5', compose: '2.26.1', config: {} }),
  },
  'debian-12': {
    'package ufw': present({ version: '0.36.2-1' }),
    'rules ufw': present({
      rules: [rule(true, '22', 'any', 'deployer:demo'), rule(true, '6969', '192.0.2.0/24', '', 'udp')],
    }),
    'chain DEPLOYER-demo': absent,
    'engine docker': present({ version: '20.10.24', compose: '', config: {} }),
  },
}

for (const [host, own] of Object.entries(OWN)) {
  test(`what a ${host} host printed is read as what it has`, async () => {
    const answers = await answersOf(host)
    for (const [probe, answer] of Object.entries({ ...SAME, ...own })) assert.equal(answers[probe], answer, probe)
  })

  test(`a ${host} host says what it is, and that nothing of ours is on it`, async () => {
    const { answers: _, ...rest } = await lookAt(recorded(host))
    const [os, version] = host.split('-')
    assert.equal(rest, { ledger: [], host: { os, version, arch: 'amd64', ipv6: true }, busy: [] })
  })

  test(`the output of a ${host} host that was cut anywhere is no answer`, () => {
    const { nonce, output } = recorded(host)
    const whole = output.join('\n')
    const last = whole.lastIndexOf(`${nonce} all\n`)
    for (let length = 0; length < last; length += 97) assert.is(sectionsOf(whole.slice(0, length), nonce), undefined)
  })
}

test('a banner and a slow profile around the answers are passed over', async () => {
  const host = recorded('debian-13')
  const output = ['Welcome to demo', `begin file`, ...host.output, 'Goodbye']
  assert.equal(await lookAt({ ...host, output }), await lookAt(host))
})

test('a question that failed on the host is unasked, and the others are answered', async () => {
  const host = recorded('debian-13')
  const output = host.output.map(line => (line === `${host.nonce} end unit 0` ? `${host.nonce} end unit 1` : line))
  const { answers } = await lookAt({ ...host, output })
  const of = (sort: string) => answers[host.probes.findIndex(({ ask }) => ask === sort)]
  const fault = { code: 'LOOK_FAILED', host: 'demo', ask: 'unit', why: 'the question ended with 1' }
  assert.equal(of('unit'), { is: 'unasked', via: 'vm.main', fault })
  assert.is(of('package')?.is, 'present')
})

test('no text that is to be matched is in what is sent', () => {
  const match = [{ secret: 'tracker.token', as: [] }]
  const probes: ReadonlyArray<Probe> = [
    { ask: 'file', key: '/etc/one', via: 'vm.main', match },
    { ask: 'file', key: '/etc/two', via: 'vm.main', match: 'hunter2' },
  ]
  const script = lookScript(probes, 'a-nonce')
  assert.not.match(script, 'hunter2')
  assert.not.match(script, 'tracker.token')
})

test.run()
