import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pin, pinned, unpin } from '../../../providers/ssh/index.js'

const test = suite<{ file: string; folder: string }>('known hosts')
test.before.each(context => {
  context.folder = mkdtempSync(join(tmpdir(), 'deployer-pins-'))
  context.file = join(context.folder, 'known_hosts')
})
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }))

test('a host that nobody has seen has no key', ({ file }) => {
  assert.equal(pinned(file, 'demo'), [])
})

test('the keys of a machine that was made anew take the place of the old ones, and of no other host', ({ file }) => {
  pin(file, 'demo', ['ssh-ed25519 AAAA1'])
  pin(file, 'demo-2', ['ssh-ed25519 AAAA2'])
  pin(file, 'demo', ['ssh-ed25519 AAAA3', 'ecdsa-sha2-nistp256 AAAA4'])
  assert.equal(pinned(file, 'demo'), ['ssh-ed25519 AAAA3', 'ecdsa-sha2-nistp256 AAAA4'])
  assert.equal(pinned(file, 'demo-2'), ['ssh-ed25519 AAAA2'])
  assert.is(readFileSync(file, 'utf8'), 'demo-2 ssh-ed25519 AAAA2\ndemo ssh-ed25519 AAAA3\ndemo ecdsa-sha2-nistp256 AAAA4\n')
})

test('a host that is gone leaves its name to another', ({ file }) => {
  pin(file, 'demo', ['ssh-ed25519 AAAA1'])
  unpin(file, 'demo')
  assert.equal(pinned(file, 'demo'), [])
})

test.run()
