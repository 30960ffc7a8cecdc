import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Addr, AnyKind } from '../../engine/contract.js'
import { kinds } from '../../resources/registry.js'
import { aTracker, HOSTS, roleIn } from '../support/environments.js'
import { type Case, keeps, LAWS } from '../support/laws.js'
import { withStack } from '../support/stacked.js'
import { decideAs, type Role, settle, stageWith } from '../support/stage.js'
import { backup } from './backup.js'
import { caddy } from './caddy.js'
import { grafana } from './grafana.js'
import { prometheus } from './prometheus.js'

const sketched: ReadonlyArray<AnyKind> = [prometheus, grafana, caddy, backup]
const registry = new Map([...kinds, ...sketched.map(one => [one.kind, one] as const)])
const host = HOSTS[1] as (typeof HOSTS)[number]

const withRoot = withStack('/opt/torrust')

const whole = (input: object) => ({
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
    before: withRoot,
    role: role({ tracker: one }, addr),
    next: role({ tracker: edited }, addr),
  }))

for (const { kind } of sketched) {
  test(`a sketch of ${kind} keeps the laws`, async () => {
    for (const law of Object.keys(LAWS)) await keeps(law, casesOf(`${kind}.main`), { runs: 8 })
  })
}

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
