import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { shellFor, sshArgs, waysTo } from '../../../providers/ssh/target.js'

const login = { user: 'torrust', port: 2222, key: '/home/ann/.ssh/id' }
const target = { name: 'demo', addresses: ['192.0.2.9', '2001:db8::9'], login, lastPort: 2200 }
const trust = { knownHosts: '/home/ann/my tracker/known_hosts', isNew: false, patience: 10 }

test('the wanted port is tried first, then the last one, then 22, at every address', () => {
  const ways = waysTo(target).map(({ address, port }) => `${port} ${address}`)
  assert.equal(ways, ['2222 192.0.2.9', '2222 2001:db8::9', '2200 192.0.2.9', '2200 2001:db8::9', '22 192.0.2.9', '22 2001:db8::9'])
})

test('the key of a host is pinned under its name, at whatever port and address it answers', () => {
  const args = sshArgs(target, { address: '192.0.2.9', port: 22 }, trust)
  assert.ok(args.includes('HostKeyAlias=demo'))
  assert.ok(args.includes('UserKnownHostsFile="/home/ann/my tracker/known_hosts"'))
  assert.ok(args.includes('GlobalKnownHostsFile=/dev/null'))
})

test('whatever a host that is known shows besides its key stops everything, and only a new one is believed', () => {
  const way = { address: '192.0.2.9', port: 22 }
  assert.ok(sshArgs(target, way, trust).includes('StrictHostKeyChecking=yes'))
  assert.ok(sshArgs(target, way, { ...trust, isNew: true }).includes('StrictHostKeyChecking=accept-new'))
})

test('the key that the file names is the only one that is tried', () => {
  const way = { address: '192.0.2.9', port: 22 }
  assert.ok(sshArgs(target, way, trust).includes('IdentitiesOnly=yes'))
  assert.not.ok(sshArgs({ ...target, login: { user: 'torrust', port: 22 } }, way, trust).includes('IdentitiesOnly=yes'))
})

test('a connection that proves that one can be made shares nothing', () => {
  const args = sshArgs(target, { address: '192.0.2.9', port: 22 }, trust)
  assert.ok(args.includes('ControlPath=none'))
  assert.ok(args.includes('ControlMaster=no'))
})

test('root needs no sudo', () => {
  assert.is(shellFor({ user: 'root', port: 22 }), 'exec /bin/sh')
  assert.is(shellFor(login), 'exec sudo -n /bin/sh')
})

test.run()
