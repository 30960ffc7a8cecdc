import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isFinal, mostTelling, sshFault } from '../../../providers/ssh/fault.js'
import type { Fault } from '../../../specs/fault.js'

const target = { name: 'demo', addresses: ['192.0.2.9'], login: { user: 'torrust', port: 22 } }
const way = { address: '192.0.2.9', port: 22 }
const trust = { knownHosts: '/home/ann/known_hosts', patience: 10 }
const at = { host: 'demo', port: 22 } as const

/** As OpenSSH 9.2 and sudo 1.9.16 print it. */
const CASES: ReadonlyArray<readonly [says: string, code: number, stderr: string, fault: Fault]> = [
  ['no route', 255, 'ssh: connect to host 192.0.2.9 port 22: No route to host\r\n', { code: 'HOST_NO_ROUTE', ...at }],
  ['a network that is down', 255, 'ssh: connect to host 2001:db8::1 port 22: Network is unreachable\r\n', { code: 'HOST_NO_ROUTE', ...at }],
  ['refused', 255, 'ssh: connect to host 192.0.2.9 port 22: Connection refused\r\n', { code: 'HOST_REFUSED', ...at }],
  ['timeout', 255, 'ssh: connect to host 192.0.2.9 port 22: Connection timed out\r\n', { code: 'HOST_TIMEOUT', ...at, seconds: 10 }],
  [
    'a timeout before the banner',
    255,
    'Connection timed out during banner exchange\r\nConnection to 192.0.2.9 port 22 timed out\r\n',
    { code: 'HOST_TIMEOUT', ...at, seconds: 10 },
  ],
  [
    'an unknown name',
    255,
    'ssh: Could not resolve hostname 192.0.2.9: Name or service not known\r\n',
    { code: 'HOST_UNKNOWN', host: 'demo', why: '192.0.2.9 has no address' },
  ],
  [
    'another key',
    255,
    '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\nHost key verification failed.\r\n',
    { code: 'HOST_KEY_CHANGED', host: 'demo', file: '/home/ann/known_hosts' },
  ],
  [
    'another key, which is told',
    255,
    '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\nThe fingerprint for the ED25519 key sent by the remote host is\nSHA256:FqCXQ8MVJlP8ka4RQrcFAq0BhTgGV6QTXPGgrPq4TSo.\r\nHost key verification failed.\r\n',
    { code: 'HOST_KEY_CHANGED', host: 'demo', file: '/home/ann/known_hosts', shown: 'SHA256:FqCXQ8MVJlP8ka4RQrcFAq0BhTgGV6QTXPGgrPq4TSo' },
  ],
  [
    'authentication',
    255,
    'torrust@192.0.2.9: Permission denied (publickey).\r\n',
    { code: 'LOGIN_REFUSED', host: 'demo', user: 'torrust' },
  ],
  [
    'a key that others can read',
    255,
    "@ WARNING: UNPROTECTED PRIVATE KEY FILE! @\r\nPermissions 0644 for '/home/ann/id' are too open.\r\nLoad key: bad permissions\r\nPermission denied (publickey).\r\n",
    { code: 'LOGIN_KEY_OPEN', key: '/home/ann/id' },
  ],
  [
    'a host that starts',
    255,
    '"System is booting up. Unprivileged users are not permitted to log in yet."\r\nConnection closed by 192.0.2.9 port 22\r\n',
    { code: 'HOST_STARTING', host: 'demo' },
  ],
  [
    'a dropped connection',
    255,
    'client_loop: send disconnect: Broken pipe\r\n',
    { code: 'CONNECTION_DROPPED', host: 'demo', why: 'client_loop: send disconnect: Broken pipe' },
  ],
  [
    'a connection that times out after the login',
    255,
    'Read from remote host 192.0.2.9: Connection timed out\r\nclient_loop: send disconnect: Broken pipe\r\n',
    { code: 'CONNECTION_DROPPED', host: 'demo', why: 'client_loop: send disconnect: Broken pipe' },
  ],
  [
    'sudo with a password',
    1,
    'sudo: a password is required\n',
    { code: 'SUDO_REFUSED', host: 'demo', user: 'torrust', why: 'sudo: a password is required' },
  ],
  [
    'no sudo',
    127,
    'bash: line 1: exec: sudo: not found\n',
    { code: 'SUDO_REFUSED', host: 'demo', user: 'torrust', why: 'bash: line 1: exec: sudo: not found' },
  ],
  [
    'a jump host that is not trusted',
    255,
    'Host key verification failed.\r\nkex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n',
    { code: 'HOST_WAY_BROKEN', host: 'demo', why: 'Host key verification failed.' },
  ],
  ['no ssh here', 127, 'bash: line 1: exec: ssh: not found\n', { code: 'SSH_MISSING', why: 'there is no ssh' }],
]

for (const [says, code, stderr, fault] of CASES)
  test(`${says} is told from every other fault`, () => {
    assert.equal(sshFault({ code, stderr }, target, way, trust), fault)
  })

test('what may have arrived is not sent again by another way, and what met another service is', () => {
  assert.ok(isFinal(dropped, true))
  assert.ok(isFinal({ code: 'HOST_SILENT', host: 'demo', seconds: 60 }, false))
  const why = 'banner exchange: Connection to 192.0.2.9 port 2222: invalid format'
  assert.not.ok(isFinal({ code: 'CONNECTION_DROPPED', host: 'demo', why }, true))
  assert.not.ok(isFinal({ code: 'CONNECTION_DROPPED', host: 'demo', why: 'Connection closed by 192.0.2.9 port 2222' }, true))
})

const refused: Fault = { code: 'HOST_REFUSED', ...at }
const changed: Fault = { code: 'HOST_KEY_CHANGED', host: 'demo', file: '/home/ann/known_hosts' }
const unwelcome: Fault = { code: 'LOGIN_REFUSED', host: 'demo', user: 'torrust' }
const dropped: Fault = { code: 'CONNECTION_DROPPED', host: 'demo', why: '' }

test('who was met outweighs who was not, and another key outweighs all', () => {
  assert.equal(mostTelling([]), undefined)
  assert.equal(mostTelling([refused, dropped]), dropped)
  assert.equal(mostTelling([refused, unwelcome]), unwelcome)
  assert.equal(mostTelling([unwelcome, changed]), changed)
})

test('a host that is known and lets nobody in is not looked for elsewhere; one that nobody knows may be another service', () => {
  assert.ok(isFinal(unwelcome, true))
  assert.not.ok(isFinal(unwelcome, false))
  assert.not.ok(isFinal(refused, true))
  assert.ok(isFinal({ code: 'SUDO_REFUSED', host: 'demo', user: 'ann', why: '' }, false))
})

test.run()
