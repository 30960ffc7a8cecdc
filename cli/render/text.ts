import { columnsOf, type Look } from './look.js'

/** Which marks may be shown. */
export type Marks = Pick<Look, 'unicode'>

/** Control characters move cursors and bidirectional marks reorder words: what a host says must do neither. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g
const ASCII = /^[\u0020-\u007e]*$/
const NAMED: { readonly [char: string]: string } = { '\n': '\\n', '\t': '\\t', '\r': '\\r' }

/** One line that shows each character that would otherwise act on the terminal. */
export const clean = (text: string): string =>
  ASCII.test(text) ? text : text.replace(UNSEEN, char => NAMED[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** A line of a file: its tabs stay. */
export const cleanCode = (text: string): string => text.split('\t').map(clean).join('\t')

/** Words of ours: the two marks in ASCII where the terminal has no others. */
export const prose = (text: string, { unicode }: Marks): string =>
  unicode || ASCII.test(text) ? clean(text) : clean(text).replaceAll('→', '->').replaceAll('…', '...')

export const arrow = ({ unicode }: Marks): string => (unicode ? '→' : '->')
export const ellipsis = ({ unicode }: Marks): string => (unicode ? '…' : '...')

const ZERO = /\p{Mark}|\u200b|\u200d|\ufe0f/u
const WIDE = /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u
const cellsOf = (char: string): number => (ZERO.test(char) ? 0 : WIDE.test(char) ? 2 : 1)

/** In columns of a terminal. */
export const widthOf = (text: string): number => (ASCII.test(text) ? text.length : [...text].reduce((sum, char) => sum + cellsOf(char), 0))

export const padTo = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** Text up to a column, but never without two blanks before what follows. */
export const upTo = (text: string, column: number): string => (text === '' ? padTo('', column) : `${padTo(text, column - 2)}  `)

/** `right` ends at column `edge`, where there is room. */
export const endAt = (left: string, right: string, edge: number): string => `${padTo(left, edge - widthOf(right) - 2)}  ${right}`

const take = (chars: ReadonlyArray<string>, width: number): string => {
  let used = 0
  const end = chars.findIndex(char => {
    used += cellsOf(char)
    return used > width
  })
  return (end < 0 ? chars : chars.slice(0, end)).join('')
}
const takeEnd = (chars: ReadonlyArray<string>, width: number): string => [...take([...chars].reverse(), width)].reverse().join('')

/** The middle goes: both ends of a path or a digest tell more. */
export const shorten = (text: string, width: number, look: Marks): string => {
  if (widthOf(text) <= width) return text
  const mark = ellipsis(look)
  const room = Math.max(2, width - mark.length)
  const chars = [...text]
  return take(chars, Math.ceil(room / 2)) + mark + takeEnd(chars, Math.floor(room / 2))
}

/** The end goes. */
export const cut = (text: string, width: number, look: Marks): string => {
  if (widthOf(text) <= width) return text
  const mark = look.unicode ? '…' : '...'
  return width <= mark.length ? take([...text], width) : take([...text], width - mark.length) + mark
}

/** Lines of at most `width` columns; a longer word stands alone, whole. */
export const wrap = (text: string, width: number): ReadonlyArray<string> => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** What is said to people: the first line goes on after `head`, the others stand below it. */
export const say = (head: string, text: string, look: Look): ReadonlyArray<string> => hang(head, text, columnsOf(look))

/** A row: on a terminal as `say`; elsewhere one line, whatever its length. */
export const flow = (head: string, text: string, look: Look): ReadonlyArray<string> =>
  look.terminal ? say(head, text, look) : [head + text]

/** The first line goes on after `head`, the others stand below it. */
export const hang = (head: string, text: string, edge: number): ReadonlyArray<string> => {
  const column = widthOf(head)
  return wrap(text, Math.max(20, edge - column)).map((line, at) => (at === 0 ? head : ' '.repeat(column)) + line)
}
