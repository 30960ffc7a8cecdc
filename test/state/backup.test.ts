import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sqlite } from '../../state/sqlite.js'
import { applied, freshFolder, left, NOW, resource, right, startOf, writer } from '../support/state.js'

const backupsOf = (project: string): ReadonlyArray<string> => readdirSync(join(project, '.deployer', 'backups')).sort()

test('each run begins with a backup that has the runs before it, and no lock', () => {
  const project = freshFolder()
  let now = NOW
  const store = writer(project, { now: () => now })
  applied(store, project, [resource('vm.main')])
  now += 1000
  applied(store, project, [resource('docker.main')])
  assert.equal(backupsOf(project), ['20260101T120000000Z-run-1.db', '20260101T120001000Z-run-2.db'])
  const copy = new (sqlite())(join(project, '.deployer', 'backups', '20260101T120001000Z-run-2.db'), { readonly: true })
  assert.equal(copy.prepare('select run, outcome from runs').all(), [{ run: 1, outcome: 'done' }])
  assert.equal(copy.prepare('select addr from resources').pluck().all(), ['vm.main'])
  assert.is(copy.prepare('select count(*) from locks').pluck().get(), 0)
  assert.is(copy.pragma('integrity_check', { simple: true }), 'ok')
  copy.close()
  store.close()
})

test('the last ten are kept, also when the clock stands still or goes back', () => {
  const project = freshFolder()
  let now = NOW
  const store = writer(project, { now: () => now })
  const made = Array.from({ length: 14 }, (_, at) => {
    now -= at > 6 ? 3_600_000 : 0
    return right(store.backup())
  })
  assert.equal(
    backupsOf(project).map(name => join(project, '.deployer', 'backups', name)),
    made.slice(-10),
  )
  for (const file of made.slice(-10)) assert.is((statSync(file).mode & 0o777).toString(8), '600')
  store.close()
})

test('files of others beside the backups are left alone', () => {
  const project = freshFolder()
  const store = writer(project)
  right(store.backup())
  const mine = join(project, '.deployer', 'backups', 'before-the-move.db')
  writeFileSync(mine, 'mine')
  for (let at = 0; at < 12; at++) right(store.backup())
  assert.ok(existsSync(mine))
  store.close()
})

test('without a backup there is no run and no lock stays', () => {
  const project = freshFolder()
  const store = writer(project)
  const inTheWay = join(project, '.deployer', 'backups')
  writeFileSync(inTheWay, 'mine')
  assert.is(left(store.begin(startOf(project))).code, 'STATE_UNUSABLE')
  assert.equal(right(store.history()), [])
  rmSync(inTheWay)
  assert.is(applied(store, project, [resource('vm.main')]), 1)
  store.close()
})

test('half of a backup, left by a killed process, goes with the next one', () => {
  const project = freshFolder()
  const store = writer(project)
  right(store.backup())
  const [gone, alive] = [999_999_999, process.pid].map(pid =>
    join(project, '.deployer', 'backups', `20250101T000000000Z-run-1.db.${pid}.part`),
  )
  for (const part of [gone, alive]) writeFileSync(part ?? '', 'half')
  right(store.backup())
  assert.equal([existsSync(gone ?? ''), existsSync(alive ?? '')], [false, true])
  store.close()
})

test.run()
