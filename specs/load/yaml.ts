import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Parser,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import type { Path } from '../issue.js'
import { lineAt, type Source, type Span } from './source.js'
import { badNumber, duplicate, type Entry, MOST_LEVELS, type Parsed, type Problem, problem, type Tree, tooDeep, unfit } from './tree.js'
import { problemsOf, spanOf } from './yaml-mistakes.js'

const MOST_ALIASED = 10_000
/** Each costs the library time that grows with the number before it. */
const MOST_DIRECTIVES = 8

/** YAML 1.2 with `<<`. Keys, aliases and merges are followed here: the library's own ways are quadratic in a hostile file. */
export const parseYaml = (source: Source): Parsed => {
  const text = source.text.slice(source.skip)
  const tokens = [...new Parser().parse(text)]
  const deep = deepIn(tokens)
  if (deep !== undefined) return { problems: [tooDeep(spanOf(source, deep, deep + 1))] }
  const directive = tokens.filter(token => token.type === 'directive')[MOST_DIRECTIVES]
  if (directive !== undefined)
    return { problems: [problem('SYNTAX', spanOf(source, directive.offset, directive.offset + 1), 'one directive too many.')] }
  const [document, second] = composed(tokens, text.length)
  if (document === undefined) return { problems: [] }
  const errors = [...document.errors, ...document.warnings]
  if (errors.length > 0) return { problems: problemsOf(source, errors, document) }
  if (second !== undefined) {
    const from = second.range[0]
    return { problems: [problem('SYNTAX', spanOf(source, from, from + 3), 'a second document begins here.', 'An environment is one.')] }
  }
  return new Reader(source).read(document)
}

/** The library makes an Error of each mistake; its stack costs more than all the rest. */
const composed = (tokens: ReadonlyArray<CST.Token>, length: number) => {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return [...new Composer({ uniqueKeys: false, resolveKnownTags: false, prettyErrors: false }).compose(tokens, true, length)]
  } finally {
    Error.stackTraceLimit = before
  }
}

/** The offset of what is nested too deeply. The library recurses, and a full stack inside of it ends the process. */
const deepIn = (tokens: ReadonlyArray<CST.Token>): number | undefined => {
  const open: Array<{ readonly token: CST.Token; readonly depth: number }> = tokens.map(token => ({ token, depth: 0 }))
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const { token, depth } = one
    if (depth > MOST_LEVELS) return 'offset' in token ? token.offset : 0
    if (token.type === 'document' && token.value !== undefined) open.push({ token: token.value, depth })
    if (!('items' in token)) continue
    for (const { key, value } of token.items as ReadonlyArray<CST.CollectionItem>) {
      if (key !== undefined && key !== null) open.push({ token: key, depth: depth + 1 })
      if (value !== undefined) open.push({ token: value, depth: depth + 1 })
    }
  }
  return undefined
}

/** Nothing more can be read. */
class Stop extends Error {
  constructor(readonly problem: Problem) {
    super(problem.issue.what)
  }
}

type Built = { readonly tree: Tree; readonly nodes: number }

class Reader {
  private readonly problems: Problem[] = []
  private readonly anchors = new Map<string, Built | undefined>()
  private aliased = 0

  constructor(private readonly source: Source) {}

  read({ contents, range }: Document.Parsed): Parsed {
    try {
      const { tree } = this.build(contents, [], range[0])
      return { tree, problems: this.problems }
    } catch (cause) {
      if (!(cause instanceof Stop)) throw cause
      return { problems: [...this.problems, cause.problem] }
    }
  }

  private build(node: Node | null, path: Path, near: number): Built {
    if (node === null) return { tree: { is: 'leaf', value: null, span: spanOf(this.source, near, near) }, nodes: 1 }
    if (isAlias(node)) return this.alias(node)
    const anchor = (node as { anchor?: string }).anchor
    if (anchor !== undefined) this.anchors.set(anchor, undefined)
    const { tree, nodes } = this.inner(node, path)
    if (anchor === undefined) return { tree, nodes }
    const from = this.source.text.lastIndexOf(`&${anchor}`, tree.span.from)
    const anchored = { ...tree.span, from }
    if (tree.is === 'leaf' && tree.value === null && tree.span.from === tree.span.to)
      throw new Stop(problem('SYNTAX', anchored, 'an anchor stands here, and no value.', 'Text that starts with & needs quotes.'))
    const built: Built = { tree: { ...tree, anchored }, nodes }
    this.anchors.set(anchor, built)
    return built
  }

