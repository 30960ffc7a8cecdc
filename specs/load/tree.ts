import type { Issue, IssueCode, Path } from '../issue.js'
import type { Json } from '../json.js'
import type { Span } from './source.js'

/** What a file says, each value and key with its place: the one form of YAML, TOML, JSON and overrides. */
export type Tree = (Leaf | List | Mapping) & Anchored

interface Anchored {
  /** The text with its anchor, where another place can refer to it; of an alias, what it refers to. */
  readonly anchored?: Span
}

export interface Leaf {
  readonly is: 'leaf'
  readonly value: null | boolean | number | string
  readonly span: Span
}

export interface List {
  readonly is: 'list'
  readonly items: ReadonlyArray<Tree>
  readonly span: Span
}

export interface Mapping {
  readonly is: 'mapping'
  readonly entries: ReadonlyMap<string, Entry>
  readonly span: Span
}

export interface Entry {
  readonly key: Span
  readonly tree: Tree
}

/** What one source says at a path. */
export interface Said {
  readonly path: Path
  readonly tree: Tree
}

/** A problem, and the text that it is about. */
export interface Problem {
  readonly issue: Issue
  readonly span: Span
  /** Text that is in no tree. */
  readonly left?: Span
}

/** What could be read of a source; no tree when nothing could. */
export interface Parsed {
  readonly tree?: Tree
  readonly problems: ReadonlyArray<Problem>
}

export const MOST_LEVELS = 100

export const problem = (code: IssueCode, span: Span, what: string, expected?: string, path: Path = []): Problem => ({
  issue: { code, level: 'error', path, what, ...(expected === undefined ? {} : { expected }) },
  span,
})

export const tooDeep = (span: Span): Problem =>
  problem('SYNTAX', span, 'nested too deeply.', `Expected at most ${MOST_LEVELS} levels of mappings and lists.`)

/** A number that a computer keeps as it was written, or why not. */
export const unfit = (value: number): string | undefined => {
  if (!Number.isFinite(value)) return 'not a number that can be counted with.'
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return 'too large a number to be kept exactly.'
  return undefined
}

export const badNumber = (span: Span, why: string, path: Path): Problem =>
  problem('VALUE_INVALID', span, why, 'In quotes it is text and kept as it is.', path)

export const duplicate = (path: Path, key: Span, value: Span, first: number): Problem => ({
  ...problem('KEY_DUPLICATE', key, `stands on line ${first} already.`, 'Remove one of the two.', path),
  left: value,
})

/** The values alone. Keys such as __proto__ are keys like any other. */
export const plainOf = (tree: Tree): Json => {
  if (tree.is === 'leaf') return tree.value
  if (tree.is === 'list') return tree.items.map(plainOf)
  return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plainOf(entry.tree)]))
}

export const childrenOf = (tree: Tree): ReadonlyArray<Tree> => {
  if (tree.is === 'leaf') return []
  return tree.is === 'list' ? tree.items : [...tree.entries.values()].map(entry => entry.tree)
}

export const childOf = (tree: Tree, key: string | number): Entry | undefined => {
  if (tree.is === 'mapping') return tree.entries.get(String(key))
  const item = tree.is === 'list' && typeof key === 'number' ? tree.items[key] : undefined
  return item === undefined ? undefined : { key: item.span, tree: item }
}

/** The entry at a path, or the last one on the way to it. `whole`: the path was followed to its end. */
export const follow = (root: Tree, path: Path): Entry & { readonly whole: boolean; readonly steps: number } => {
  let entry: Entry = { key: root.span, tree: root }
  let steps = 0
  for (const key of path) {
    const next = childOf(entry.tree, key)
    if (next === undefined) return { ...entry, whole: false, steps }
    entry = next
    steps += 1
  }
  return { ...entry, whole: true, steps }
}
