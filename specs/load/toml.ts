import { parse, TomlError } from 'smol-toml'
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser'
import type { Path } from '../issue.js'
import { offsetOf, type Source, type Span } from './source.js'
import { badNumber, type Entry, MOST_LEVELS, type Parsed, type Problem, problem, type Tree, tooDeep, unfit } from './tree.js'

/** Values come from smol-toml, which gives no places; places from toml-eslint-parser. */
export const parseToml = (source: Source): Parsed => {
  const text = source.text.slice(source.skip)
  let value: unknown
  try {
    value = parse(text, { integersAsBigInt: 'asNeeded', maxDepth: MOST_LEVELS })
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    return { problems: [refusal(source, cause)] }
  }
  if (isDeep(value)) return { problems: [tooDeep({ source, from: source.skip, to: source.skip + 1 })] }
  const spots = spotsOf(source)
  const problems: Problem[] = []
  return { tree: treeOf(value, spots, [], problems), problems }
}

const refusal = (source: Source, { message, line, column }: { message: string; line: number; column: number }): Problem => {
  const from = offsetOf(source, line, column)
  const reason = (message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '')
  const span = { source, from, to: from + 1 }
  if (/nested/.test(reason)) return tooDeep(span)
  if (!/redefine/.test(reason)) return problem('SYNTAX', span, `${reason}.`)
  const name = /^[A-Za-z0-9_.-]+/.exec(source.text.slice(from))?.[0] ?? '?'
  return problem('KEY_DUPLICATE', { ...span, to: from + name.length }, 'is defined already.', 'Remove one of the two.')
}

/** Dotted keys and headers nest without brackets, so the parser's own limit does not see them. */
const isDeep = (value: unknown): boolean => {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_LEVELS) return true
    level = level.flatMap(one => (isTable(one) ? Object.values(one) : Array.isArray(one) ? one : []))
  }
  return false
}

const isTable = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

const treeOf = (value: unknown, spot: Spot, path: Path, problems: Problem[]): Tree => {
  const span = spot.value
  if (Array.isArray(value)) return { is: 'list', span, items: value.map((one, i) => treeOf(one, inside(spot, i), [...path, i], problems)) }
  if (isTable(value)) {
    const entries = Object.entries(value).map(([key, one]): [string, Entry] => {
      const below = inside(spot, key)
      return [key, { key: below.key, tree: treeOf(one, below, [...path, key], problems) }]
    })
    return { is: 'mapping', span, entries: new Map(entries) }
  }
  if (typeof value === 'string' || typeof value === 'boolean') return { is: 'leaf', span, value }
  if (value instanceof Date) {
    problems.push(problem('VALUE_INVALID', span, 'a date, and nothing here takes one.', 'In quotes it is text.', path))
    return { is: 'leaf', span, value: String(value) }
  }
  const why = unfit(Number(value))
  if (why !== undefined) problems.push(badNumber(span, why, path))
  return { is: 'leaf', span, value: Number(value) }
}

/** Where a key and its value stand, and all below it. */
interface Spot {
  key: Span
  value: Span
  readonly below: Map<string | number, Spot>
}

const inside = (spot: Spot, key: string | number): Spot => spot.below.get(key) ?? { key: spot.key, value: spot.value, below: new Map() }

const spotsOf = (source: Source): Spot => {
  const whole = { source, from: source.skip, to: source.text.length }
  const root: Spot = { key: whole, value: whole, below: new Map() }
  try {
    const [top] = parseTOML(source.text.slice(source.skip), { tomlVersion: '1.1' }).body
    const places = new Places(source)
    for (const one of top.body) {
      if (one.type === 'TOMLKeyValue') places.pair(root, one)
      else places.table(root, one)
    }
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause
  }
  return root
}

/** A table is no one text: its keys can stand all over the file. */
const endOf = (name: Span): Span => ({ ...name, from: name.to })

class Places {
  constructor(private readonly source: Source) {}

  pair(under: Spot, { key, value }: AST.TOMLKeyValue): void {
    const spot = this.named(under, key.keys)
    this.value(spot, value)
  }

  table(root: Spot, { key, resolvedKey, body }: AST.TOMLTable): void {
    const names = [...key.keys]
    let spot = root
    let name: Span = root.key
    for (const part of resolvedKey) {
      if (typeof part === 'string') name = this.span(names.shift() ?? key)
      spot = this.at(spot, part, name)
    }
    spot.key = name
    spot.value = endOf(name)
    for (const one of body) this.pair(spot, one)
  }

  private value(spot: Spot, node: AST.TOMLContentNode): void {
    spot.value = this.span(node)
    if (node.type === 'TOMLInlineTable') for (const one of node.body) this.pair(spot, one)
    if (node.type !== 'TOMLArray') return
    node.elements.forEach((one, index) => {
      this.value(this.at(spot, index, this.span(one)), one)
    })
  }

  private named(under: Spot, names: ReadonlyArray<AST.TOMLBare | AST.TOMLQuoted>): Spot {
    return names.reduce((spot, one) => this.at(spot, one.type === 'TOMLBare' ? one.name : one.value, this.span(one)), under)
  }

  private at(under: Spot, key: string | number, span: Span): Spot {
    const known = under.below.get(key)
    if (known !== undefined) return known
    const spot: Spot = { key: span, value: endOf(span), below: new Map() }
    under.below.set(key, spot)
    return spot
  }

  private span({ range: [from, to] }: { readonly range: readonly [number, number] }): Span {
    return { source: this.source, from: from + this.source.skip, to: to + this.source.skip }
  }
}
