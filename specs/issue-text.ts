import { cropped } from './crop.js'
import type { Issue, Path } from './issue.js'

/** One less than 80: a line that fills a terminal breaks on some. */
const WIDTH = 79

/** `tracker.udp[1].bind`, as in messages. */
export const renderPath = (path: Path): string =>
  path
    .map((key, index) =>
      typeof key === 'number' ? `[${key}]` : /^[\w-]+$/.test(key) ? `${index === 0 ? '' : '.'}${key}` : `[${JSON.stringify(key)}]`,
    )
    .join('')

/** A problem as people see it: where, which code, the line with a mark under it, what is wrong and what would be right. */
export const renderIssue = (issue: Issue, { width = WIDTH }: { readonly width?: number } = {}): string => {
  const { code, level, path, place, what, expected } = issue
  const at = path.length === 0 ? '' : ` at ${renderPath(path)}`
  const head = `${place === undefined ? '' : `${place.file}:${place.line}:${place.col}: `}${level}: ${code}${at}`
  const number = String(place?.line ?? '').padStart(2)
  const gutter = `${' '.repeat(number.length)} | `
  const room = width - gutter.length
  if (issue.excerpt === undefined || issue.caret === undefined)
    return [head, ...wrapped(sentences(what, expected), room).map(one => gutter + one)].join('\n')
  const { excerpt, caret } = cropped(issue.excerpt, issue.caret, room)
  const mark =
    blankLike(excerpt.slice(0, caret.from)) + '^'.repeat(Math.max(1, widthOf(excerpt.slice(caret.from, caret.from + caret.length))))
  const said = beside(mark, what, expected, room)
  return [head, `${number} | ${excerpt}`, ...said.map(one => gutter + one)].join('\n')
}

const sentences = (what: string, expected: string | undefined): string => (expected === undefined ? what : `${what} ${expected}`)

/** All of it beside the mark when it fits there; otherwise what is wrong begins there, and a new sentence on a line of its own. */
const beside = (mark: string, what: string, expected: string | undefined, width: number): ReadonlyArray<string> => {
  const room = width - widthOf(mark) - 1
  const all = sentences(what, expected)
  if (all.length <= room) return [`${mark} ${all}`]
  const goesOn = expected !== undefined && !/^[A-Z]/.test(expected)
  const words = (goesOn ? all : what).split(' ')
  const first = taken(words, room)
  const rest = words.slice(first).join(' ')
  const begun = first === 0 ? mark : `${mark} ${words.slice(0, first).join(' ')}`
  return [begun, ...wrapped(rest, width), ...wrapped(goesOn ? '' : (expected ?? ''), width)]
}

/** How many of the words fit. */
const taken = (words: ReadonlyArray<string>, room: number): number => {
  let used = -1
  const over = words.findIndex(word => {
    used += 1 + word.length
    return used > room
  })
  return over === -1 ? words.length : over
}

const wrapped = (text: string, width: number): ReadonlyArray<string> => {
  const lines: string[] = []
  let words = text.split(' ').filter(word => word !== '')
  while (words.length > 0) {
    const fit = Math.max(1, taken(words, width))
    lines.push(words.slice(0, fit).join(' '))
    words = words.slice(fit)
  }
  return lines
}

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u
const widthOfOne = (sign: string): number => (/[\p{M}\u200b-\u200d]/u.test(sign) ? 0 : WIDE.test(sign) ? 2 : 1)
const widthOf = (text: string): number => [...text].reduce((sum, sign) => sum + widthOfOne(sign), 0)

/** As wide as the text; a tab stays one, so that it is as wide as the one above. */
const blankLike = (text: string): string => [...text].map(sign => (sign === '\t' ? '\t' : ' '.repeat(widthOfOne(sign)))).join('')
