import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Asks } from '../../engine/contract.js'
import { partOf, serviceDetail } from '../../resources/detail.js'
import { trackerDetail } from '../../resources/tracker/detail.js'

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`
const container = (over: Partial<Asks['container']> = {}): Asks['container'] => ({
  image: `mysql:8.4@${DIGEST}`,
  running: true,
  health: 'healthy',
  restarts: 0,
  digest: '',
  networks: [],
  ...over,
})

test('a service is told by its image as it runs, its health and how often it restarted by itself', () => {
  const says = 'mysql:8.4, database tracker, user tracker'
  assert.is(serviceDetail(says, container()).says, 'mysql:8.4@sha256:01234567, healthy, database tracker, user tracker')
  assert.is(serviceDetail('web:1', container({ image: 'web:1', health: 'none', restarts: 1 })).says, 'web:1, restarted once by itself')
  assert.is(serviceDetail('web:1', container({ image: 'web:1', health: 'none', restarts: 3 })).says, 'web:1, restarted 3 times by itself')
  assert.equal(serviceDetail(says, undefined), { says })
  assert.equal(serviceDetail(says, container()).data, {
    container: { image: 'mysql:8.4', digest: DIGEST, running: true, health: 'healthy', restarts: 0 },
  })
})

test("a service of the user's is as well as its container", () => {
  assert.equal(partOf('web', undefined), { name: 'web', state: 'down', says: 'no container' })
  const states = [{}, { health: 'none' }, { health: 'starting' }, { health: 'unhealthy' }, { running: false }] as const
  assert.equal(
    states.map(over => partOf('web', container(over)).state),
    ['ok', 'ok', 'ok', 'failing', 'down'],
  )
})

test('of a tracker programs get its listeners, beside its container', () => {
  const listeners = [{ scheme: 'udp', port: 6969, bind: 'public', tls: false }] as const
  const checked = { listeners, api: { port: 1212 }, health: { port: 1313 }, listed: true, private: false, token: 'x' }
  const { says, data } = trackerDetail({ says: 'torrust/tracker:v3.0.0, sqlite', checked } as never, { container: container() })
  assert.is(says, 'mysql:8.4@sha256:01234567, healthy, sqlite')
  const { container: _, ...rest } = data ?? {}
  assert.equal(rest, { listeners, api: 1212, health: 1313, listed: true, private: false })
})

test.run()
