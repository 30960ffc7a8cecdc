import { createSecretKey, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { saysOf } from '../../specs/fault.js'
import { randomText, seal, unseal } from '../../state/secret-box.js'
import { sqlite } from '../../state/sqlite.js'
import { childOf } from '../support/child.js'
import { applied, freshFolder, left, reader, resource, right, writer } from '../support/state.js'

const TOKEN = { environment: 'demo', name: 'tracker.api.admin_token', version: 1 }
const keyOf = () => createSecretKey(randomBytes(32))

test('what is sealed opens as what it was, with its key and in its place only', () => {
  const key = keyOf()
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(1000), (clear, at) => {
      const box = seal(key, ['demo', 'a.b', 1], clear)
      assert.is(unseal(key, ['demo', 'a.b', 1], box), Buffer.from(clear).toString())
      for (const place of [
        ['demo', 'a.b', 2],
        ['demo', 'a.c', 1],
        ['prod', 'a.b', 1],
      ] as const)
        assert.is(unseal(key, place, box), undefined)
      assert.is(unseal(keyOf(), ['demo', 'a.b', 1], box), undefined)
      const changed = Buffer.from(box)
      changed[at % box.length] = (changed[at % box.length] ?? 0) ^ 1
      assert.is(unseal(key, ['demo', 'a.b', 1], changed), undefined)
      assert.is(unseal(key, ['demo', 'a.b', 1], box.subarray(0, at % box.length)), undefined)
    }),
    { numRuns: 50 },
  )
})

test('the same text is sealed as other bytes each time', () => {
  const key = keyOf()
  const boxes = Array.from({ length: 100 }, () => seal(key, ['demo', 'a.b', 1], 'same').toString('hex'))
  assert.is(new Set(boxes).size, 100)
})

test('a generated secret has its length, begins with a letter, and uses every letter and digit evenly', () => {
  const all = Array.from({ length: 500 }, () => randomText(125))
  assert.ok(all.every(text => /^[A-Za-z][A-Za-z0-9]{124}$/.test(text)))
  const counts = new Map<string, number>()
  for (const one of all.map(text => text.slice(1)).join('')) counts.set(one, (counts.get(one) ?? 0) + 1)
  assert.is(counts.size, 62)
  for (const [letter, count] of counts) assert.ok(count > 800 && count < 1200, `${letter}: ${count}`)
})

test('a secret is generated once and stays', () => {
  const project = freshFolder()
  const store = writer(project)
  assert.is(right(store.secrets.peek(TOKEN)), undefined)
  const token = right(store.secrets.generated({ ...TOKEN, length: 40 }))
  assert.is(token.length, 40)
  assert.is(right(store.secrets.generated({ ...TOKEN, length: 40 })), token)
  const rotated = right(store.secrets.generated({ ...TOKEN, version: 2, length: 40 }))
  const other = right(store.secrets.generated({ ...TOKEN, environment: 'other', length: 40 }))
  assert.is(new Set([token, rotated, other]).size, 3)
  store.close()
  const later = reader(project)
  assert.is(right(later.secrets.peek(TOKEN)), token)
  assert.equal(
    right(later.secrets.list('demo')).map(({ name, version }) => [name, version]),
    [
      [TOKEN.name, 1],
      [TOKEN.name, 2],
    ],
  )
  later.close()
})

test('looking makes neither a secret nor a key', () => {
  const project = freshFolder()
  const store = writer(project)
  assert.is(right(store.secrets.peek(TOKEN)), undefined)
  assert.not.ok(existsSync(join(project, 'config')))
  store.close()
})

test('no file of the state holds a secret in clear', () => {
  const project = freshFolder()
  const store = writer(project)
  const made = ['a.b', 'c.d'].map(name => right(store.secrets.generated({ environment: 'demo', name, version: 1, length: 24 })))
  right(store.secrets.keep({ environment: 'demo', name: 'e.f', version: 1 }, 'hunter2-from-the-host'))
  applied(store, project, [resource('vm.main')])
  right(store.backup())
  const files = readdirSync(join(project, '.deployer'), { recursive: true, withFileTypes: true }).filter(one => one.isFile())
  assert.ok(files.some(one => one.name.endsWith('-wal')) && files.some(one => one.name.includes('by-hand')))
  for (const one of files) {
    const bytes = readFileSync(join(one.parentPath, one.name))
    for (const clear of [...made, 'hunter2-from-the-host']) {
      assert.not.ok(bytes.includes(clear), one.name)
      assert.not.ok(bytes.includes(Buffer.from(clear).toString('base64').replace(/=+$/, '').slice(0, -1)), one.name)
    }
  }
  assert.is(right(store.secrets.peek({ environment: 'demo', name: 'e.f', version: 1 })), 'hunter2-from-the-host')
  store.close()
})

