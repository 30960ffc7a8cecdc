import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { keysAtHand, keysOf } from '../../cli/keys.js'
import { decodeEnvironment } from '../../resources/environment.js'
import { E, fail } from '../../specs/fp.js'

const environment = (provider: unknown, ssh = {}) => {
  const { value, issues } = decodeEnvironment({ name: 'demo', provider, ssh, tracker: { udp: [6969] } })
  if (value === undefined) throw new Error(JSON.stringify(issues))
  return value
}
const nothing = (file: string) => async () => fail({ code: 'FILE_MISSING', file, folder: '.' })
const countOf = async (provider: unknown, ssh = {}) => {
  const { broken, missing } = await keysOf(environment(provider, ssh), { read: nothing })
  return { broken: broken.length, missing: missing.length }
}

test('the lines of every key may log in, without comments', async () => {
  const read = () => async () => E.right('# mine\nssh-ed25519 AAAA a\n\n ssh-ed25519 BBBB b\n')
  assert.equal((await keysOf(environment('lxd'), { read })).lines, ['ssh-ed25519 AAAA a', 'ssh-ed25519 BBBB b'])
})

test('a key pair is only missed where machines are made, and a key of the file wherever it is used', async () => {
  assert.equal(await countOf('lxd'), { broken: 0, missing: 1 })
  assert.equal(await countOf('sandbox'), { broken: 0, missing: 0 })
  assert.equal(await countOf({ kind: 'ssh', host: 'h' }, { key: 'mine' }), { broken: 0, missing: 0 })
  assert.equal(await countOf('lxd', { authorized_keys: [{ file: 'theirs.pub' }] }), { broken: 1, missing: 0 })
})

test('what is a warning about the file keeps a machine from being made', async () => {
  const { missing } = await keysOf(environment('lxd'), { read: nothing })
  assert.is(missing[0]?.level, 'warning')
  const refused = await keysAtHand('environment.yaml', missing)()
  assert.is(E.isLeft(refused) && refused.left.code === 'SPEC_INVALID' && refused.left.issues[0]?.level, 'error')
  assert.ok(E.isRight(await keysAtHand('environment.yaml', [])()))
})

test.run()
