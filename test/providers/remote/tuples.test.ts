import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UFW } from '../../../providers/remote/act/ufw.js'
import { parseTuples } from '../../../providers/remote/look/tuples.js'

/** ufw 0.36.2 on Debian 13, /etc/ufw/user.rules. */
const FILE = `### tuple ### deny tcp 8200,8201 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### allow tcp 8200 0.0.0.0/0 any 0.0.0.0/0 in comment=6465706c6f7965723a653133
### tuple ### allow tcp 9999 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### deny any 9999 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### deny any 8000 0.0.0.0/0 any 203.0.113.0/24 in
### tuple ### allow tcp 8000 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### limit tcp 8001 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### reject udp 8002 0.0.0.0/0 any 0.0.0.0/0 in comment=6d696e65
### tuple ### allow udp 8002 0.0.0.0/0 any 192.0.2.0/24 in
### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 OpenSSH - in
### tuple ### allow tcp 8100:8110 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### allow tcp 8300 0.0.0.0/0 any 0.0.0.0/0 in_eth0
### tuple ### route:allow tcp 8400 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### deny any any 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### allow_log tcp 7070 0.0.0.0/0 any 0.0.0.0/0 in
`
const { rules, others } = parseTuples(FILE.replaceAll(/^/gm, '4 '))

test('a rule is behind the first before it that refuses all of it, and not behind one that refuses some', () => {
  assert.equal(
    rules.map(({ port, behind = '' }) => `${port} ${behind}`.trim()),
    ['8200,8201', '8200 deny 8200,8201/tcp', '9999', '8000', '8001', '8002 reject 8002/udp # mine', '8100:8110', '7070 deny any port'],
  )
})

test('what is limited or logged is allowed', () => {
  assert.equal(
    rules.filter(({ port }) => port === '8001' || port === '7070').map(({ allow }) => allow),
    [true, true],
  )
})

test('what says more than a rule is told as ufw would be told', () => {
  assert.equal(others, [
    'deny 9999',
    'deny 8000 from 203.0.113.0/24',
    'reject 8002/udp # mine',
    'allow 22/tcp (OpenSSH)',
    'allow 8300/tcp in on eth0',
    'route:allow 8400/tcp',
    'deny any port',
  ])
})

const scanned = (rule: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-ufw-'))
  const file = join(folder, 'user.rules')
  writeFileSync(file, FILE)
  const source = rule.split(' from ')[1] ?? '0.0.0.0/0'
  const { stdout, stderr } = spawnSync('sh', ['-c', `${UFW}\nrule_words ${rule}\nrule_scan ${file} 0.0.0.0/0 ${source}`])
  rmSync(folder, { recursive: true })
  return `${stdout}${stderr}`.trim()
}

for (const [rule, said] of [
  ['allow 8200/tcp', 'behind 1\nat allow 6465706c6f7965723a653133'],
  ['allow 9999/tcp', 'at allow'],
  ['allow 8000/tcp', 'at allow'],
  ['allow 8001/tcp', 'at limit'],
  ['allow 8002/udp', 'at reject 6d696e65'],
  ['allow 8002/udp from 192.0.2.0/24', 'behind 8\nat allow'],
  ['allow 22/tcp', 'behind 14'],
  ['allow 7070/tcp', 'behind 14\nat allow'],
] as const)
  test(`a host finds the place of ${rule} as we do`, () => {
    assert.is(scanned(rule), said)
  })

test.run()
