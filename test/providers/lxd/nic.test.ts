import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { addressesOf, nicOf } from '../../../providers/lxd/nic.js'

const given = (family: string, address: string, scope = 'global') => ({ family, address, scope })
const state = {
  status: 'Running',
  network: {
    docker0: { hwaddr: '02:42:00:00:00:01', addresses: [given('inet', '172.17.0.1'), given('inet6', 'fd00:17::1')] },
    lo: { hwaddr: '', addresses: [given('inet', '127.0.0.1', 'local')] },
    enp5s0: {
      hwaddr: '00:16:3e:00:00:05',
      addresses: [given('inet6', 'fe80::5', 'link'), given('inet6', 'fd77:1::5'), given('inet', '10.77.0.5')],
    },
    eth1: { hwaddr: '00:16:3e:00:00:06', addresses: [given('inet', '192.0.2.6')] },
  },
}
const instance = {
  config: { 'volatile.eth0.hwaddr': '00:16:3e:00:00:05', 'volatile.eth1.hwaddr': '00:16:3e:00:00:06' },
  expanded_devices: {
    root: { type: 'disk', path: '/' },
    eth0: { type: 'nic', network: 'lxdbr0' },
    eth1: { type: 'nic', nictype: 'bridged', parent: 'br-lan' },
  },
}
const addressed = (wanted?: string): ReadonlyArray<string> | undefined => {
  const nic = nicOf(instance, wanted)
  return nic && addressesOf(nic, state)
}

test('an interface is known by its hardware address, whatever its name is inside', () => {
  assert.equal(addressed(), ['10.77.0.5', 'fd77:1::5'])
})

test('the network that was asked for decides which interface it is, managed by LXD or not', () => {
  assert.equal(addressed('lxdbr0'), ['10.77.0.5', 'fd77:1::5'])
  assert.equal(addressed('br-lan'), ['192.0.2.6'])
})

test('a machine that is not on the network yet answers where it is', () => {
  assert.equal(addressed('docker0'), ['10.77.0.5', 'fd77:1::5'])
})

test('without a hardware address the name counts', () => {
  assert.equal(addressesOf({ network: 'lxdbr0', name: 'eth1' }, state), ['192.0.2.6'])
  assert.equal(addressesOf({ network: 'lxdbr0', name: 'eth9' }, state), [])
})

test('a machine that is starting or stopped has no network, and no address', () => {
  assert.equal(addressesOf({ network: 'lxdbr0', name: 'eth0' }, { status: 'Error', network: null }), [])
})

test.run()
