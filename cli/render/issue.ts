import type { Issue, Path } from '../../specs/issue.js'
import { type Line, line } from './color.js'
import { columnsOf, type Look } from './look.js'
import { cleanCode, prose, widthOf, wrap } from './text.js'

/** One problem with the input, so that editors can jump to it and people see what is meant. */
export const issueLines = (issue: Issue, look: Look): ReadonlyArray<Line> => {
  const at = issue.path.length === 0 ? '' : ` at ${prose(pathWord(issue.path), look)}`
  const place = issue.place === undefined ? '' : `${issue.place.file}:${issue.place.line}:${issue.place.col}: `
  const head = line(`${prose(place, look)}${issue.level}: ${issue.code}${at}`, issue.level === 'error' ? 'bad' : 'update')
  const said = [prose(issue.what, look), ...(issue.expected === undefined ? [] : [prose(issue.expected, look)])]
  if (issue.place === undefined || issue.excerpt === undefined)
    return [head, ...said.flatMap(text => wrap(text, columnsOf(look) - 2)).map(text => line(`  ${text}`))]
  return [head, ...excerptLines(issue.excerpt, issue.place, said, look)]
}

/** `tracker.udp[1].bind`, as people point into a file. */
export const pathWord = (path: Path): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${part}`)).join('')

const excerptLines = (
  excerpt: string,
  place: { readonly line: number; readonly col: number; readonly length: number },
  said: ReadonlyArray<string>,
  look: Look,
): ReadonlyArray<Line> => {
  const shown = excerpt.split('\n')
  const first = place.line - shown.length + 1
  const gutter = Math.max(2, String(place.line).length)
  const empty = `${' '.repeat(gutter)} | `
  const edge = columnsOf(look)
  const carets = caretsOf(shown.at(-1) ?? '', place)
  return [
    ...shown.map((text, at) => line(`${String(first + at).padStart(gutter)} | ${cleanCode(text)}`)),
    ...besides(carets, said, edge - empty.length).map(text => line(empty + text)),
  ]
}

/** Tabs before the place stay tabs, so that the carets stand below it. */
const caretsOf = (text: string, { col, length }: { readonly col: number; readonly length: number }): string => {
  const before = [...text].slice(0, col - 1)
  const under = before.map(char => (char === '\t' ? '\t' : ' '.repeat(widthOf(char)))).join('')
  const room = Math.max(1, [...text].length - col + 1)
  return under + ' '.repeat(Math.max(0, col - 1 - before.length)) + '^'.repeat(Math.max(1, Math.min(length, room)))
}

/** What is wrong begins beside the carets and goes on below; what would be right begins a line of its own. */
const besides = (carets: string, [what = '', ...more]: ReadonlyArray<string>, width: number): ReadonlyArray<string> => {
  const words = what.split(' ')
  let beside = carets
  while (words[0] !== undefined && widthOf(beside) + 1 + widthOf(words[0]) <= width) beside += ` ${words.shift()}`
  return [beside, ...(words.length === 0 ? [] : wrap(words.join(' '), width)), ...more.flatMap(text => wrap(text, width))]
}
