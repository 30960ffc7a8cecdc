import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nearest, sorted } from '../../engine/graph.js'
import { E } from '../../specs/fp.js'

const over =
  <N>(edges: ReadonlyArray<readonly [N, N]>) =>
  (node: N): ReadonlyArray<N> =>
    edges.filter(([from]) => from === node).map(([, to]) => to)

test('nodes come after what they need, and otherwise as given', () => {
  assert.equal(sorted([3, 1, 2], over([[3, 2]])), E.right([2, 3, 1]))
  assert.equal(
    sorted(['a', 'b', 'c'], () => []),
    E.right(['a', 'b', 'c']),
  )
})

test('a circle is named once around, from the node that was given first', () => {
  const needs = over([
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
  ])
  assert.equal(sorted(['a', 'b', 'c'], needs), E.left(['a', 'b', 'c', 'a']))
  assert.equal(sorted(['x', 'a', 'b', 'c'], needs), E.left(['a', 'b', 'c', 'a']))
  assert.equal(sorted([1], over([[1, 1]])), E.left([1, 1]))
})

test('a need that is not among the nodes does not count', () => {
  assert.equal(sorted([1], over([[1, 2]])), E.right([1]))
})

test('a chain of 100,000 is no problem', () => {
  const nodes = Array.from({ length: 100_000 }, (_, index) => index)
  const order = sorted(nodes, node => (node + 1 < nodes.length ? [node + 1] : []))
  assert.is(E.isRight(order) && order.right[0], 99_999)
})

test('every order respects every need, whatever the graph', () => {
  const edges = fc.array(fc.tuple(fc.nat(12), fc.nat(12)).filter(([a, b]) => a > b))
  fc.assert(
    fc.property(edges, fc.shuffledSubarray([...Array(13).keys()], { minLength: 13 }), (pairs, nodes) => {
      const order = sorted(nodes, over(pairs))
      if (E.isLeft(order)) return false
      return pairs.every(([from, to]) => order.right.indexOf(to) < order.right.indexOf(from))
    }),
  )
})

test('the nearest chosen needs are found through nodes that are not chosen', () => {
  const needs = over([
    ['d', 'c'],
    ['c', 'b'],
    ['b', 'a'],
    ['d', 'x'],
  ])
  const found = nearest(['a', 'b', 'c', 'x', 'd'], needs, new Set(['a', 'x', 'd']))
  assert.equal(found.get('d'), ['a', 'x'])
  assert.equal(found.get('a'), [])
})

test.run()
