import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Host } from '../../engine/contract.js'
import { HOSTS, roleIn, wishFrom } from '../support/environments.js'
import { groupsOn } from './groups/index.js'
import { covered } from './page.js'
import { DEBIANS } from './sandbox.js'

const INPUTS: ReadonlyArray<object> = [
  {},
  {
    provider: { kind: 'ssh', host: '192.0.2.1' },
    vm: { hostname: 'named', timezone: 'Europe/Berlin', sysctl: { 'net.core.somaxconn': '1' } },
  },
  {
    ssh: { port: 2222, user: 'ops' },
    vm: { upgrades: 'all', timezone: 'UTC' },
    firewall: { allow: [{ port: 9100, from: '192.0.2.0/24' }] },
    docker: { packages: 'docker', registries: { 'ghcr.io': { user: 'me', password: { env: 'TOKEN' } } } },
  },
  {
    'compose-stack': { services: { exporter: { image: 'prom/node-exporter:v1.9.0', ports: ['9100:9100'] } } },
    tracker: { udp: [6969], database: 'mysql' },
    mysql: {},
  },
  { tracker: { udp: [6969], database: { driver: 'mysql', host: 'db.example.net', password: { env: 'DB' } } } },
]

/** What kinds that run today ask of hosts and do there, on a new machine and on one of which nothing is as it should be. */
const used = (host: Host): { readonly asks: ReadonlySet<string>; readonly does: ReadonlySet<string> } => {
  const asks = new Set<string>()
  const does = new Set<string>(['restore'])
  for (const input of INPUTS)
    for (const { addr } of wishFrom(input).resources) {
      const { kind, declared, facts } = roleIn(input, addr, { host })
      const want = kind.want(addr, declared.spec, facts)
      for (const { ask, via } of [...kind.probes(want), ...kind.checks(want).map(({ probe }) => probe)])
        if (via !== 'operator') asks.add(ask)
      for (const step of kind.steps(want, undefined, kind.diff(want, undefined), host)) does.add(step.do)
    }
  return { asks, does }
}
/** A provider answers for its machines; of a database this machine asks the server, only by way of the host. */
const ofHosts = (words: ReadonlySet<string>): ReadonlyArray<string> =>
  [...words].filter(word => !word.startsWith('machine') && word !== 'database')

for (const host of HOSTS)
  test(`what the kinds ask and do on ${host.os} ${host.version} has cases`, () => {
    const [have, need] = [covered(), used(host)]
    assert.equal(
      ofHosts(need.asks).filter(ask => !have.asks.has(ask as never)),
      [],
    )
    assert.equal(
      ofHosts(need.does).filter(step => !have.does.has(step as never)),
      [],
    )
  })

test('each case says something of its own', () => {
  for (const debian of DEBIANS) {
    const says = groupsOn(debian).flatMap(({ cases }) => cases.map(one => one.says))
    assert.is(new Set(says).size, says.length)
  }
})

test.run()
