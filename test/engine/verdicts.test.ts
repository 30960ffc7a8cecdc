import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { MachineSeen } from '../../engine/contract.js'
import { entryOf } from '../../engine/plan/decide.js'
import { verdictsOf, waitedFor } from '../../engine/plan/verdicts.js'
import { routesOf } from '../../engine/routes.js'
import { worldOf } from '../../engine/world.js'
import type { Fault } from '../../specs/fault.js'
import { E } from '../../specs/fp.js'
import { roleIn } from '../support/environments.js'

const MACHINE: MachineSeen = {
  id: 'demo',
  image: 'debian/13',
  type: 'container',
  cpus: 2,
  memory: 2 * 2 ** 30,
  disk: 10 * 2 ** 30,
  running: true,
  addresses: ['192.0.2.9'],
  labels: {},
  config: {},
}

/** What a plan makes of a machine that runs and whose host can't be asked. */
const verdictFor = (fault: Fault, { known = true, provider = 'lxd' as object | string } = {}): string => {
  const { kind, declared, facts } = roleIn({ name: 'demo', provider, vm: { hostname: 'demo' }, tracker: { udp: [6969] } }, 'vm.main')
  const entry = entryOf(declared, kind, facts)
  const answers = entry.probes.map(({ ask, via }) =>
    ask === 'machine' ? ({ is: 'present', value: MACHINE } as const) : ({ is: 'unasked', via, fault } as const),
  )
  const machine = { addr: 'vm.main', name: 'demo', login: { user: 'torrust', port: 22 }, seen: MACHINE } as const
  const world = worldOf([[entry.probes, { answers, ledger: [], busy: [] }]], {
    environment: 'demo',
    machines: new Map([['vm.main', machine]]),
    hosts: new Map(),
    unreachable: new Map([['vm.main', fault]]),
  })
  const remembered = new Map(known ? [['vm.main', { protect: false } as never] as const] : [])
  const judged = verdictsOf([entry], { world, routes: routesOf(facts), environment: 'demo', remembered })
  return E.isLeft(judged) ? judged.left.code : (judged.right.get('vm.main')?.decision.action ?? '')
}

const refused: Fault = { code: 'LOGIN_REFUSED', host: 'demo', user: 'torrust' }
const changed: Fault = { code: 'HOST_KEY_CHANGED', host: 'demo', file: 'known_hosts' }

test('a machine of ours that only starts is waited for, and what no waiting mends is told', () => {
  assert.equal(
    [verdictFor({ code: 'HOST_REFUSED', host: 'demo', port: 22 }), verdictFor(changed), verdictFor(refused)],
    ['update', 'HOST_KEY_CHANGED', 'LOGIN_REFUSED'],
  )
})

test('one that was never seen ready may have no user yet, but never another key', () => {
  assert.equal([verdictFor(refused, { known: false }), verdictFor(changed, { known: false })], ['update', 'HOST_KEY_CHANGED'])
})

test('what can be asked only through a service waits for that, not for its host', () => {
  const { facts } = roleIn({ name: 'demo', provider: 'lxd', tracker: { udp: [6969], database: 'mysql' }, mysql: {} }, 'vm.main')
  const routes = routesOf(facts)
  assert.equal(
    ['provider', 'vm.main', 'mysql.main'].map(via => waitedFor(via, routes)),
    ['its host', 'its host', 'mysql.main'],
  )
})

test('a server that exists is not waited for', () => {
  const provider = { kind: 'ssh', host: 'demo' }
  assert.is(verdictFor({ code: 'HOST_REFUSED', host: 'demo', port: 22 }, { provider }), 'HOST_REFUSED')
})

test.run()
