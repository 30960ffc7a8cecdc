import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { announceKey, announcingOf, machineAsked, openKey, portsOf, serviceKey, serviceOf } from '../../engine/outside.js'

test('the key of an announce reads as a URL and says all that was asked', () => {
  const plain = { machine: 'vm.main', scheme: 'udp', port: 6969, family: 4 } as const
  assert.is(announceKey(plain), 'udp://vm.main:6969/announce?family=4')
  assert.equal(announcingOf(announceKey(plain)), plain)
  const all = {
    machine: 'vm.main',
    scheme: 'http',
    port: 80,
    family: 6,
    address: 'fd77::2',
    api: { port: 1212, address: '::1' },
    admit: ['key', 'listing'],
  } as const
  assert.is(announceKey(all), 'http://vm.main:80/announce?family=6&address=fd77::2&api=[::1]:1212&admit=key,listing')
  assert.equal(announcingOf(announceKey(all)), all)
  assert.equal(announcingOf(announceKey({ ...plain, api: { port: 1212 } })).api, { port: 1212, address: '127.0.0.1' })
})

test('so does the key of a page', () => {
  const inside = { machine: 'vm.main', scheme: 'http', port: 1212, path: '/api/v1/stats', through: 'host' } as const
  assert.is(serviceKey(inside), 'http://vm.main:1212/api/v1/stats?through=host')
  assert.equal(serviceOf(serviceKey(inside)), inside)
  const open = { machine: 'vm.main', scheme: 'https', port: 443, path: '/', family: 6 } as const
  assert.equal(serviceOf(serviceKey(open)), open)
})

test('ports are listed behind their machine', () => {
  assert.is(openKey('vm.main', ['1212/tcp', '6969/udp']), 'vm.main 1212/tcp 6969/udp')
  assert.equal(portsOf('vm.main 1212/tcp 6969/udp'), { machine: 'vm.main', ports: ['1212/tcp', '6969/udp'] })
})

test('which machine is asked about stands in the key', () => {
  const via = 'operator'
  assert.is(machineAsked({ ask: 'open', key: 'vm.main 22/tcp', via }), 'vm.main')
  assert.is(machineAsked({ ask: 'http', key: 'http://vm.main:1313/health_check', via }), 'vm.main')
  assert.is(machineAsked({ ask: 'api', key: 'http://vm.main/api', via }), 'vm.main')
  assert.is(machineAsked({ ask: 'http', key: 'http://192.0.2.7/', via }), undefined)
  assert.is(machineAsked({ ask: 'image', key: 'mysql:8.4', via }), undefined)
})

test.run()
