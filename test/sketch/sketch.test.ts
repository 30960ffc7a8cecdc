import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Addr, AnyKind, Change } from '../../engine/contract.js'
import { engineOf } from '../../engine/model/effects/packages.js'
import { kinds } from '../../resources/registry.js'
import { aTracker, HOSTS, KEY, roleIn } from '../support/environments.js'
import { type Case, keeps, LAWS } from '../support/laws.js'
import { decideAs, type Role, settle, stageWith } from '../support/stage.js'
import { backup } from './backup.js'
import { caddy } from './caddy.js'
import { composeStack } from './compose-stack.js'
import { grafana } from './grafana.js'
import { prometheus } from './prometheus.js'
import { tracker } from './tracker.js'

const sketched: ReadonlyArray<AnyKind> = [composeStack, tracker, prometheus, grafana, caddy, backup]
const registry = new Map([...kinds, ...sketched.map(one => [one.kind, one] as const)])
const host = HOSTS[1] as (typeof HOSTS)[number]

const ROOT = { mode: '0750', owner: 'root', group: 'root' }
/** What the earlier resources leave: an engine, and the stack's folder. */
const before: ReadonlyArray<Change> = [
  { ask: 'package', key: 'docker.io', to: { version: '26.1.5' } },
  { ask: 'unit', key: 'docker.service', to: { active: true, enabled: true } },
  { ask: 'engine', key: 'docker', to: engineOf(name => (name === 'docker.io' ? '26.1.5' : undefined), {}) },
  { ask: 'user', key: 'torrust', to: { shell: '/bin/bash', groups: ['sudo'], sudo: true, keys: [KEY] } },
]
const withRoot: ReadonlyArray<Change> = [
  ...before,
  { ask: 'dir', key: '/opt/torrust', to: ROOT },
  { ask: 'dir', key: '/opt/torrust/storage', to: ROOT },
]

const whole = (input: object) => ({
  tracker: { udp: [6969], database: 'mysql' },
  mysql: {},
  prometheus: {},
  grafana: { domain: 'grafana.example.com' },
  caddy: { email: 'ops@example.com' },
  backup: { offsite: { repository: 's3:s3.example.com/b', password: { env: 'RESTIC' } } },
  ...input,
})
const role = (input: object, addr: Addr): Role => roleIn(whole(input), addr, { host, registry })

const casesOf = (addr: Addr): fc.Arbitrary<Case> =>
  fc.record({ one: aTracker, edited: aTracker }).map(({ one, edited }) => ({
    host,
    before: addr === 'compose-stack.main' ? before : withRoot,
    role: role({ tracker: { ...one, database: 'mysql' } }, addr),
    next: role({ tracker: { ...edited, database: 'mysql' } }, addr),
  }))

for (const { kind } of sketched) {
  test(`a sketch of ${kind} keeps the laws`, async () => {
    for (const law of Object.keys(LAWS)) await keeps(law, casesOf(`${kind}.main`), { runs: 8 })
  })
}

test('a changed listener recreates the tracker by name, after it was tried', async () => {
  const stage = stageWith(host, 'demo', withRoot)
  await settle(stage, role({}, 'tracker.main'))
  const { steps } = await decideAs(stage, role({ tracker: { udp: [6970], database: 'mysql' } }, 'tracker.main'))
  assert.equal(
    steps.map(step => step.do),
    ['put', 'pull', 'try', 'up'],
  )
})

test('a new scrape target reloads Prometheus and restarts nothing', async () => {
  const stage = stageWith(host, 'demo', withRoot)
  await settle(stage, role({}, 'prometheus.main'))
  const { steps } = await decideAs(stage, role({ prometheus: { scrape_interval: '30s' } }, 'prometheus.main'))
  assert.equal(
    steps.map(step => (step.do === 'signal' ? step.signal : step.do)),
    ['put', 'SIGHUP', 'put'],
  )
})

test('no step of any of them carries a secret in clear', async () => {
  for (const { kind } of sketched) {
    const { steps } = await decideAs(stageWith(host, 'demo', withRoot), role({}, `${kind}.main`))
    assert.not.match(JSON.stringify(steps), /"from":\{/)
  }
})

test.run()
