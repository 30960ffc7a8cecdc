import type { Path } from '../issue.js'
import { lineAt, type Source, type Span } from './source.js'
import { badNumber, duplicate, type Entry, MOST_LEVELS, type Parsed, type Problem, problem, type Tree, tooDeep, unfit } from './tree.js'

class Stop extends Error {
  constructor(readonly problem: Problem) {
    super(problem.issue.what)
  }
}

const BLANK = /[ \t\r\n]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside of text.
const TEXT = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
const ANYTHING = /[^\s,:{}[\]]+/y

/** JSON with places. JSON.parse has the last word on what is JSON; its messages have no place for most mistakes. */
export const parseJson = (source: Source): Parsed => {
  const problems: Problem[] = []
  try {
    const tree = new Reader(source, problems).document()
    JSON.parse(source.text.slice(source.skip))
    return { tree, problems }
  } catch (cause) {
    if (cause instanceof Stop) return { problems: [cause.problem] }
    if (!(cause instanceof SyntaxError)) throw cause
    return { problems: [problem('SYNTAX', { source, from: 0, to: 1 }, 'this file is not JSON.')] }
  }
}

class Reader {
  private at: number

  constructor(
    private readonly source: Source,
    private readonly problems: Problem[],
  ) {
    this.at = source.skip
  }

  document(): Tree {
    this.skip(BLANK)
    const tree = this.value([])
    this.skip(BLANK)
    if (this.at < this.source.text.length) this.stop('something stands after the end of the document.')
    return tree
  }

  private value(path: Path): Tree {
    const from = this.at
    const next = this.source.text[from]
    if (path.length > MOST_LEVELS) throw new Stop(tooDeep(this.since(from, 1)))
    if (next === '{') return this.mapping(path)
    if (next === '[') return this.list(path)
    if (next === '"') return { is: 'leaf', value: this.text(), span: this.since(from) }
    const word = this.take(WORD)
    if (word !== undefined) return { is: 'leaf', value: JSON.parse(word) as boolean | null, span: this.since(from) }
    const digits = this.take(NUMBER)
    if (digits === undefined) return this.stop('no value stands here.', advice(next))
    const why = unfit(Number(digits))
    if (why !== undefined) this.problems.push(badNumber(this.since(from), why, path))
    return { is: 'leaf', value: Number(digits), span: this.since(from) }
  }

  private mapping(path: Path): Tree {
    const from = this.at
    const entries = new Map<string, Entry>()
    this.inside('}', 'a key in double quotes', () => {
      const start = this.at
      if (this.source.text[start] !== '"') this.stop('no key stands here.', 'Expected a key in double quotes, such as "name".')
      const name = this.text()
      const key = this.since(start)
      this.skip(BLANK)
      if (this.source.text[this.at] !== ':') this.stop('a colon is missing after the key.')
      this.at += 1
      this.skip(BLANK)
      const here = [...path, name]
      const before = entries.get(name)
      const tree = this.value(here)
      if (before === undefined) entries.set(name, { key, tree })
      else this.problems.push(duplicate(here, key, tree.span, lineAt(this.source, before.key.from).number))
    })
    return { is: 'mapping', entries, span: this.since(from) }
  }

  private list(path: Path): Tree {
    const from = this.at
    const items: Tree[] = []
    this.inside(']', 'a value', () => {
      items.push(this.value([...path, items.length]))
    })
    return { is: 'list', items, span: this.since(from) }
  }

  private inside(end: '}' | ']', wanted: string, one: () => void): void {
    const from = this.at
    this.at += 1
    this.skip(BLANK)
    if (this.taken(end)) return
    for (;;) {
      one()
      this.skip(BLANK)
      if (this.taken(end)) return
      if (this.at === this.source.text.length) this.unclosed(from, end)
      if (!this.taken(',')) this.stop(`neither a comma nor ${end} stands here.`)
      this.skip(BLANK)
      if (this.source.text[this.at] === end) this.stop(`${wanted} is missing after the comma.`, 'JSON has no comma after the last one.')
      if (this.at === this.source.text.length) this.unclosed(from, end)
    }
  }

  private text(): string {
    const from = this.at
    const quoted = this.take(TEXT)
    if (quoted !== undefined) return JSON.parse(quoted) as string
    const { to } = lineAt(this.source, from)
    throw new Stop(
      problem(
        'SYNTAX',
        { source: this.source, from, to },
        'text that does not end on its line, or has an escape that JSON does not know.',
        'Write \\n for a line break and \\\\ for a backslash.',
      ),
    )
  }

  private unclosed(from: number, end: string): never {
    throw new Stop(problem('SYNTAX', this.since(from, 1), `is not closed: ${end} is missing.`))
  }

  private stop(what: string, expected?: string): never {
    const from = this.at
    const length = Math.max(1, this.take(ANYTHING)?.length ?? 1)
    throw new Stop(problem('SYNTAX', this.since(from, length), what, expected))
  }

  private taken(sign: string): boolean {
    if (this.source.text[this.at] !== sign) return false
    this.at += 1
    return true
  }

  private skip(pattern: RegExp): void {
    this.take(pattern)
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.source.text)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  private since(from: number, length = this.at - from): Span {
    return { source: this.source, from, to: from + length }
  }
}

const advice = (next: string | undefined): string | undefined => {
  if (next === undefined) return 'The file ends too early.'
  if (next === '/' || next === '#') return 'JSON has no comments.'
  if (next === "'") return 'JSON takes double quotes.'
  return 'Text stands in double quotes in JSON.'
}