test('another key opens nothing, seals nothing, and shows nothing', () => {
  const project = freshFolder()
  const mine = writer(project)
  const token = right(mine.secrets.generated({ ...TOKEN, length: 32 }))
  mine.close()
  const DEPLOYER_KEY = 'ab'.repeat(32)
  const store = writer(project, { env: { DEPLOYER_KEY } })
  const wrong = { code: 'KEY_WRONG', from: 'DEPLOYER_KEY' } as const
  assert.equal(left(store.secrets.peek(TOKEN)), wrong)
  assert.equal(left(store.secrets.generated({ ...TOKEN, length: 32 })), wrong)
  assert.equal(left(store.secrets.generated({ ...TOKEN, name: 'new.one', length: 32 })), wrong)
  assert.equal(left(store.secrets.keep(TOKEN, 'x')), wrong)
  assert.not.match(saysOf(wrong), new RegExp(`${DEPLOYER_KEY}|${token}`))
  store.close()
})

test('a row that was put in the place of another one is refused', () => {
  const project = freshFolder()
  const store = writer(project)
  right(store.secrets.generated({ ...TOKEN, length: 32 }))
  right(store.secrets.generated({ ...TOKEN, name: 'mysql.password', length: 32 }))
  const db = new (sqlite())(join(project, '.deployer', 'state.db'))
  db.prepare(`update secrets set sealed = (select sealed from secrets where name = 'mysql.password')`).run()
  db.close()
  assert.is(left(store.secrets.peek(TOKEN)).code, 'KEY_WRONG')
  assert.is(right(store.secrets.peek({ ...TOKEN, name: 'mysql.password' }))?.length, 32)
  store.close()
})

test('no new key is made for a state that was sealed with a lost one', () => {
  const project = freshFolder()
  const store = writer(project)
  right(store.secrets.generated({ ...TOKEN, length: 32 }))
  store.close()
  rmSync(join(project, 'config'), { recursive: true })
  const later = writer(project)
  const lost = { code: 'KEY_UNUSABLE', from: join(project, 'config', 'deployer', 'key'), why: 'it does not exist' }
  assert.equal(left(later.secrets.peek(TOKEN)), lost)
  assert.equal(left(later.secrets.generated({ ...TOKEN, name: 'new.one', length: 32 })), lost)
  assert.not.ok(existsSync(join(project, 'config')))
  later.close()
})

test('a generated secret that is missing though its section was applied is lost, not made again', () => {
  const project = freshFolder()
  const store = writer(project)
  applied(store, project, [
    resource('tracker.main', {
      spec: {
        api: {
          admin_token: { secret: 'tracker.api.admin_token', from: { generate: 32, version: 1 } },
          tokens: { 'ci.example': { secret: 'tracker.api.tokens.ci.example', from: { generate: 32, version: 3 } } },
        },
      },
    }),
    resource('mysql.main', { spec: { password: { secret: 'mysql.password', from: { env: 'PASSWORD' } } } }),
  ])
  const missing = (name: string, version = 1) => store.secrets.generated({ environment: 'demo', name, version, length: 32 })
  assert.equal(left(missing('tracker.api.admin_token')), { code: 'SECRET_LOST', secret: 'tracker.api.admin_token' })
  assert.equal(left(store.secrets.peek(TOKEN)), { code: 'SECRET_LOST', secret: 'tracker.api.admin_token' })
  assert.is(left(missing('tracker.api.tokens.ci.example', 3)).code, 'SECRET_LOST')
  assert.is(right(missing('tracker.api.admin_token', 2)).length, 32)
  assert.is(right(missing('mysql.password')).length, 32)
  assert.is(right(missing('grafana.admin_password')).length, 32)
  right(store.secrets.keep(TOKEN, 'read back from the host'))
  assert.is(right(missing('tracker.api.admin_token')), 'read back from the host')
  store.close()
})

test('processes that need the same first secret at once get the same one, sealed with one key', async () => {
  const project = freshFolder()
  const at = String(Date.now() + 2500)
  const told = await Promise.all([1, 2, 3].map(() => childOf('test/support/state-child.ts', ['secret', project, at]).rest()))
  assert.is(new Set(told.flat()).size, 1)
  const store = writer(project)
  assert.is(right(store.secrets.peek(TOKEN)), told[0]?.[0])
  assert.equal(readdirSync(join(project, 'config', 'deployer')), ['key'])
  store.close()
})

test.run()
