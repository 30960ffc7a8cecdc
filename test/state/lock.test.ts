import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sqlite } from '../../state/sqlite.js'
import { childOf } from '../support/child.js'
import { applied, doneWith, freshFolder, left, NOW, perform, reader, resource, right, startOf, writer } from '../support/state.js'

const CHILD = 'test/support/state-child.ts'
const SINCE = new Date(NOW).toISOString()

test('a second run is refused and told by whom', () => {
  const project = freshFolder()
  const [one, two] = [writer(project), writer(project, { user: 'eve' })]
  const journal = right(one.begin(startOf(project, { command: 'apply --yes' })))
  const locked = { code: 'LOCKED', environment: 'demo', by: 'ops', host: 'bastion', pid: process.pid, since: SINCE, command: 'apply --yes' }
  assert.equal(left(two.begin(startOf(project))), locked)
  assert.equal(left(one.begin(startOf(project))), locked)
  assert.equal(right(two.environments())[0]?.lock, {
    user: 'ops',
    host: 'bastion',
    pid: process.pid,
    since: SINCE,
    command: 'apply --yes',
    run: 1,
    life: 'alive',
  })
  right(journal.end('done'))
  right(right(two.begin(startOf(project))).end('done'))
  one.close()
  two.close()
})

test('a lock that was damaged is judged by the number of its process', () => {
  const project = freshFolder()
  const store = writer(project)
  right(store.lock(startOf(project)))
  const damage = (pid: number): void => {
    const db = new (sqlite())(store.file)
    db.prepare(`update locks set process = 'damaged', pid = ?`).run(pid)
    db.close()
  }
  damage(process.pid)
  assert.is(left(store.lock(startOf(project))).code, 'LOCKED')
  damage(2 ** 22 + 1)
  right(right(store.lock(startOf(project))).release())
  store.close()
})

test('environments beside each other are locked apart', () => {
  const project = freshFolder()
  const store = writer(project)
  const demo = right(store.begin(startOf(project)))
  const other = right(store.begin(startOf(project, { environment: 'other', file: join(project, 'other.yaml') })))
  perform(demo, 'unit.a', 'create', doneWith(resource('unit.a')))
  perform(other, 'unit.b', 'create', doneWith(resource('unit.b')))
  right(demo.end('done'))
  right(other.end('done'))
  store.close()
})

test('fences grow with every lock, also when the clock stands still, goes back, or the state was lost', () => {
  const project = freshFolder()
  let now = NOW
  const store = writer(project, { now: () => now })
  const fence = () => {
    const lock = right(store.lock(startOf(project)))
    right(lock.release())
    return lock.fence
  }
  const [first, second] = [fence(), fence()]
  now -= 60_000
  const third = fence()
  assert.ok(first < second && second < third)
  store.close()
  const again = freshFolder()
  const fresh = writer(again, { now: () => NOW + 1000 })
  assert.ok(right(fresh.lock(startOf(again))).fence > third)
  fresh.close()
})

test('a lock is released once, and never that of a later holder', () => {
  const project = freshFolder()
  const store = writer(project)
  const first = right(store.lock(startOf(project)))
  right(first.release())
  const second = right(store.lock(startOf(project)))
  right(first.release())
  assert.is(left(store.lock(startOf(project))).code, 'LOCKED')
  right(second.release())
  store.close()
})

