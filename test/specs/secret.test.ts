import { inspect } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { decode, field, list, map, optional, spec, text } from '../../specs/codec.js'
import type { Fault } from '../../specs/fault.js'
import { E, TE } from '../../specs/fp.js'
import {
  EnvironmentValue,
  isSecretRef,
  Literal,
  Reference,
  resolveSecret,
  Secret,
  type SecretRef,
  type SecretWorld,
  secretsOf,
} from '../../specs/secret.js'
import { readAs } from '../support/said.js'

const Login = spec('login', {
  user: optional(Secret, undefined, 'A.'),
  password: optional(Secret, { generate: 32 }, 'B.'),
  more: optional(list(spec('one', { key: field(Secret, 'C.') })), [], 'D.'),
})

test('a reference is known by its path, and left out one is generated', () => {
  assert.equal(decode(Login, { user: { env: 'A' }, more: [{ key: { file: 'x' } }] }).value, {
    user: { secret: 'user', from: { env: 'A' } },
    password: { secret: 'password', from: { generate: 32, version: 1 } },
    more: [{ key: { secret: 'more.0.key', from: { file: 'x' } } }],
  })
})

test('each way to refer to a secret is read', () => {
  const from = (value: unknown) => decode(Secret, value).value?.from
  assert.equal(from({ command: ['pass', 'show', 'a'] }), { command: ['pass', 'show', 'a'] })
  assert.equal(from({ generate: 20, version: 3 }), { generate: 20, version: 3 })
})

test('what is no reference is said, without what was written', () => {
  assert.is(
    readAs(Secret, { env: 'A', file: 'b' }),
    'VALUE_INVALID: env and file stand here together. Expected one of { env: NAME }, { file: path }, { command: [argv] } or { generate: 32 }.',
  )
  assert.is(readAs(Secret, { evn: 'A' }), 'KEY_UNKNOWN: secret has no such key. Did you mean env?')
  assert.is(readAs(Secret, { generate: 32, versoin: 2 }), 'KEY_UNKNOWN: secret has no such key. Did you mean version?')
  assert.is(readAs(Secret, { generate: 8 }), 'VALUE_INVALID: 8 is out of range. Expected a length from 16 to 128.')
  assert.is(readAs(Secret, 12345678), 'VALUE_INVALID: a number stands here. Expected text: put it in quotes.')
  assert.match(String(readAs(Secret, {})), 'an empty mapping stands here.')
  assert.match(String(readAs(Secret, { command: [] })), 'an empty list stands here.')
  assert.match(String(readAs(Secret, { command: 'pass show a' })), 'text stands here. Expected a list: a program and its arguments.')
  assert.match(String(readAs(Secret, null)), 'VALUE_NULL')
  assert.match(String(readAs(Reference, 'hunter2-Zq')), 'text stands here.')
})

test('a literal is warned about, an empty one and a shell variable are errors', () => {
  const codes = (value: unknown) => decode(Secret, value).issues.map(({ level, code }) => `${level} ${code}`)
  assert.equal(codes('hunter2-Zq'), ['warning SECRET_LITERAL'])
  assert.equal(codes('Admin123'), ['warning SECRET_LITERAL', 'warning PASSWORD_WEAK'])
  assert.equal(codes(''), ['error SECRET_EMPTY'])
  assert.equal(codes(' \n'), ['error SECRET_EMPTY'])
  assert.equal(codes('$TOKEN'), ['error SECRET_SHELL_VARIABLE'])
  assert.equal(codes('a\0b'), ['error VALUE_INVALID'])
  assert.equal(codes('abc'), ['error SECRET_SHORT'])
  assert.equal(codes('abcd'), ['warning SECRET_LITERAL'])
})

test('a literal shows itself to nobody but who asks', () => {
  const decoded = decode(Login, { password: 'hunter2-Zq' })
  const literal = decoded.value?.password.from
  for (const shown of [
    JSON.stringify(decoded),
    inspect(decoded, { depth: 9, showHidden: true }),
    `${decoded}`,
    String(new Literal('hunter2-Zq')),
  ])
    assert.not.match(shown, 'hunter2')
  assert.is(JSON.stringify(literal), '{"literal":"(secret)"}')
  assert.is(literal !== undefined && 'literal' in literal && literal.literal.reveal(), 'hunter2-Zq')
})

