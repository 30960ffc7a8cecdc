import fc from 'fast-check'
import { test } from 'uvu'
import type { Host } from '../../engine/contract.js'
import { aHost, roleIn } from '../support/environments.js'
import { type Case, keeps, LAWS } from '../support/laws.js'
import { aWholeTracker, withStack } from '../support/stacked.js'

const role = (host: Host, tracker: object, input: object = {}) => roleIn({ tracker, ...input }, 'tracker.main', { host })

const cases: fc.Arbitrary<Case> = fc
  .record({ host: aHost, tracker: aWholeTracker, edited: aWholeTracker })
  .map(({ host, tracker, edited }) => ({
    host,
    before: withStack('/opt/torrust', '/srv/other'),
    role: role(host, tracker),
    next: role(host, edited),
    other: role(host, tracker, { name: 'other', 'compose-stack': { root: '/srv/other' } }),
  }))

for (const law of Object.keys(LAWS)) {
  test(`tracker: ${law}`, () => keeps(law, cases, { runs: 24 }))
}

test.run()
