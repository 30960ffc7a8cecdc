import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Issue } from '../../../specs/issue.js'
import { renderIssue } from '../../../specs/issue-text.js'
import { faultOf } from './house.js'

const FIXTURE = 'test/fixtures/broken/six.yaml'

const SIX: ReadonlyArray<Issue> = [
  { code: 'UNIT_MISSING', level: 'error', path: ['backup', 'retention'], what: 'of what?', expected: '7d is seven days, 7h seven hours.' },
  { code: 'KEY_UNKNOWN', level: 'error', path: ['provider', 'profle'], what: 'lxd has no such key.', expected: 'Did you mean profiles?' },
  {
    code: 'VALUE_INVALID',
    level: 'error',
    path: ['tracker', 'udp', 1, 'bind'],
    what: 'not an address.',
    expected: 'Expected public, loopback or an address such as 10.77.0.20 or "::".',
  },
  {
    code: 'TLS_MIXED',
    level: 'error',
    path: ['tracker', 'http', 1],
    what: 'has no TLS, but http 7070 has.',
    other: ['tracker', 'http', 0],
    expected: 'The tracker knows one proxy setting for all. Add a domain, or tls: false on line 6.',
  },
  {
    code: 'SECRET_SHELL_VARIABLE',
    level: 'error',
    path: ['tracker', 'api', 'admin_token'],
    what: 'starts with $, which is not expanded.',
    expected: 'Write { env: NAME }.',
  },
  { code: 'CRON_INVALID', level: 'error', path: ['backup', 'schedule'], what: 'hour 25; expected 0 to 23.' },
]

const SAMPLE = `environment.yaml:2:24: error: KEY_UNKNOWN at provider.profle
 2 | provider: { kind: lxd, profle: (hidden) }
   |                        ^^^^^^ lxd has no such key. Did you mean profiles?
environment.yaml:4:35: error: VALUE_INVALID at tracker.udp[1].bind
 4 |   udp: [6969, { port: 6970, bind: 10.77.0.300 }]
   |                                   ^^^^^^^^^^^ not an address.
   | Expected public, loopback or an address such as 10.77.0.20 or "::".
environment.yaml:7:7: error: TLS_MIXED at tracker.http[1]
 7 |     - { port: 7071 }
   |       ^^^^^^^^^^^^^^ has no TLS, but http 7070 has (line 6).
   | The tracker knows one proxy setting for all. Add a domain, or tls: false
   | on line 6.
environment.yaml:8:23: error: SECRET_SHELL_VARIABLE at tracker.api.admin_token
 8 |   api: { admin_token: (secret) }
   |                       ^^^^^^^^ starts with $, which is not expanded.
   | Write { env: NAME }.
environment.yaml:10:21: error: CRON_INVALID at backup.schedule
10 | backup: { schedule: "0 25 * * *", retention: 7 }
   |                     ^^^^^^^^^^^^ hour 25; expected 0 to 23.
environment.yaml:10:46: error: UNIT_MISSING at backup.retention
10 | backup: { schedule: "0 25 * * *", retention: 7 }
   |                                              ^ of what? 7d is seven days,
   | 7h seven hours.`

const rendered = async (files: { readonly [name: string]: string }, issues: ReadonlyArray<Issue>) => {
  const fault = await faultOf(files, { decode: () => ({ issues }) })
  return fault.code === 'SPEC_INVALID' ? fault.issues.map(issue => renderIssue(issue)).join('\n') : fault.code
}

const error = (path: Issue['path'], what = 'wrong.', more: Partial<Issue> = {}): Issue => ({
  code: 'VALUE_INVALID',
  level: 'error',
  path,
  what,
  ...more,
})

test('six mistakes read as in the description of what people see, in the order of the file', async () => {
  assert.fixture(await rendered({ 'environment.yaml': readFileSync(FIXTURE, 'utf8') }, SIX), SAMPLE)
})

test('the mark stands under its text after something before it was hidden', async () => {
  const text = 'tracker: { api: { admin_token: "a very long secret", port: x } }\n'
  assert.is(
    await rendered({ 'environment.yaml': text }, [error(['tracker', 'api', 'port'])]),
    `environment.yaml:1:60: error: VALUE_INVALID at tracker.api.port
 1 | tracker: { api: { admin_token: (secret), port: x } }
   |                                                ^ wrong.`,
  )
})

