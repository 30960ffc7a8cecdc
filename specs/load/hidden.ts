import type { AnyCodec } from '../codec.js'
import { isSecretPath } from '../codec.js'
import type { Path } from '../issue.js'
import { isFree, isIgnored, isKnown, isReferenceKey, wantsSecretInside } from './shape.js'
import type { Line, Source, Span } from './source.js'
import { childrenOf, type Said, type Tree } from './tree.js'

export interface Hidden {
  readonly from: number
  readonly to: number
  /** What is shown in its place. */
  readonly as: '(secret)' | '(hidden)' | ''
}

/** What of each source is never shown. Aliases are followed: text is secret when any place that refers to it is. */
export const hiddenIn = (said: ReadonlyArray<Said>, codec: AnyCodec, unknown: ReadonlyArray<Path>): Map<Source, Hidden[]> => {
  const wrongKeys = new Set(unknown.map(path => JSON.stringify(path)))
  const found = new Map<Source, Hidden[]>()
  const add = ({ source, from, to }: Span, as: Hidden['as']): void => {
    if (to <= from) return
    const all = found.get(source) ?? []
    all.push({ from, to, as })
    found.set(source, all)
  }
  const hide = (tree: Tree, as: Hidden['as']): void => {
    if (tree.is === 'leaf' || tree.span.to > tree.span.from) add(tree.span, as)
    else for (const child of childrenOf(tree)) hide(child, as)
    if (tree.anchored !== undefined) add(tree.anchored, as)
  }
  const visit = (tree: Tree, path: Path): void => {
    const ours = path.length === 0 || isIgnored(codec, path) || isKnown(codec, path)
    if (!ours || wrongKeys.has(JSON.stringify(path))) hide(tree, '(hidden)')
    else if (saysSomething(tree) && wantsSecretInside(codec, path)) hide(tree, '(hidden)')
    else if (isSecretPath(codec, path)) partsOfSecret(tree).map(part => hide(part, '(secret)'))
    else if (tree.is === 'mapping') for (const [name, entry] of tree.entries) visit(entry.tree, [...path, name])
    else if (tree.is === 'list') for (const [index, item] of tree.items.entries()) visit(item, [...path, index])
    else if ((isIgnored(codec, path) || isFree(codec, path)) && soundsSecret(String(path[path.length - 1]))) hide(tree, '(secret)')
  }
  for (const { path, tree } of said) visit(tree, path)
  return found
}

/** Of a reference only where it points to is shown; what else stands at a secret's place may be the secret. */
const partsOfSecret = (tree: Tree): ReadonlyArray<Tree> => {
  if (tree.is !== 'mapping') return [tree]
  return [...tree.entries]
    .filter(([key, { tree: value }]) => !isReferenceKey(key) || isNoVariable(key, value))
    .map(([, entry]) => entry.tree)
}

/** Where a mapping with a password belongs, people write the password. */
const saysSomething = (tree: Tree): boolean => tree.is === 'leaf' && tree.value !== null && typeof tree.value !== 'boolean'

/** `{ env: p4ss word }`: who writes that means the secret itself. */
const isNoVariable = (key: string, value: Tree): boolean => key === 'env' && value.is === 'leaf' && !VARIABLE.test(String(value.value))
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

/** For text that no codec describes: names that people give to secrets, mistyped ones as far as that goes. */
export const soundsSecret = (key: string): boolean => /pass|pwd|secret|tok|cred|key|auth|salt|private|cert/i.test(key)

/** The comment of a line, which may be the rest of a secret that was written without quotes. `words`: where keys and values stand. */
export const commentOn = (source: Source, { from, to }: Line, words: ReadonlyArray<Span>): Hidden | undefined => {
  const here = words.filter(word => word.from < to && word.to > from)
  const text = source.text.slice(from, to)
  const found = [...text.matchAll(/#/g)].find(({ index }) => !here.some(word => word.from <= from + index && from + index < word.to))
  return found === undefined ? undefined : { from: from + found.index, to, as: '' }
}

/** Where keys and single values stand, by source. */
export const wordsIn = (said: ReadonlyArray<Said>): ReadonlyMap<Source, ReadonlyArray<Span>> => {
  const found = new Map<Source, Span[]>()
  const add = (span: Span): void => {
    const all = found.get(span.source)
    if (all === undefined) found.set(span.source, [span])
    else all.push(span)
  }
  const visit = (tree: Tree): void => {
    if (tree.is === 'leaf') add(tree.span)
    if (tree.is === 'mapping') for (const { key } of tree.entries.values()) add(key)
    childrenOf(tree).forEach(visit)
  }
  for (const { tree } of said) visit(tree)
  return found
}
