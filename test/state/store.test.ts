import { cpSync, existsSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { durationKey } from '../../engine/store.js'
import { applied, doneWith, freshFolder, left, NOW, perform, reader, resource, right, startOf, writer } from '../support/state.js'

test('reading where there is no state finds nothing and makes nothing', () => {
  const project = freshFolder()
  const store = reader(project)
  assert.equal(right(store.memory('demo')), { resources: [], durations: {} })
  assert.equal(right(store.environments()), [])
  assert.equal(right(store.history()), [])
  assert.equal(right(store.secrets.peek({ environment: 'demo', name: 'a.b', version: 1 })), undefined)
  store.close()
  assert.equal(readdirSync(project), [])
})

test('what was applied is remembered by the next program', () => {
  const project = freshFolder()
  const vm = resource('vm.main', { protect: true, identity: { id: 'demo', address: '10.0.0.2' } })
  const docker = resource('docker.main', { spec: { mirrors: ['a', 'b'] } })
  const store = writer(project)
  const run = applied(store, project, [vm, docker])
  store.close()

  const later = reader(project)
  assert.equal(right(later.memory('demo')), {
    resources: [
      { ...docker, run },
      { ...vm, run },
    ],
    durations: { [durationKey('vm.main', 'create')]: 1, [durationKey('docker.main', 'create')]: 1 },
    lastRun: { run, command: 'apply', outcome: 'done' },
  })
  assert.equal(right(later.show('demo', 'vm.main')), { ...vm, run })
  assert.equal(left(later.show('demo', 'vm.other')), { code: 'ADDR_UNKNOWN', addr: 'vm.other', known: ['docker.main', 'vm.main'] })
  later.close()
})

test('a failed task changes no memory and no duration, and its fault is in the journal', () => {
  const project = freshFolder()
  const store = writer(project)
  applied(store, project, [resource('vm.main')])
  const journal = right(store.begin(startOf(project, { tasks: 3 })))
  perform(journal, 'vm.main', 'update', { outcome: 'failed', seconds: 9, fault: { code: 'STEP_FAILED' } })
  right(journal.results([{ addr: 'docker.main', action: 'create', result: { outcome: 'skipped', seconds: 0 } }]))
  right(journal.intents([{ addr: 'firewall.main', action: 'create' }]))
  right(journal.end('failed'))

  const memory = right(store.memory('demo'))
  assert.equal(memory.resources, [{ ...resource('vm.main'), run: 1 }])
  assert.equal(memory.durations, { [durationKey('vm.main', 'create')]: 1 })
  assert.equal(memory.unfinished, undefined)
  const began = new Date(NOW).toISOString()
  assert.equal(right(store.entries('demo', journal.run)), [
    { addr: 'vm.main', action: 'update', began, outcome: 'failed', seconds: 9, fault: { code: 'STEP_FAILED' } },
    { addr: 'docker.main', action: 'create', outcome: 'skipped', seconds: 0 },
    { addr: 'firewall.main', action: 'create', began },
  ])
  store.close()
})

test('history has every run with its counts, and the spec that it went towards', () => {
  const project = freshFolder()
  let now = NOW
  const store = writer(project, { now: () => now })
  applied(store, project, [resource('vm.main'), resource('docker.main')], { spec: { name: 'demo', version: 1 } })
  applied(store, project, [resource('vm.main')], { environment: 'other', file: join(project, 'other.yaml') })
  const journal = right(store.begin(startOf(project, { command: 'apply --yes', spec: { name: 'demo', version: 2 }, tasks: 1 })))
  perform(journal, 'docker.main', 'delete', doneWith('forget'))
  now += 2500
  right(journal.end('done'))

  const [last, first] = right(store.history('demo'))
  const same = { environment: 'demo', outcome: 'done', user: 'ops', host: 'bastion', fingerprint: 'f'.repeat(64), failed: 0, skipped: 0 }
  const began = new Date(NOW).toISOString()
  assert.equal(first, { ...same, run: 1, command: 'apply', tasks: 2, done: 2, began, ended: began, seconds: 0 })
  const ended = new Date(now).toISOString()
  assert.equal(last, { ...same, run: 3, command: 'apply --yes', tasks: 1, done: 1, began, ended, seconds: 2.5 })
  assert.equal(
    right(store.history()).map(run => [run.run, run.environment]),
    [
      [3, 'demo'],
      [2, 'other'],
      [1, 'demo'],
    ],
  )
  assert.equal(right(store.runSpec('demo', 1)), { name: 'demo', version: 1 })
  assert.equal(right(store.runSpec('demo', 3)), { name: 'demo', version: 2 })
  assert.equal(left(store.runSpec('demo', 2)), { code: 'RUN_UNKNOWN', run: '2', known: [1, 3] })
  assert.equal(left(store.runSpec('nobody', 1)), { code: 'ENVIRONMENT_UNKNOWN', environment: 'nobody', known: ['demo', 'other'] })
  const environments = right(store.environments())
  assert.equal(
    environments.map(one => [one.name, one.file, one.resources, one.lastRun?.run]),
    [
      ['demo', join(project, 'environment.yaml'), 1, 3],
      ['other', join(project, 'other.yaml'), 1, 2],
    ],
  )
  store.close()
})

test('an equal spec is stored once however many runs went towards it', () => {
  const project = freshFolder()
  const store = writer(project)
  const spec = { name: 'demo', long: 'x'.repeat(100_000) }
  applied(store, project, [], { spec })
  const before = right(store.backup())
  for (let run = 0; run < 5; run++) applied(store, project, [], { spec })
  const after = right(store.backup())
  assert.ok(statSync(after).size - statSync(before).size < 20_000)
  store.close()
})

test('two files beside one state cannot both be the environment', () => {
  const project = freshFolder()
  const [mine, theirs] = [join(project, 'environment.yaml'), join(project, 'copy.yaml')]
  writeFileSync(mine, 'name: demo\n')
  writeFileSync(theirs, 'name: demo\n')
  const store = writer(project)
  applied(store, project, [resource('vm.main')])
  const taken = { code: 'STATE_NAME_TAKEN', environment: 'demo', file: theirs, by: mine }
  assert.equal(left(store.begin(startOf(project, { file: theirs }))), taken)
  assert.equal(left(store.memory('demo', theirs)), taken)
  assert.equal(right(store.memory('demo', mine)).resources.length, 1)
  store.close()

  const knowing = writer(project, { nameOf: file => (file === mine ? 'renamed' : 'demo') })
  assert.equal(right(knowing.memory('demo', theirs)).resources.length, 1)
  knowing.close()
})

test('a renamed file and a moved or copied project keep their environment', () => {
  const project = freshFolder()
  writeFileSync(join(project, 'environment.yaml'), 'name: demo\n')
  const store = writer(project)
  applied(store, project, [resource('vm.main')])
  store.close()

  const copy = freshFolder()
  cpSync(project, copy, { recursive: true })
  const copied = writer(copy)
  assert.equal(right(copied.memory('demo', join(copy, 'environment.yaml'))).resources.length, 1)
  renameSync(join(copy, 'environment.yaml'), join(copy, 'prod.yaml'))
  assert.equal(applied(copied, copy, [resource('vm.main')], { file: join(copy, 'prod.yaml') }), 2)
  assert.equal(right(copied.environments())[0]?.file, join(copy, 'prod.yaml'))
  copied.close()
})

test('a resource is forgotten only after a backup that still has it', () => {
  const project = freshFolder()
  const store = writer(project)
  applied(store, project, [resource('vm.main'), resource('docker.main')])
  assert.equal(left(store.rm('demo', 'vm.mian')), { code: 'ADDR_UNKNOWN', addr: 'vm.mian', known: ['docker.main', 'vm.main'] })
  const backup = right(store.rm('demo', 'vm.main'))
  assert.ok(existsSync(backup))
  assert.equal(
    right(store.memory('demo')).resources.map(one => one.addr),
    ['docker.main'],
  )
  assert.equal(right(store.environments())[0]?.lock, undefined)

  const held = right(store.lock(startOf(project)))
  assert.equal(left(store.rm('demo', 'docker.main')).code, 'LOCKED')
  right(held.release())
  store.close()
})

test('verify counts what is there and looks into the backups', () => {
  const project = freshFolder()
  const store = writer(project)
  applied(store, project, [resource('vm.main'), resource('docker.main')])
  const bad = join(project, '.deployer', 'backups', '20200101T000000000Z-run-1.db')
  writeFileSync(bad, 'nothing')
  const verified = right(store.verify())
  assert.equal(
    { ...verified, backups: [] },
    {
      file: join(project, '.deployer', 'state.db'),
      format: 1,
      environments: 1,
      resources: 2,
      runs: 1,
      secrets: 0,
      backups: [],
    },
  )
  assert.equal(
    verified.backups.map(one => one.sound),
    [true, false],
  )
  store.close()
})

test.run()
