import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EXTRA, PROJECT, SYSTEM } from '../../lab/lxd-desk.js'
import { newFolder, sandboxIn } from '../sandbox/desk.js'
import { makes, storyOf } from './life.js'
import { type Exchange, lxdAt, replay } from './replay.js'

const recorded = JSON.parse(readFileSync('test/fixtures/lxd/life.json', 'utf8')) as ReadonlyArray<Exchange>
const create = makes(SYSTEM, EXTRA)

test('what LXD 5.0.2 answered to the life of a machine is what the sandbox answers', async () => {
  const server = await replay(recorded)
  const provider = lxdAt({ socket: server.socket, project: PROJECT })
  const story = await storyOf(provider, create)
  await provider.close()
  server.close()
  const expected = await storyOf(sandboxIn(newFolder()), create)
  for (const [index, chapter] of story.entries()) assert.equal(chapter, expected[index], `${chapter.says}`)
})

test('in all its life a machine is made once, with its labels, and written only on top of what was seen', async () => {
  const server = await replay(recorded)
  const provider = lxdAt({ socket: server.socket, project: PROJECT })
  await storyOf(provider, create)
  await provider.close()
  server.close()
  const made = server.asked.filter(({ method, path }) => method === 'POST' && path.startsWith('/1.0/instances?'))
  assert.is(made.length, 1)
  const { config, devices, profiles, source, type } = (made[0]?.body ?? {}) as { readonly [key: string]: unknown }
  assert.equal(
    { devices, profiles, source, type },
    {
      devices: { root: { type: 'disk', path: '/', pool: 'default', size: '4GiB' } },
      profiles: ['default'],
      source: { type: 'image', alias: 'debian/13' },
      type: 'container',
    },
  )
  const { 'user.deployer.made': _, 'user.deployer.run': __, ...written } = config as { readonly [key: string]: string }
  assert.equal(written, {
    'raw.lxc': 'lxc.init.cmd=/sbin/init SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1',
    'security.nesting': 'true',
    'limits.cpu': '2',
    'limits.memory': '512MiB',
    'user.user-data': '#cloud-config\nhostname: life\n',
    'cloud-init.user-data': '#cloud-config\nhostname: life\n',
    'user.deployer.mark': 'deployer',
    'user.deployer.environment': 'demo',
    'user.deployer.addr': 'vm.main',
    'user.deployer.fence': '5',
  })
  const writes = server.asked.filter(({ method }) => method === 'PATCH')
  assert.ok(writes.length > 4)
  assert.equal(
    writes.filter(({ match }) => match === undefined),
    [],
  )
})

test.run()
