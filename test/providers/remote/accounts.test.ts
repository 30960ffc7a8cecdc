import { execFileSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { accountKey } from '../../../engine/account.js'
import type { Answer, ProbeOf } from '../../../engine/contract.js'
import { sqlScript } from '../../../providers/remote/act/sql.js'
import { THINGS } from '../../../providers/remote/act/things.js'
import { answersOf } from '../../../providers/remote/look/read.js'
import { lookScript } from '../../../providers/remote/look/script.js'
import { E } from '../../../specs/fp.js'

const NONCE = 'abc123'
const AT = { project: 'demo', service: 'mysql', folder: '/opt/torrust/storage/mysql/passwords' }
const probeFor = (user: string): ProbeOf<'account'> => ({
  ask: 'account',
  key: accountKey({ ...AT, user }),
  via: 'mysql.main',
  match: [{ secret: user, as: [] }],
})

const USERS = ['root', 'tracker', 'nobody']
/** What each should have. */
const WANTED: { readonly [user: string]: string } = { root: 'firstone', tracker: 'pw2', nobody: 'x' }

const answered = async (text: string, status = 0, wanted = WANTED): Promise<ReadonlyArray<Answer<unknown>>> => {
  const sections = new Map(Object.entries({ account: { text, status }, salt: { text: '', status: 0 }, files: { text: '', status: 1 } }))
  const reveal = (match: unknown) => async () => E.right(wanted[(match as [{ secret: string }])[0].secret] ?? '')
  return answersOf(USERS.map(probeFor), { host: 'demo', nonce: NONCE, sections }, reveal)
}
const present = (value: object) => ({ is: 'present', value })

/** MySQL 9.7.4 of Debian sid in Docker 26.1.5 on Debian 13, asked by the script of `account`. */
const LIES = `server demo/mysql /opt/torrust/storage/mysql/passwords
lies root current caf9eec2732edfabdee50327a28d54efa6b87a07c057a2dea4bc443c5850cca3  -
lies tracker current 33339096d7acc71c2feedff284cc4240155d652764da8e438c5e049b6e250a75  -
lies tracker next 57e6d317b80f2c9749b751bb9cc35caee51aa98782097fbffbf0622fedae7d56  -
`
const TOLD = `user tracker retains
database tracker
database another
GRANT PROCESS ON *.* TO \`tracker\`@\`%\`
GRANT ALL PRIVILEGES ON \`tracker\`.* TO \`tracker\`@\`%\` WITH GRANT OPTION
ERROR 1141 (42000) at line 1: There is no such grant defined for user 'nobody' on host '%'
`
const DATABASES = { databases: ['another', 'tracker'] }

test('which password a server takes, what the user may do there, and that an older one is taken, too', async () => {
  assert.equal(await answered(`${LIES}takes tracker next\ntakes root current\n${TOLD}`), [
    present({ accepts: 'wanted', by: 'current', grants: [], ...DATABASES }),
    present({
      accepts: 'wanted',
      by: 'next',
      retains: true,
      grants: ['ALL PRIVILEGES ON `tracker`.* WITH GRANT OPTION', 'PROCESS ON *.*'],
      ...DATABASES,
    }),
    { is: 'absent' },
  ])
})

test('what is taken and not wanted is a previous one; what root was made with counts as that, too', async () => {
  const [root, tracker] = await answered(`${LIES}takes tracker current\ntakes root first\n${TOLD.replace(' retains', '')}`)
  assert.equal(root, present({ accepts: 'previous', grants: [], ...DATABASES }))
  assert.is((tracker as { value: { accepts: string; by: string } }).value.accepts, 'previous')
  assert.is((tracker as { value: { accepts: string; by: string } }).value.by, 'current')
})

test('where root is refused nobody knows who is there, and nobody is taken for absent', async () => {
  const [root, , nobody] = await answered(LIES)
  assert.equal(
    [root, nobody],
    [present({ accepts: 'neither', grants: [], databases: [] }), present({ accepts: 'neither', grants: [], databases: [] })],
  )
})

test('no container is no account; a server that does not run could not be asked', async () => {
  const first = 'server demo/mysql /opt/torrust/storage/mysql/passwords\n'
  assert.equal(await answered(`${first}none\n`), [{ is: 'absent' }, { is: 'absent' }, { is: 'absent' }])
  for (const why of [
    'the server is exited',
    "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)",
  ]) {
    const [root] = await answered(`${LIES}down ${why}\n`)
    assert.equal(root, { is: 'unasked', via: 'mysql.main', fault: { code: 'LOOK_FAILED', host: 'demo', ask: 'account', why } })
  }
  assert.is((await answered('', 1))[0]?.is, 'unasked')
})

test('shells read what is sent, and no list of arguments has a password in it', () => {
  const shell = (script: string): void => void execFileSync('sh', ['-n'], { input: script })
  shell(lookScript(USERS.map(probeFor), NONCE))
  const step = { do: 'sql', via: 'docker.main', ...AT, statement: '' } as const
  const script = sqlScript(step, "ALTER USER 'x'@'%' IDENTIFIED BY 'it''s';")
  shell(`${THINGS}\n${script}`)
  assert.match(script, /^printf '%s\\n' '/)
})

test.run()
