import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { agendaOf } from '../../engine/run/agenda.js'

const waits: { readonly [task: string]: ReadonlyArray<string> } = { b: ['a'], c: ['a', 'x'], d: ['b', 'c'] }
const agenda = () =>
  agendaOf(
    ['a', 'b', 'c', 'd', 'e'],
    task => task,
    task => waits[task] ?? [],
  )

test('what waits for nothing is ready, as many at once as are asked for', () => {
  const one = agenda()
  assert.equal(one.begin(1), ['a'])
  assert.equal(one.begin(0), [])
  assert.equal(one.begin(9), ['e'])
  assert.equal(one.begin(9), [])
})

test('a task becomes ready with the last that it waits for', () => {
  const one = agenda()
  one.begin(9)
  one.finish('a')
  assert.equal(one.begin(9), ['b', 'c'])
  one.finish('b')
  assert.equal(one.begin(9), [])
  one.finish('c')
  assert.equal(one.begin(9), ['d'])
  assert.equal([...one.left], [])
})

test('what only waits for one task is known before that ends', () => {
  const one = agenda()
  one.begin(9)
  assert.equal(one.next('a'), ['b', 'c'])
  assert.equal(one.next('b'), [])
  one.finish('a')
  one.begin(9)
  one.finish('b')
  assert.equal(one.next('c'), ['d'])
})

test('what else waits only for what has begun will soon be next', () => {
  const one = agenda()
  one.begin(1)
  assert.equal(one.soon('a'), ['b', 'c'])
  one.finish('a')
  one.begin(2)
  assert.equal(one.soon('b'), [], 'c is left')
  one.begin(9)
  assert.equal(one.soon('b'), ['d'])
  assert.equal(one.next('b'), [])
  one.abandon('c')
  assert.equal(one.soon('b'), [])
})

test('the last one has nobody beside it and nobody behind it', () => {
  const one = agenda()
  one.begin(9)
  assert.is(one.isLast('e'), false)
  for (const task of ['a', 'b', 'e', 'c']) {
    one.begin(9)
    one.finish(task)
  }
  assert.is(one.isLast('d'), false)
  one.begin(9)
  assert.is(one.isLast('d'), true)
  one.finish('d')
  assert.is(one.isLast('d'), false)
})

test('what waits for an abandoned task never begins, and is named once', () => {
  const one = agenda()
  one.begin(9)
  assert.equal(one.abandon('a'), [
    { task: 'b', needs: 'a' },
    { task: 'd', needs: 'b' },
    { task: 'c', needs: 'a' },
  ])
  assert.equal([...one.left], [])
})

test.run()
