import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { saysOf } from '../../specs/fault.js'
import { defaultKeyFile, loadKey } from '../../state/key.js'
import { childOf } from '../support/child.js'
import { freshFolder, left, right } from '../support/state.js'

const bytes = Buffer.alloc(32, 0xfb)
const keyBytes = (env: { [name: string]: string }, make = false) => right(loadKey(env, make)).key.export()

test('a key is 32 bytes in hexadecimal or base64, with or without the end of a line', () => {
  const forms = [bytes.toString('hex'), bytes.toString('hex').toUpperCase(), bytes.toString('base64'), bytes.toString('base64url')]
  for (const form of forms.flatMap(one => [one, `${one}\n`])) assert.equal(keyBytes({ DEPLOYER_KEY: form }), bytes)
})

test('anything else is no key, and is not shown', () => {
  for (const form of [
    '',
    ' ',
    'hunter2',
    bytes.toString('hex').slice(1),
    `${bytes.toString('hex')}0`,
    Buffer.alloc(31, 1).toString('base64'),
    'g'.repeat(64),
  ]) {
    const fault = left(loadKey({ DEPLOYER_KEY: form }, true))
    assert.is(fault.code, 'KEY_UNUSABLE')
    if (form.trim() !== '') assert.not.ok(saysOf(fault).includes(form.trim()))
  }
})

test('DEPLOYER_KEY goes before DEPLOYER_KEY_FILE, and that before the file in the configuration folder', () => {
  const folder = freshFolder()
  const named = join(folder, 'named')
  writeFileSync(named, 'aa'.repeat(32), { mode: 0o600 })
  const env = { XDG_CONFIG_HOME: join(folder, 'config') }
  const own = keyBytes(env, true)
  assert.equal(keyBytes({ ...env, DEPLOYER_KEY_FILE: named }).toString('hex'), 'aa'.repeat(32))
  assert.equal(keyBytes({ ...env, DEPLOYER_KEY_FILE: named, DEPLOYER_KEY: 'bb'.repeat(32) }).toString('hex'), 'bb'.repeat(32))
  assert.equal(keyBytes(env), own)
})

test('the key is made once, for its owner alone, outside of the project', () => {
  const home = freshFolder()
  const before = process.umask(0)
  try {
    const file = join(home, '.config', 'deployer', 'key')
    assert.is(defaultKeyFile({ HOME: home, XDG_CONFIG_HOME: 'relative' }), file)
    const first = keyBytes({ HOME: home }, true)
    assert.equal(keyBytes({ HOME: home }, true), first)
    assert.is(statSync(file).mode & 0o777, 0o600)
    assert.is(statSync(join(home, '.config', 'deployer')).mode & 0o777, 0o700)
    assert.match(readFileSync(file, 'utf8'), /^[0-9a-f]{64}\n$/)
  } finally {
    process.umask(before)
  }
})

test('a key that others may use, that is missing, or that is a folder is unusable', () => {
  const folder = freshFolder()
  const file = join(folder, 'key')
  const why = (path: string) => {
    const fault = left(loadKey({ DEPLOYER_KEY_FILE: path }, true))
    return fault.code === 'KEY_UNUSABLE' && fault.from === path ? fault.why : fault.code
  }
  assert.is(why(file), 'it does not exist')
  writeFileSync(file, 'aa'.repeat(32))
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(file, mode)
    assert.is(why(file), `others may use it (mode ${mode.toString(8)})`)
  }
  chmodSync(file, 0o600)
  assert.is(why(join(file, 'below')), 'a part of its path is not a folder')
  mkdirSync(join(folder, 'sub'), { mode: 0o700 })
  assert.is(why(join(folder, 'sub')), 'it is a folder')
  symlinkSync('round', join(folder, 'round'))
  assert.is(why(join(folder, 'round')), 'its links go in a circle')
  writeFileSync(join(folder, 'long'), 'a'.repeat(5000), { mode: 0o600 })
  assert.is(why(join(folder, 'long')), 'it has 5000 bytes')
})

test('without a place for a new key there is a fault', async () => {
  const project = freshFolder()
  chmodSync(project, 0o755)
  mkdirSync(join(project, '.deployer'))
  chmodSync(join(project, '.deployer'), 0o777)
  mkdirSync(join(project, 'config'))
  chmodSync(join(project, 'config'), 0o555)
  const told = await childOf('test/support/state-child.ts', ['key', project], { unprivileged: true }).rest()
  assert.equal(told, [{ code: 'KEY_UNUSABLE', from: join(project, 'config', 'deployer', 'key'), why: 'permission denied' }])
})

test.run()
