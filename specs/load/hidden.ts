import type { AnyCodec } from '../codec.js'
import { isSecretPath } from '../codec.js'
import type { Path } from '../issue.js'
import { isFree, isIgnored, isKnown, isReferenceKey } from './shape.js'
import { lineAt, type Source, type Span } from './source.js'
import { childrenOf, type Said, type Tree } from './tree.js'

export interface Hidden {
  readonly from: number
  readonly to: number
  readonly as: '(secret)' | '(hidden)'
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
    if (tree.is === 'leaf' || tree.span.to > tree.span.from) add(withComment(tree.span), as)
    else for (const child of childrenOf(tree)) hide(child, as)
    if (tree.anchored !== undefined) add(tree.anchored, as)
  }
  const visit = (tree: Tree, path: Path, key?: Span): void => {
    const ours = path.length === 0 || isIgnored(codec, path) || isKnown(codec, path)
    if (key !== undefined && (!ours || isSecretPath(codec, path))) add(commentBetween(key, tree.span), '(hidden)')
    if (!ours || wrongKeys.has(JSON.stringify(path))) hide(tree, '(hidden)')
    else if (isSecretPath(codec, path)) partsOfSecret(tree).map(part => hide(part, '(secret)'))
    else if (tree.is === 'mapping') for (const [name, entry] of tree.entries) visit(entry.tree, [...path, name], entry.key)
    else if (tree.is === 'list') for (const [index, item] of tree.items.entries()) visit(item, [...path, index])
    else if ((isIgnored(codec, path) || isFree(codec, path)) && soundsSecret(String(path[path.length - 1]))) hide(tree, '(secret)')
  }
  for (const { path, tree } of said) visit(tree, path)
  return found
}

/** A comment right behind a value may be the rest of it, by somebody who forgot the quotes. */
const withComment = (span: Span): Span => {
  const { to } = lineAt(span.source, span.to)
  return /^[ \t]*#/.test(span.source.text.slice(span.to, to)) ? { ...span, to } : span
}

const commentBetween = (key: Span, { source, from }: Span): Span => {
  const at = source === key.source ? source.text.slice(key.to, from).indexOf('#') : -1
  return { source, from: at === -1 ? from : key.to + at, to: from }
}

/** Of a reference only where it points to is shown; what else stands at a secret's place may be the secret. */
const partsOfSecret = (tree: Tree): ReadonlyArray<Tree> => {
  if (tree.is !== 'mapping') return [tree]
  return [...tree.entries].filter(([key]) => !isReferenceKey(key)).map(([, entry]) => entry.tree)
}

/** For text that no codec describes: names that people give to secrets, mistyped ones as far as that goes. */
export const soundsSecret = (key: string): boolean => /pass|pwd|secret|tok|cred|key|auth|salt|private|cert/i.test(key)
