import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Fault, hintOf } from '../../specs/fault.js'
import { openStore } from '../../state/index.js'
import { MIGRATIONS } from '../../state/migrations/index.js'
import { openForWriting } from '../../state/open.js'
import { placeOf } from '../../state/place.js'
import { sqlite } from '../../state/sqlite.js'
import { childOf } from '../support/child.js'
import { applied, freshFolder, left, NOW, optionsAt, reader, resource, right, startOf, writer } from '../support/state.js'

const CHILD = 'test/support/state-child.ts'
const fileOf = (project: string): string => join(project, '.deployer', 'state.db')
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
const withState = (): string => {
  const project = freshFolder()
  const store = writer(project)
  applied(store, project, [resource('vm.main', { spec: { text: 'x'.repeat(20_000) } })])
  applied(store, project, [resource('docker.main')])
  store.close()
  return project
}
const both = (project: string): ReadonlyArray<Fault> => [
  left(openStore(optionsAt(project))),
  left(openStore({ ...optionsAt(project), mode: 'read' })),
]

test('folder, file, log and backups belong to their owner alone, whatever the umask', () => {
  const before = process.umask(0)
  const project = freshFolder()
  try {
    const store = writer(project)
    const journal = right(store.begin(startOf(project)))
    const folder = join(project, '.deployer')
    assert.equal(modeOf(folder), '700')
    assert.equal(modeOf(join(folder, 'backups')), '700')
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(one => one.isFile())
    assert.equal(
      names
        .map(one => one.name)
        .filter(name => !name.includes('run-1'))
        .sort(),
      ['.gitignore', 'state.db', 'state.db-shm', 'state.db-wal'],
    )
    for (const one of names) assert.is(modeOf(join(one.parentPath, one.name)), '600', one.name)
    assert.equal(readFileSync(join(folder, '.gitignore'), 'utf8'), '*\n')
    right(journal.end('done'))
    store.close()
    assert.equal(readdirSync(folder).sort(), ['.gitignore', 'backups', 'state.db'])
  } finally {
    process.umask(before)
  }
})

test('a commit is on disk when it is acknowledged', () => {
  const db = right(openForWriting(placeOf(join(freshFolder(), '.deployer')), () => NOW))
  const FULL = 2
  assert.equal([db.pragma('journal_mode', { simple: true }), db.pragma('synchronous', { simple: true })], ['wal', FULL])
  db.close()
})

test('a state that was put back with wide permissions is narrowed', () => {
  const project = withState()
  chmodSync(fileOf(project), 0o644)
  chmodSync(dirname(fileOf(project)), 0o755)
  writer(project).close()
  assert.equal([modeOf(fileOf(project)), modeOf(dirname(fileOf(project)))], ['600', '700'])
})

const damages: ReadonlyArray<readonly [string, (file: string) => void, RegExp]> = [
  ['garbage', file => writeFileSync(file, 'not a database '.repeat(1000)), /not a database/],
  ['an empty file', file => truncateSync(file, 0), /empty/],
  ['one byte', file => truncateSync(file, 1), /not a state of deployer/],
  ['a header without pages', file => truncateSync(file, 100), /malformed/],
  ['a file that lost its end', file => truncateSync(file, statSync(file).size - 4096), /malformed/],
  ['a file that lost half a page', file => truncateSync(file, statSync(file).size - 2048), /malformed|bytes/],
  ['a page of noise', file => scribble(file, 4096 * 2), /.+/],
  ['a database of another program', file => other(file), /not a state of deployer/],
]

const scribble = (file: string, at: number): void => {
  const bytes = readFileSync(file)
  bytes.fill(0xa5, at, at + 4096)
  writeFileSync(file, bytes)
}
const other = (file: string): void => {
  rmSync(file)
  const db = new (sqlite())(file)
  db.exec('create table mine (a)')
  db.close()
}

for (const [what, damage, why] of damages)
  test(`${what} in place of the state is a fault that names the newest backup and changes nothing`, () => {
    const project = withState()
    const file = fileOf(project)
    damage(file)
    const damaged = readFileSync(file)
    const newest =
      readdirSync(join(project, '.deployer', 'backups'))
        .sort()
        .at(-1) ?? ''
    for (const fault of both(project)) {
      assert.is(fault.code, 'STATE_CORRUPT')
      if (fault.code !== 'STATE_CORRUPT') return
      assert.match(fault.why, why)
      assert.is(fault.backup, join(project, '.deployer', 'backups', newest))
    }
    assert.equal(readFileSync(file), damaged)
  })

