import type { Hidden } from './hidden.js'
import { type Line, lineAt, type Source, type Span } from './source.js'

/** No line that a person wrote is longer. */
const LONGEST = 2000
const KEY = /(?<![\w-])(["']?)([\w-]{1,64})\1\s*[:=]\s*/g
/** Keys and tokens look so, and little else that belongs into an environment file. */
const OPAQUE = /(?=[\w+/=$!@%^&*-]*[A-Z0-9])[\w+/=$!@%^&*-]{20,}/g

/**
 * What of a line to hide in a text that could not be read, so that nothing is known of its fields. `plain`: keys that hold
 * no secret anywhere. After any other key the rest of the line is hidden, and so is what seems to belong to one further up.
 */
export const guessed = ({ source, from }: Span, plain: ReadonlySet<string>): ReadonlyArray<Hidden> => {
  const line = lineAt(source, from)
  const text = source.text.slice(line.from, line.to)
  if (text.length > LONGEST || belongsToSecret(source, line, plain))
    return [{ from: line.from + indentOf(text), to: line.to, as: '(hidden)' }]
  const other = keysIn(text).find(({ name }) => !plain.has(name))
  const opaque = [...text.matchAll(OPAQUE)].map(({ index, 0: word }): Hidden => cut(line, index, index + word.length))
  return other === undefined ? opaque : [...opaque, cut(line, other.end, line.to - line.from)]
}

const cut = (line: Line, from: number, to: number): Hidden => ({ from: line.from + from, to: line.from + to, as: '(hidden)' })

interface Named {
  readonly name: string
  readonly end: number
}

const keysIn = (text: string): ReadonlyArray<Named> =>
  [...text.slice(0, LONGEST).matchAll(KEY)].map(match => ({ name: match[2] ?? '', end: match.index + match[0].length }))

const indentOf = (text: string): number => text.length - text.trimStart().length

/** Whether the last key above holds a secret that could go on here: this line is further to the right, or begins with no key of ours. */
const belongsToSecret = (source: Source, line: Line, plain: ReadonlySet<string>): boolean => {
  const text = source.text.slice(line.from, line.to)
  const above = source.text.slice(0, line.from).split('\n').reverse()
  const named = above.find(one => keysIn(one).length > 0)
  const last = named === undefined ? undefined : keysIn(named).at(-1)
  if (named === undefined || last === undefined || plain.has(last.name)) return false
  const own = /^\s*(?:- )?["']?([\w-]+)["']?\s*[:=]|^\s*\[+([\w.-]+)\]+/.exec(text)
  return own === null || indentOf(text) > indentOf(named) || !plain.has(own[1] ?? own[2]?.split('.')[0] ?? '')
}
