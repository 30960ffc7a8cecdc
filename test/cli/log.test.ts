import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makeLog } from '../../cli/log.js'
import { contextIn, folder } from '../support/cli.js'

const linesOf = (file: string): ReadonlyArray<string> => readFileSync(file, 'utf8').trimEnd().split('\n')

test('what was written before there was a place comes first, masked, and only its owner may read it', () => {
  const cwd = folder()
  const log = makeLog({ ...contextIn(cwd), now: () => 0 })
  log.write('begins')
  log.hide(text => text.replaceAll('hunter2', '(secret)'))
  log.keepIn(cwd)
  log.write('two lines\nwith hunter2')
  log.close()
  const file = join(cwd, 'deployer.log')
  const head = `1970-01-01T00:00:00.000Z ${process.pid}`
  assert.equal(linesOf(file), [`${head} begins`, `${head} two lines`, `${head} with (secret)`])
  assert.is(statSync(file).mode & 0o777, 0o600)
})

test('a full log moves aside, and only three old ones are kept', () => {
  const cwd = folder()
  const log = makeLog(contextIn(cwd))
  log.keepIn(cwd)
  for (let line = 0; line < 6; line += 1) log.write(`${line}${'x'.repeat(1024 * 1024)}`)
  log.close()
  assert.equal(
    ['', '.1', '.2', '.3', '.4'].map(age => existsSync(join(cwd, `deployer.log${age}`))),
    [true, true, true, true, false],
  )
  assert.is(statSync(join(cwd, 'deployer.log')).size, 0)
})

test('a log that cannot be written stops nobody', () => {
  const cwd = folder()
  const log = makeLog(contextIn(cwd))
  log.keepIn('/dev/null/nowhere')
  log.write('lost')
  log.close()
  assert.not(existsSync('/dev/null/nowhere'))
})

test('what must not be lost goes to the home folder when there is no state', () => {
  const cwd = folder()
  const log = makeLog(contextIn(cwd))
  const file = log.insist('bug')
  log.close()
  assert.is(file, join(cwd, '.local/state/deployer/deployer.log'))
  assert.match(readFileSync(file ?? '', 'utf8'), / bug\n$/)
})

test.run()