test('a secret survives being written again', () => {
  for (const written of [{ env: 'A' }, { file: 'x' }, { generate: 32, version: 2 }, 'hunter2-Zq']) {
    const once = decode(Secret, written).value as SecretRef
    assert.equal(decode(Secret, Secret.encode(once)).value, once)
  }
})

test('a variable of a container is text, a number or a reference', () => {
  assert.is(decode(EnvironmentValue, 5).value, '5')
  assert.is(decode(EnvironmentValue, '$HOME').value, '$HOME')
  assert.ok(isSecretRef(decode(EnvironmentValue, { env: 'A' }).value))
  assert.match(String(readAs(EnvironmentValue, [1])), 'a list stands here.')
})

test('text in a variable that is named like a secret is one, and is warned about', () => {
  const Variables = map(text, EnvironmentValue)
  const given = { AWS_SECRET_ACCESS_KEY: 'canary-1', DB_PW: 'canary-2', AWS_REGION: 'eu', PASSWORD_LOGIN: 'false', KEYBOARD: 'de' }
  const { value, issues } = decode(Variables, given)
  assert.equal(
    secretsOf(value).map(({ secret }) => secret),
    ['AWS_SECRET_ACCESS_KEY', 'DB_PW'],
  )
  assert.equal(
    issues.map(({ code }) => code),
    ['SECRET_LITERAL', 'SECRET_LITERAL'],
  )
  const written = JSON.stringify(Variables.encode(value as never))
  assert.is(written, '{"AWS_SECRET_ACCESS_KEY":"(secret)","DB_PW":"(secret)","AWS_REGION":"eu","PASSWORD_LOGIN":"false","KEYBOARD":"de"}')
  assert.equal(decode(Variables, Variables.encode(value as never)).value, value)
})

test('all secrets of a spec are found, also after JSON', () => {
  const { value } = decode(Login, { user: 'hunter2-Zq', more: [{ key: { env: 'A' } }] })
  assert.equal(
    secretsOf(value).map(one => one.secret),
    ['user', 'password', 'more.0.key'],
  )
  assert.equal(
    secretsOf(JSON.parse(JSON.stringify(value))).map(one => one.secret),
    ['user', 'password', 'more.0.key'],
  )
})

const broken: Fault = { code: 'FILE_UNREADABLE', file: '/x', why: 'permission denied' }
const world: SecretWorld = {
  env: name => ({ A: 'from env\n', EMPTY: '', NUL: 'a\0', SHORT: 'abc\n' })[name],
  read: path => (path === '/x' ? TE.left(broken) : TE.right(`from ${path}\r\n`)),
  run: (argv, seconds) => TE.right(`${argv.join(' ')} in ${seconds}\n\n`),
  generated: (secret, length, version) => (version > 1 ? E.left({ code: 'SECRET_LOST', secret }) : E.right(`${secret} of ${length}`)),
}
const had = (from: SecretRef['from']) => resolveSecret({ secret: 's', from }, world)()

test('a secret is fetched from where it is, without its last newline', async () => {
  assert.equal(await had({ env: 'A' }), E.right('from env'))
  assert.equal(await had({ file: 'y' }), E.right('from y'))
  assert.equal(await had({ command: ['pass', 'a'] }), E.right('pass a in 10\n'))
  assert.equal(await had({ generate: 32, version: 1 }), E.right('s of 32'))
  assert.equal(await had({ literal: new Literal('abcd') }), E.right('abcd'))
})

test('what cannot be had is a fault that says from where and why', async () => {
  const why = async (from: SecretRef['from']) => {
    const one = await had(from)
    return E.isLeft(one) && one.left.code === 'SECRET_UNAVAILABLE' ? `${one.left.from}: ${one.left.why}` : one
  }
  assert.is(await why({ env: 'B' }), 'the variable B: it is not set')
  assert.is(await why({ env: 'EMPTY' }), 'the variable EMPTY: it is empty')
  assert.is(await why({ env: 'NUL' }), 'the variable NUL: it has a NUL character, which no password can have')
  assert.is(await why({ env: 'SHORT' }), 'the variable SHORT: it has fewer than 4 characters: nothing could hide it in logs and messages')
  assert.is(await why({ file: '/x' }), 'the file /x: /x cannot be read: permission denied')
  const revived = JSON.parse(JSON.stringify({ literal: new Literal('a') }))
  assert.is(await why(revived), 'the environment file: its text was not kept; run from the file that has it')
  assert.equal(await had({ generate: 32, version: 2 }), E.left({ code: 'SECRET_LOST', secret: 's' }))
})

test.run()
