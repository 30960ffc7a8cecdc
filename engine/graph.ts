import { E, type Either } from '../specs/fp.js'

/**
 * Every node after those that it needs; ties keep the given order, so equal input gives equal output.
 * A circle is named, beginning with the node that was given first. Needs that are not among the nodes don't count.
 */
export const sorted = <N>(nodes: ReadonlyArray<N>, needs: (node: N) => ReadonlyArray<N>): Either<ReadonlyArray<N>, ReadonlyArray<N>> => {
  const known = new Set(nodes)
  const done = new Set<N>()
  const order: Array<N> = []
  for (const root of nodes) {
    if (done.has(root)) continue
    const trail: Array<N> = [root]
    const onTrail = new Set<N>([root])
    const left: Array<Iterator<N>> = [needs(root)[Symbol.iterator]()]
    while (trail.length > 0) {
      const next = left[left.length - 1]?.next()
      if (next === undefined || next.done === true) {
        const node = trail.pop() as N
        left.pop()
        onTrail.delete(node)
        done.add(node)
        order.push(node)
      } else if (onTrail.has(next.value)) {
        return E.left([...trail.slice(trail.indexOf(next.value)), next.value])
      } else if (known.has(next.value) && !done.has(next.value)) {
        trail.push(next.value)
        onTrail.add(next.value)
        left.push(needs(next.value)[Symbol.iterator]())
      }
    }
  }
  return E.right(order)
}

/** For each chosen node the nearest chosen ones that it needs, through nodes that are not chosen. */
export const nearest = <N>(
  order: ReadonlyArray<N>,
  needs: (node: N) => ReadonlyArray<N>,
  chosen: ReadonlySet<N>,
): Map<N, ReadonlyArray<N>> => {
  const through = new Map<N, ReadonlyArray<N>>()
  for (const node of order) {
    const found = new Set<N>()
    for (const need of needs(node)) for (const one of chosen.has(need) ? [need] : (through.get(need) ?? [])) found.add(one)
    through.set(node, [...found])
  }
  return through
}
