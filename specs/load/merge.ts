import type { AnyCodec } from '../codec.js'
import type { Path } from '../issue.js'
import { isWhole, shortKeyAt } from './shape.js'
import type { Entry, Mapping, Tree } from './tree.js'

export const empty = ({ span }: Tree): Mapping => ({ is: 'mapping', span, entries: new Map() })

/** What `over` says, and what only `base` says. With `takesAway` a section with nothing in it takes the base's away. */
export const merged = (base: Mapping, over: Mapping, codec: AnyCodec, { takesAway = false } = {}): Mapping => {
  const both = mergedAt(base, over, [], codec)
  if (!takesAway) return both
  const gone = [...over.entries].filter(([, { tree }]) => tree.is === 'leaf' && tree.value === null).map(([key]) => key)
  return { ...both, entries: new Map([...both.entries].filter(([key]) => !gone.includes(key))) }
}

const mergedAt = (base: Mapping, over: Mapping, path: Path, codec: AnyCodec): Mapping => {
  const entries = new Map(base.entries)
  for (const [key, entry] of over.entries) {
    const before = entries.get(key)
    entries.set(key, before === undefined ? entry : { key: entry.key, tree: together(before.tree, entry.tree, [...path, key], codec) })
  }
  return { ...over, entries }
}

const together = (base: Tree, over: Tree, path: Path, codec: AnyCodec): Tree => {
  const [before, after] = [lengthened(base, path, codec), lengthened(over, path, codec)]
  if (before.is !== 'mapping' || after.is !== 'mapping' || isWhole(codec, path, before, after)) return over
  return mergedAt(before, after, path, codec)
}

/** `lxd` where it is short for `{ kind: lxd }`. */
export const lengthened = (tree: Tree, path: Path, codec: AnyCodec): Tree => {
  const key = tree.is === 'leaf' ? shortKeyAt(codec, path, tree.value) : undefined
  if (key === undefined) return tree
  const entry: Entry = { key: tree.span, tree }
  return { is: 'mapping', span: tree.span, entries: new Map([[key, entry]]) }
}
