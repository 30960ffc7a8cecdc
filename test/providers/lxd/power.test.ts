import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AT, begins, change, ends, faultOf, instance, managed, spoken, sync, there } from './answers.js'
import { NAME } from './life.js'
import type { Exchange } from './replay.js'

test('a machine that gets no address is said to be silent after two minutes', () =>
  spoken(
    [
      ...there,
      sync('GET', AT, instance({ type: 'container', expanded_devices: { eth0: { type: 'nic', network: 'lxdbr0' } } }), 'one'),
      sync('PATCH', AT, {}),
      begins('PUT', `${AT}/state`, 's'),
      ends('s', 'Success'),
      sync('GET', `${AT}/state`, { status: 'Running', network: null }),
    ],
    async provider => {
      const silent = { code: 'MACHINE_SILENT', machine: NAME, network: 'lxdbr0', seconds: 120 }
      assert.equal(faultOf(await change(provider, { running: true })), silent)
    },
  ))

const addressed = (...addresses: ReadonlyArray<string>): Exchange =>
  sync('GET', `${AT}/state`, {
    status: 'Running',
    network: {
      eth0: {
        hwaddr: '00:16',
        addresses: addresses.map(address => ({ family: address.includes(':') ? 'inet6' : 'inet', scope: 'global', address })),
      },
    },
  })

test('IPv4 is waited for where it is given out, and IPv6 after it never', async () => {
  const container = instance({ type: 'container', expanded_devices: { eth0: { type: 'nic', network: 'lxdbr0' } } })
  const starting = [
    ...there,
    sync('GET', AT, container, 'one'),
    sync('PATCH', AT, {}),
    begins('PUT', `${AT}/state`, 's'),
    ends('s', 'Success'),
  ]
  const looks = async (config: object, ...states: ReadonlyArray<Exchange>): Promise<number> => {
    let count = 0
    const listed = sync('GET', '/1.0/instances?recursion=1', [])
    await spoken([...starting, managed(config), listed, ...states], async (provider, { asked }) => {
      assert.is(faultOf(await change(provider, { running: true })), 'done')
      count = asked.filter(({ method, path }) => method === 'GET' && path === `${AT}/state`).length
    })
    return count
  }
  const both = { 'ipv4.address': '10.77.0.1/24', 'ipv6.address': 'fd77:1::1/64' }
  const [v4, v6] = ['10.77.0.5', 'fd77:1::5']
  assert.is(await looks(both, addressed(), addressed(v4), addressed(v4, v6)), 2)
  assert.is(await looks(both, addressed(v6), addressed(v6), addressed(v4, v6)), 3)
  assert.is(await looks(both, addressed(v6)), 51)
  assert.is(await looks({ ...both, 'ipv4.address': 'none' }, addressed(v6)), 1)
})

test.run()
