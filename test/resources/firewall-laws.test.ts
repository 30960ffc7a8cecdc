import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Change } from '../../engine/contract.js'
import { isOpen } from '../../engine/model/effects/reach.js'
import { viewOf } from '../../engine/model/model.js'
import { ruleKey } from '../../engine/vocabulary.js'
import { listening } from '../../resources/ssh.js'
import { aFirewall, aHost, anSsh, aTracker, loginUser, roleIn } from '../support/environments.js'
import { type Always, type Case, keeps, LAWS } from '../support/laws.js'

const foreign = [
  { allow: true, port: '22', proto: 'tcp', from: 'any', comment: '' },
  { allow: true, port: '9090', proto: 'tcp', from: 'any', comment: 'mine' },
] as const

const ufw = (active: boolean, rules: ReadonlyArray<(typeof foreign)[number]>): ReadonlyArray<Change> => [
  { ask: 'package', key: 'ufw', to: { version: '0.36' } },
  { ask: 'firewall', key: 'ufw', to: { active, incoming: 'deny', outgoing: 'allow', routed: 'disabled', ipv6: true } },
  { ask: 'rules', key: 'ufw', to: { rules } },
  ...rules.map((rule): Change => ({ ask: 'rule', key: ruleKey(rule), to: rule })),
]

const { path, ...portFile } = listening([2222]) as NonNullable<ReturnType<typeof listening>>
const moved: ReadonlyArray<Change> = [
  { ask: 'file', key: path, to: portFile },
  { ask: 'sshd', key: 'sshd', to: { ports: [2222], passwords: false, root: false } },
]
const guarded = ufw(true, foreign)
const before: fc.Arbitrary<ReadonlyArray<Change>> = fc.constantFrom([], ufw(false, []), ufw(false, foreign), guarded, moved)

/** Under a firewall of somebody else's that lets nobody in at the new port, ssh does not move. */
const stuck = ({ ssh, firewall, before: there }: { ssh: { port: number }; firewall: object; before: unknown }): boolean =>
  'managed' in firewall && ssh.port !== 22 && there === guarded

const cases: fc.Arbitrary<Case> = fc
  .record({
    host: aHost,
    before,
    ssh: anSsh,
    firewall: aFirewall,
    tracker: aTracker,
    theirs: aTracker,
    edited: fc.record({ ssh: anSsh, firewall: aFirewall }),
  })
  .filter(one => !stuck(one) && !stuck({ ...one, ...one.edited }))
  .map(({ host, before: there, ssh, firewall, tracker, theirs, edited }) => ({
    host,
    before: [...loginUser('torrust'), ...loginUser('ops'), ...there],
    role: roleIn({ ssh, firewall, tracker }, 'firewall.main', { host }),
    next: roleIn({ ...edited, tracker: theirs }, 'firewall.main', { host }),
    other: roleIn(
      { name: 'other', ssh, firewall: 'allow' in firewall ? { ...firewall, allow: [] } : firewall, tracker: theirs },
      'firewall.main',
      { host },
    ),
  }))

/** Whatever happens, a new connection gets in on a port that sshd listens on. */
const reachable: Always = ({ model }) => {
  const view = viewOf([...model.hosts.values()][0] as never)
  const ports = view.at('sshd', 'sshd')?.ports ?? []
  assert.ok(
    ports.some(port => isOpen(view, port, 'tcp')),
    'nobody gets in any more',
  )
}

for (const law of Object.keys(LAWS)) {
  test(`firewall: ${law}`, () => keeps(law, cases, { always: reachable }))
}

test.run()
