import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lastPort, notePort, pin, pinned, unpin } from '../../../providers/ssh/known-hosts.js'
import { fingerprintOf, type Met, trustFirst } from '../../../providers/ssh/trust.js'

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

test('the port by which a host was reached last stands behind its key, and another one takes its place', ({ file }) => {
  pin(file, 'demo', ['ssh-ed25519 AAAA1'])
  pin(file, 'demo-2', ['ssh-ed25519 AAAA2'])
  assert.is(lastPort(file, 'demo'), undefined)
  notePort(file, 'demo', 22)
  assert.is(readFileSync(file, 'utf8'), 'demo ssh-ed25519 AAAA1\ndemo-2 ssh-ed25519 AAAA2\n', "sshd's own port needs no note")
  notePort(file, 'demo', 2222)
  notePort(file, 'demo', 2223)
  assert.is(lastPort(file, 'demo'), 2223)
  assert.is(lastPort(file, 'demo-2'), undefined)
  assert.equal(pinned(file, 'demo'), ['ssh-ed25519 AAAA1'])
  notePort(file, 'demo', 22)
  assert.is(lastPort(file, 'demo'), undefined)
})

test('of a host that nobody has seen no port is noted', ({ file }) => {
  notePort(file, 'demo', 2222)
  assert.not.ok(existsSync(file))
})

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPMeCzMSWzPBaGNxyuc3lDSDAzV3IyL1kEXrGEMpQwTd'

test('a fingerprint is the one that ssh-keygen shows', () => {
  assert.is(fingerprintOf(KEY), 'SHA256:+AV1cO0tttMbERNrXUPfY37FmZHgwuVgHVZNox7jTdA')
})

test('the folder is made when there is a key to keep, and who is trusted is told', ({ folder }) => {
  const seen = join(folder, 'seen')
  const kept = join(folder, 'place', 'known_hosts')
  const told: Array<Met> = []
  const trust = { knownHosts: kept, patience: 10, makeFolder: () => mkdirSync(join(folder, 'place')), met: (met: Met) => told.push(met) }
  trustFirst('demo', seen, trust)
  assert.not.ok(existsSync(join(folder, 'place')))
  pin(seen, 'demo', [KEY])
  trustFirst('demo', seen, { ...trust, traceless: true })
  assert.not.ok(existsSync(join(folder, 'place')))
  trustFirst('demo', seen, trust)
  assert.equal(pinned(kept, 'demo'), [KEY])
  assert.is(statSync(kept).mode & 0o777, 0o600)
  const fingerprint = fingerprintOf(KEY)
  assert.equal(told, [
    { host: 'demo', fingerprint },
    { host: 'demo', fingerprint, file: kept },
  ])
})

test.run()
