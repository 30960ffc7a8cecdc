import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compare, joined, NONE } from '../../engine/diff.js'
import { plannedFile } from '../../engine/plan/unified.js'

test('fields are compared one by one, lists and all', () => {
  assert.equal(compare({ a: 1, b: ['x'] }, { a: 1, b: ['x'] }), NONE)
  assert.equal(compare({ a: 1, b: 2 }, { a: 1, b: 3 }), { action: 'update', fields: [{ name: 'b', from: 3, to: 2 }], files: [] })
})

test('what the spec leaves undefined is not ours', () => {
  assert.equal(compare({ a: undefined }, { a: 'anything' }), NONE)
})

test('absent means create, and a fixed field means replace', () => {
  assert.equal(compare({ a: 1 }, undefined).action, 'create')
  assert.equal(compare({ a: 1, image: 'b' }, { a: 1, image: 'a' }, ['image']).action, 'replace')
})

test('of several views the strongest action wins', () => {
  assert.equal(joined([NONE, NONE]), NONE)
  const update = compare({ a: 1 }, { a: 2 })
  const replace = compare({ b: 1 }, { b: 2 }, ['b'])
  assert.equal(joined([update, replace, NONE]), {
    action: 'replace',
    fields: [
      { name: 'a', from: 2, to: 1 },
      { name: 'b', from: 2, to: 1 },
    ],
    files: [],
  })
})

test('a file is shown as hunks, with holes instead of secrets', () => {
  const to = ['user = x\npassword = ', { secret: 'p', as: [] }, '\nport = 2\n'] as const
  assert.equal(plannedFile({ path: '/f', from: 'user = x\nport = 1\n', to }), {
    path: '/f',
    lines: ['@@ -1,2 +1,3 @@', ' user = x', '-port = 1', '+password = (secret)', '+port = 2'],
  })
})

test('a file that comes or goes has a hunk without lines on the other side', () => {
  assert.equal(plannedFile({ path: '/f', to: 'one\n' }).lines, ['@@ -0,0 +1,1 @@', '+one'])
  assert.equal(plannedFile({ path: '/f', from: 'one\n' }).lines, ['@@ -1,1 +0,0 @@', '-one'])
})

test.run()