  private inner(node: Node, path: Path): Built {
    if (path.length > MOST_LEVELS) throw new Stop(tooDeep(this.span(node)))
    if (isMap(node)) return this.mapping(node, path)
    if (!isSeq(node)) return { tree: this.leaf(node as Scalar, path), nodes: 1 }
    const items = node.items.map((item, index) => this.build(item as Node, [...path, index], this.span(node).from - this.source.skip))
    return { tree: { is: 'list', items: items.map(one => one.tree), span: this.span(node) }, nodes: total(items) }
  }

  private leaf(node: Scalar, path: Path): Tree {
    const span = this.span(node)
    const { value } = node
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return { is: 'leaf', value, span }
    const why = unfit(Number(value))
    if (why !== undefined) this.problems.push(badNumber(span, why, path))
    return { is: 'leaf', value: Number(value), span }
  }

  private alias(node: Alias): Built {
    const span = this.span(node)
    if (!this.anchors.has(node.source))
      throw new Stop(problem('SYNTAX', span, 'there is no such anchor above.', 'Text that starts with * needs quotes.'))
    const built = this.anchors.get(node.source)
    if (built === undefined) throw new Stop(problem('SYNTAX', span, 'stands inside of what it refers to.'))
    this.aliased += built.nodes
    if (this.aliased > MOST_ALIASED) {
      throw new Stop(
        problem('ALIAS_LIMIT', span, `the aliases up to here stand for more than ${MOST_ALIASED.toLocaleString('en')} values.`),
      )
    }
    return { tree: { ...built.tree, span, anchored: built.tree.anchored ?? built.tree.span }, nodes: built.nodes }
  }

  private mapping(node: YAMLMap, path: Path): Built {
    const entries = new Map<string, Entry>()
    const merged: Built[] = []
    let nodes = 1
    for (const { key, value } of node.items as ReadonlyArray<Pair<Node, Node | null>>) {
      const span = this.span(key)
      const name = this.name(key)
      const built = this.build(value, [...path, name], span.to - this.source.skip)
      nodes += built.nodes
      const before = entries.get(name)
      if (name === '<<' && (key as Scalar).type === 'PLAIN') merged.push(...this.merges(built, span))
      else if (before === undefined) entries.set(name, { key: span, tree: built.tree })
      else this.problems.push(duplicate([...path, name], span, built.tree.span, lineAt(this.source, before.key.from).number))
    }
    for (const { tree } of merged) {
      if (tree.is === 'mapping') for (const [name, entry] of tree.entries) if (!entries.has(name)) entries.set(name, entry)
    }
    return { tree: { is: 'mapping', entries, span: this.span(node) }, nodes }
  }

  private merges(built: Built, key: Span): ReadonlyArray<Built> {
    const { tree } = built
    const all = tree.is === 'list' ? tree.items : [tree]
    if (all.every(one => one.is === 'mapping')) return all.map(one => ({ tree: one, nodes: 0 }))
    throw new Stop(problem('SYNTAX', key, 'only mappings can be merged.', 'Expected <<: *anchor or <<: [*one, *two].'))
  }

  private name(key: Node): string {
    if (!isScalar(key)) throw new Stop(problem('SYNTAX', this.span(key), 'a key is one word.'))
    if (key.value === null) throw new Stop(problem('SYNTAX', this.span(key), 'a key is missing before the colon.'))
    return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
  }

  private span(node: Node): Span {
    const [from, to] = node.range ?? [0, 0]
    return spanOf(this.source, from, to)
  }
}

const total = (all: ReadonlyArray<Built>): number => all.reduce((sum, one) => sum + one.nodes, 1)