test('a run that was unlocked by somebody writes nothing more', () => {
  const project = freshFolder()
  const store = writer(project)
  const journal = right(store.begin(startOf(project)))
  perform(journal, 'unit.a', 'create', doneWith(resource('unit.a')))
  assert.is(right(store.unlock('demo'))?.command, 'apply')
  assert.is(right(store.unlock('demo')), undefined)
  assert.equal(right(store.memory('demo')).unfinished, { run: 1, command: 'apply' })

  const lost = { code: 'LOCK_LOST', environment: 'demo' }
  const late = [{ addr: 'unit.b' as const, action: 'create' }]
  assert.equal(left(journal.intents(late)), lost)
  const next = right(store.begin(startOf(project)))
  assert.equal(left(journal.results([{ addr: 'unit.a', action: 'create', result: doneWith('forget') }])), lost)
  assert.equal(left(journal.end('done')), lost)
  perform(next, 'unit.c', 'create', doneWith(resource('unit.c')))
  right(next.end('done'))
  assert.equal(
    right(store.memory('demo')).resources.map(one => [one.addr, one.run]),
    [
      ['unit.a', 1],
      ['unit.c', 2],
    ],
  )
  assert.equal(
    right(store.history()).map(run => run.outcome),
    ['done', 'abandoned'],
  )
  store.close()
})

test('an ended run writes nothing more', () => {
  const project = freshFolder()
  const store = writer(project)
  const journal = right(store.begin(startOf(project)))
  right(journal.end('done'))
  assert.is(left(journal.intents([{ addr: 'unit.a', action: 'create' }])).code, 'LOCK_LOST')
  store.close()
})

test('the lock of a killed process is taken over, and its run is unfinished until another one has ended', async () => {
  const project = freshFolder()
  const child = childOf(CHILD, ['begin', project])
  try {
    assert.is(await child.next(), 'began')
    const store = writer(project)
    assert.equal(right(store.memory('demo')).unfinished, undefined)
    assert.is(right(store.memory('demo')).lastRun?.outcome, 'running')
    assert.is(left(store.begin(startOf(project))).code, 'LOCKED')
    store.close()
  } finally {
    await child.kill()
  }

  const looking = reader(project)
  const unfinished = { run: 1, command: 'apply' }
  assert.equal(right(looking.memory('demo')).unfinished, unfinished)
  assert.is(right(looking.environments())[0]?.lock?.life, 'gone')
  looking.close()
  const store = writer(project)
  const lock = right(store.lock(startOf(project)))
  assert.equal(right(store.memory('demo')).unfinished, unfinished)
  const journal = right(lock.begin(startOf(project)))
  assert.equal(right(store.memory('demo')).unfinished, undefined)
  right(journal.end('done'))
  assert.equal(
    right(store.history()).map(run => run.outcome),
    ['done', 'abandoned'],
  )
  store.close()
})

test('a lock of another machine is only taken away by unlock', () => {
  const project = freshFolder()
  const there = writer(project, { host: 'laptop', pid: 999_999 })
  right(there.lock(startOf(project)))
  const here = writer(project)
  assert.is(left(here.begin(startOf(project))).code, 'LOCKED')
  assert.is(right(here.unlock('demo'))?.life, 'elsewhere')
  right(right(here.begin(startOf(project))).end('done'))
  assert.equal(left(here.unlock('nobody')), { code: 'ENVIRONMENT_UNKNOWN', environment: 'nobody', known: ['demo'] })
  there.close()
  here.close()
})

test('a process that has the number of a gone one is not taken for it', async () => {
  const project = freshFolder()
  const sleeper = spawn('sleep', ['60'])
  const store = writer(project, { pid: sleeper.pid ?? 0 })
  right(store.lock(startOf(project)))
  store.close()
  const same = writer(project)
  assert.is(left(same.lock(startOf(project))).code, 'LOCKED')
  sleeper.kill('SIGKILL')
  await once(sleeper, 'exit')
  right(right(same.lock(startOf(project))).release())
  same.close()
})

test('of several processes that begin at once one gets the lock', async () => {
  const project = freshFolder()
  const at = String(Date.now() + 2500)
  const children = [1, 2, 3].map(() => childOf(CHILD, ['race', project, at]))
  const told = await Promise.all(children.map(child => child.next()))
  assert.equal(told.sort(), ['LOCKED', 'LOCKED', 'began'])
  for (const child of children) await child.kill()
  const store = writer(project)
  assert.equal(
    right(store.memory('demo')).resources.map(one => one.addr),
    ['unit.a'],
  )
  assert.is(applied(store, project, []), 2)
  store.close()
})

test.run()
