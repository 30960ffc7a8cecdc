import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bytesIn, cpusIn, seenOf } from '../../../providers/lxd/seen.js'

test('sizes are read as LXD writes them; no limit is 0', () => {
  const written = ['512MiB', '2GiB', '2GB', '1073741824', '10 GiB', '50%', undefined]
  assert.equal(written.map(bytesIn), [2 ** 29, 2 ** 31, 2e9, 2 ** 30, 10 * 2 ** 30, 0, 0])
})

test('processors are read as LXD writes them, by number and by name', () => {
  assert.equal(['4', '0-3', '0-1,6', '', undefined].map(cpusIn), [4, 4, 3, 0, 0])
})

const made = {
  image: 'debian/13',
  extra: { type: 'container', profiles: ['default'], config: { 'boot.autostart': true, 'limits.processes': 500 } },
}
const instance = {
  name: 'm',
  type: 'container',
  status: 'Stopped',
  profiles: ['default'],
  config: {
    'user.deployer.made': JSON.stringify(made),
    'user.deployer.fence': '7',
    'user.deployer.mark': 'deployer',
    'user.user-data': '#cloud-config\n',
    'user.team': 'red',
    'boot.autostart': 'true',
    'limits.processes': '400',
    'image.os': 'Debian',
    'image.release': 'trixie',
  },
  devices: {},
  expanded_config: { 'limits.cpu': '2', 'limits.memory': '1GiB', 'user.of-the-profile': 'no label' },
  expanded_devices: { disk: { type: 'disk', path: '/', pool: 'fast', size: '10GiB' } },
}

test('a machine says what was asked for, where it is still so, and what it is, where not', () => {
  assert.equal(seenOf(instance, undefined, undefined), {
    id: 'm',
    image: 'debian/13',
    type: 'container',
    cpus: 2,
    memory: 2 ** 30,
    disk: 10 * 2 ** 30,
    running: false,
    addresses: [],
    labels: { 'deployer.mark': 'deployer', team: 'red' },
    config: { type: 'container', profiles: ['default'], pool: 'fast', config: { 'boot.autostart': true, 'limits.processes': '400' } },
  })
})

test('a machine that somebody else made is described by its image', () => {
  const { 'user.deployer.made': _, ...config } = instance.config
  assert.is(seenOf({ ...instance, config }, undefined, undefined).image, 'debian/trixie')
  assert.is(seenOf({ ...instance, config: { 'volatile.base_image': 'ab12' } }, undefined, undefined).image, 'ab12')
})

test.run()