test('text where a mapping with a secret belongs is hidden, and so is what is no name of a variable', async () => {
  const excerptsOf = async (text: string): Promise<ReadonlyArray<string | undefined>> => {
    const fault = await faultOf({ 'environment.yaml': `name: a\n${text}\n` })
    return fault.code === 'SPEC_INVALID' ? fault.issues.map(({ excerpt }) => excerpt) : []
  }
  assert.equal(await excerptsOf('grafana: canary'), ['grafana: (hidden)'])
  assert.equal(await excerptsOf('tracker: { api: canary }'), ['tracker: { api: (hidden) }'])
  assert.equal(await excerptsOf('grafana: { password: { env: canary 1 } }'), ['grafana: { password: { env: (secret) } }'])
  assert.equal(await excerptsOf('grafana: true'), ['grafana: true'])
  assert.equal(await excerptsOf('vm: plain'), ['vm: plain'])
})

test('the mark stands under its text after wide characters and tabs', async () => {
  const text = 'description: "日本 😀"\nvm: {\tcpus: x }\n'
  assert.is(
    await rendered({ 'environment.yaml': text }, [error(['description']), error(['vm', 'cpus'])]),
    `environment.yaml:1:14: error: VALUE_INVALID at description
 1 | description: "日本 😀"
   |              ^^^^^^^^^ wrong.
environment.yaml:2:13: error: VALUE_INVALID at vm.cpus
 2 | vm: {\tcpus: x }
   |      \t      ^ wrong.`,
  )
})

test('comments are left out, and what only looks like one is not', async () => {
  const text = 'description: "a #b" # was hunter2\n"vm": {cpus: x, #y\n disk: \'# z\'}\n'
  assert.is(
    await rendered({ 'environment.yaml': text }, [error(['description']), error(['vm', 'disk'])]),
    `environment.yaml:1:14: error: VALUE_INVALID at description
 1 | description: "a #b"
   |              ^^^^^^ wrong.
environment.yaml:3:8: error: VALUE_INVALID at vm.disk
 3 |  disk: '# z'}
   |        ^^^^^ wrong.`,
  )
})

test('a long line is cut around the mark, and no line is wider than 80 columns', async () => {
  const text = `{ description: "${'x '.repeat(200)}", vm: { cpus: x, disk: "${'y '.repeat(200)}" } }\n`
  const lines = (await rendered({ 'environment.yaml': text }, [error(['vm', 'cpus'], `${'word '.repeat(30)}end.`)])).split('\n')
  assert.ok(lines.every(line => line.length < 80))
  const [, line = '', mark = ''] = lines
  assert.is(line.slice(mark.indexOf('^'), mark.indexOf('^') + 3), 'x, ')
  assert.match(line, /^ 1 \| \.\.\..*\.\.\.$/)
})

test('another place that a problem speaks of is named with its file where that is another one', async () => {
  const files = { 'a.yaml': 'name: demo\nextends: b.yaml\nvm: { cpus: 1 }\n', 'b.yaml': '\ncaddy: { email: x }\n' }
  assert.match(await rendered(files, [error(['vm'], 'there is caddy.', { other: ['caddy'] })]), 'there is caddy (b.yaml:2).')
})

test('a problem of a section points at its name, and one of what is missing at what it is missing from', async () => {
  const text = 'name: demo\ntracker:\n  udp:\n    - bind: public\n'
  const missing = (path: Issue['path']) => error(path, 'missing.', { code: 'KEY_MISSING' })
  const at = (
    await rendered({ 'environment.yaml': text }, [error(['tracker'], 'wrong.'), missing(['tracker', 'udp', 0, 'port']), missing(['vm'])])
  )
    .split('\n')
    .filter(line => line.startsWith('environment'))
  assert.equal(at, [
    'environment.yaml:1:1: error: KEY_MISSING at vm',
    'environment.yaml:2:1: error: VALUE_INVALID at tracker',
    'environment.yaml:4:7: error: KEY_MISSING at tracker.udp[0].port',
  ])
})

test('what a terminal would obey is not shown', async () => {
  const text = 'description: "\u202eevil\u0085"\n'
  assert.match(await rendered({ 'environment.yaml': text }, [error(['description'])]), ' 1 | description: "?evil?"\n')
})

test.run()
