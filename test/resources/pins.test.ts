import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Facts } from '../../engine/contract.js'
import { decodeEnvironment } from '../../resources/environment.js'
import { factsOf } from '../../resources/facts.js'
import { pinned } from '../../resources/images.js'
import { EVERY_SECTION, imagesOf, withPins } from '../../resources/pins.js'
import { wishOf } from '../../resources/wish.js'

const DIGEST = `sha256:${'a'.repeat(64)}`
const environmentOf = (more: object = {}) => {
  const { value } = decodeEnvironment({ name: 'demo', provider: 'sandbox', tracker: { udp: [6969] }, ...more })
  if (value === undefined) throw new Error('not an environment')
  return value
}
const only = (...kinds: ReadonlyArray<string>) => ({ handled: new Set(kinds) })

test('only sections that can be acted on have images', () => {
  const environment = environmentOf({ mysql: {}, prometheus: {}, grafana: {} })
  assert.equal(imagesOf(environment, only('vm', 'docker')), [])
  assert.equal(imagesOf(environment, only('tracker', 'mysql')), ['mysql:8.4', 'torrust/tracker:develop'])
  assert.is(imagesOf(environment, { handled: EVERY_SECTION }).length, 4)
  assert.equal(imagesOf(environmentOf(), { handled: EVERY_SECTION }), ['torrust/tracker:develop'])
})

test("the image of a machine is no container's", () => {
  assert.equal(imagesOf(environmentOf({ vm: { image: 'debian/12' } }), only('vm')), [])
})

const services = {
  one: { image: 'r.example.com/one:1' },
  again: { image: 'r.example.com/one:1' },
  fixed: { image: `two:2@${DIGEST}` },
  built: { build: '.' },
  variable: { image: `three:$${'{TAG}'}` },
}

test('services of the user count, but what is built, has its digest, or is no whole name', () => {
  const environment = environmentOf({ 'compose-stack': { services } })
  assert.equal(imagesOf(environment, only('compose-stack')), ['r.example.com/one:1'])
  assert.equal(imagesOf(environment, only('tracker')), ['torrust/tracker:develop'])
})

test('and so do those of compose files that are included', () => {
  const facts = [
    { fact: 'fragment', from: 'environment', file: 'more.yaml', content: { services: { four: { image: 'four' } } } },
  ] as unknown as Facts
  assert.equal(imagesOf(environmentOf(), { ...only('compose-stack'), facts }), ['four'])
})

test('a wish knows what its images are pinned to, with its overrides and without', () => {
  const environment = environmentOf()
  const wish = wishOf(environment, { keys: [], overrides: ['DEPLOYER__TRACKER__IMAGE'], without: environment })
  const known = withPins(wish, ['one:1', 'two:2'], new Map([['one:1', DIGEST]]))
  for (const facts of [known.facts, known.withoutOverrides?.facts ?? []]) {
    assert.equal(factsOf(facts, 'image'), [
      { fact: 'image', from: 'environment', image: 'one:1', digest: DIGEST },
      { fact: 'image', from: 'environment', image: 'two:2' },
    ])
    assert.equal(
      ['one:1', 'two:2', 'three:3', `four@${DIGEST}`].map(image => pinned(image, facts)),
      [`one:1@${DIGEST}`, 'two:2', 'three:3', `four@${DIGEST}`],
    )
  }
  assert.is(withPins(known, [], new Map()).facts.length, wish.facts.length)
})

test.run()
