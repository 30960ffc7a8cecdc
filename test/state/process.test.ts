import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lifeOf, processOf } from '../../state/process.js'

const GONE = 999_999_999

test('this process is alive, and one that ended is gone', async () => {
  assert.is(lifeOf(process.pid, processOf(process.pid)), 'alive')
  const child = spawn('sleep', ['60'])
  const pid = child.pid ?? GONE
  const held = processOf(pid)
  assert.is(lifeOf(pid, held), 'alive')
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.is(lifeOf(pid, held), 'gone')
})

test('another start than the one that was noted is another process', () => {
  assert.is(lifeOf(process.pid, { ...processOf(process.pid), start: '1' }), 'gone')
})

test('what ran before the machine was started again is gone', () => {
  assert.is(lifeOf(process.pid, { ...processOf(process.pid), boot: 'before' }), process.platform === 'linux' ? 'gone' : 'alive')
})

test('what runs on another machine or in another container cannot be judged from here', () => {
  const elsewhere = process.platform === 'linux' ? 'elsewhere' : 'gone'
  assert.is(lifeOf(GONE, { ...processOf(process.pid), space: 'pid:[1]' }), elsewhere)
  if (processOf(process.pid).machine !== undefined) assert.is(lifeOf(GONE, { machine: 'another', boot: 'another' }), 'elsewhere')
})

test('a process of which nothing was noted is alive while its number is taken', () => {
  assert.is(lifeOf(process.pid, {}), 'alive')
  assert.is(lifeOf(GONE, {}), 'gone')
})

test('neither importing this room nor reading where there is no state loads the database', () => {
  const script = `
    import { createRequire } from 'node:module'
    const { openStore } = await import('./state/index.ts')
    openStore({ folder: '/nowhere/.deployer', mode: 'read', now: Date.now, host: 'h', user: 'u', pid: 1, env: {} })
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some(path => path.includes('better-sqlite3'))
    const before = loaded()
    createRequire(import.meta.url)('better-sqlite3')
    process.stdout.write(before + ' ' + loaded())`
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.is(stdout, 'false true')
})

test.run()
