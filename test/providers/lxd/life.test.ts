import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { MachineSeen } from '../../../engine/contract.js'
import { EXTRA, PROJECT, SYSTEM } from '../../lab/lxd-desk.js'
import { newFolder, sandboxIn } from '../sandbox/desk.js'
import { makes, storyOf } from './life.js'
import { type Exchange, lxdAt, replay } from './replay.js'

const recorded = (make: string): ReadonlyArray<Exchange> => JSON.parse(readFileSync(`test/fixtures/lxd/life-${make}.json`, 'utf8'))
const create = makes(SYSTEM, EXTRA)

const storyFrom = async (make: string): ReturnType<typeof storyOf> => {
  const server = await replay(recorded(make))
  const provider = lxdAt({ socket: server.socket, project: PROJECT })
  const story = await storyOf(provider, create)
  await provider.close()
  server.close()
  return story
}

test('what LXD 5.0.2 answered to the life of a machine is what the sandbox answers', async () => {
  const expected = await storyOf(sandboxIn(newFolder()), create)
  for (const [index, chapter] of (await storyFrom('lxd')).entries()) assert.equal(chapter, expected[index], `${chapter.says}`)
})

/** Recorded inside of a container whose kernel lets no container start in it. */
test('on Incus 6.0.4 a machine that cannot start is made once, found again, changed and deleted, and why it does not start is said', async () => {
  const story = await storyFrom('incus')
  const outcomes = story.map(({ says, outcome }) => {
    const { is, fault } = outcome as { readonly is: string; readonly fault?: { readonly code: string } }
    return [says, fault?.code ?? is]
  })
  assert.equal(outcomes, [
    ['made', 'STEP_FAILED'],
    ['made again, by a run that knows nothing of the first', 'done'],
    ['made by somebody who is too late', 'FENCED'],
    ['made for another environment', 'NOT_OURS'],
    ['made smaller', 'done'],
    ['given a larger disk', 'done'],
    ['given other labels', 'done'],
    ['stopped', 'done'],
    ['changed by somebody who is too late', 'FENCED'],
    ['changed and started at once', 'STEP_FAILED'],
    ['nothing', 'done'],
    ['deleted', 'done'],
    ['deleted again', 'done'],
    ['changed after it went', 'done'],
  ])
  assert.match(JSON.stringify(story[0]?.outcome), /forkstart/)
  const values = story.map(
    ({ afterwards }) => (afterwards as { readonly answers: ReadonlyArray<{ readonly value?: object }> }).answers[0]?.value,
  )
  const { cpus, memory, disk, labels, running } = values[6] as MachineSeen
  const more = labels.more
  assert.equal({ cpus, memory, disk, more, running }, { cpus: 1, memory: 2 ** 28, disk: 5 * 2 ** 30, more: 'yes', running: false })
  assert.is(values[11], undefined)
})

test('in all its life a machine is made once, with its labels, and written only on top of what was seen', async () => {
  const server = await replay(recorded('lxd'))
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