test('the newest backup, copied as the hint says, is a state again', () => {
  const project = withState()
  const file = fileOf(project)
  scribble(file, 4096 * 2)
  const fault = left(openStore(optionsAt(project)))
  if (fault.code !== 'STATE_CORRUPT' || fault.backup === undefined) throw new Error(fault.code)
  assert.match(hintOf(fault), `mv ${file} ${file}.damaged; rm -f ${file}-wal ${file}-shm; cp ${fault.backup} ${file}.`)
  renameSync(file, `${file}.damaged`)
  for (const log of [`${file}-wal`, `${file}-shm`]) rmSync(log, { force: true })
  writeFileSync(file, readFileSync(fault.backup), { mode: 0o600 })
  const store = writer(project)
  assert.equal(
    right(store.memory('demo')).resources.map(one => one.addr),
    ['vm.main'],
  )
  assert.is(applied(store, project, [resource('docker.main')]), 2)
  store.close()
})

test('a log without its state is no new state', () => {
  const project = withState()
  rmSync(fileOf(project))
  writeFileSync(`${fileOf(project)}-wal`, 'something')
  const fault = left(openStore(optionsAt(project)))
  assert.is(fault.code, 'STATE_CORRUPT')
  assert.not.ok(existsSync(fileOf(project)))
})

test('a folder in place of the file is a fault', () => {
  const project = freshFolder()
  mkdirSync(fileOf(project), { recursive: true })
  for (const fault of both(project)) assert.equal(fault, { code: 'STATE_UNUSABLE', file: fileOf(project), why: 'it is a folder' })
})

test('a file in place of the folder is a fault', () => {
  const project = freshFolder()
  writeFileSync(join(project, '.deployer'), 'mine')
  assert.is(left(openStore(optionsAt(project))).code, 'STATE_UNUSABLE')
  assert.is(readFileSync(join(project, '.deployer'), 'utf8'), 'mine')
})

test('a state of a newer format is left alone', () => {
  const project = withState()
  const db = new (sqlite())(fileOf(project))
  db.pragma('user_version = 99')
  db.close()
  for (const fault of both(project))
    assert.equal(fault, { code: 'STATE_NEWER', file: fileOf(project), version: 99, known: MIGRATIONS.length })
})

test('a state that has lost a table is damaged', () => {
  const project = withState()
  const db = new (sqlite())(fileOf(project))
  db.exec('pragma foreign_keys = off; drop table resources')
  db.close()
  const store = reader(project)
  const fault = left(store.memory('demo'))
  assert.equal(fault.code === 'STATE_CORRUPT' && fault.why, 'no such table: resources')
  store.close()
})

test('an unreadable state is a fault', async () => {
  const project = withState()
  for (const path of [project, dirname(fileOf(project))]) chmodSync(path, 0o755)
  chmodSync(fileOf(project), 0o000)
  for (const how of ['open', 'read'])
    assert.equal(await childOf(CHILD, [how, project], { unprivileged: true }).rest(), [
      { code: 'STATE_UNUSABLE', file: fileOf(project), why: 'permission denied' },
    ])
})

test('a state in a folder that nobody may open is a fault, not a lost one', async () => {
  const project = withState()
  chmodSync(project, 0o755)
  chmodSync(dirname(fileOf(project)), 0o000)
  const told = ['open', 'read'].map(how => childOf(CHILD, [how, project], { unprivileged: true }).rest())
  const denied = [{ code: 'STATE_UNUSABLE', file: fileOf(project), why: 'permission denied' }]
  assert.equal(await Promise.all(told), [denied, denied])
  chmodSync(dirname(fileOf(project)), 0o755)
})

test('a read-only folder can be read, not written', async () => {
  const project = withState()
  chmodSync(project, 0o755)
  chmodSync(fileOf(project), 0o444)
  chmodSync(dirname(fileOf(project)), 0o555)
  const nobody = (how: string) => childOf(CHILD, [how, project], { unprivileged: true }).rest()
  assert.equal(await nobody('read'), [['docker.main', 'vm.main']])
  assert.equal(await nobody('open'), [{ code: 'STATE_UNUSABLE', file: fileOf(project), why: 'permission denied' }])
  chmodSync(dirname(fileOf(project)), 0o755)
})

test('no folder can be made in a read-only project', async () => {
  const project = freshFolder()
  chmodSync(project, 0o555)
  const told = await childOf(CHILD, ['open', project], { unprivileged: true }).rest()
  assert.equal(told, [{ code: 'STATE_UNUSABLE', file: fileOf(project), why: 'permission denied' }])
  chmodSync(project, 0o755)
})

test('a state that is read while it is written shows what was committed', () => {
  const project = withState()
  const store = writer(project)
  const journal = right(store.begin(startOf(project)))
  right(journal.intents([{ addr: 'unit.a', action: 'create' }]))
  right(journal.results([{ addr: 'unit.a', action: 'create', result: { outcome: 'done', seconds: 1, remember: resource('unit.a') } }]))
  const looking = reader(project)
  const memory = right(looking.memory('demo'))
  assert.equal(
    memory.resources.map(one => one.addr),
    ['docker.main', 'unit.a', 'vm.main'],
  )
  assert.equal([memory.lastRun?.outcome, memory.unfinished], ['running', undefined])
  looking.close()
  right(journal.end('done'))
  store.close()
})

test.run()
