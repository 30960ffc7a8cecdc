import { type Line, line, show } from './color.js'
import { columnsOf, type Look } from './look.js'
import { hang, padTo, prose, widthOf } from './text.js'

/** Rows under titles, two blanks between columns. On a terminal the last column goes on below itself where it doesn't fit. */
export const renderTable = (columns: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>, look: Look): string =>
  show(tableLines(columns, rows, look), look)

/** Below this a row is left to the terminal. */
const NARROWEST = 20

const tableLines = (columns: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>, look: Look): ReadonlyArray<Line> => {
  const cells = rows.map(row => columns.map((_, at) => prose(row[at] ?? '', look)))
  const widths = columns.map((title, at) => cells.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), title.length) + 2)
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width, 0)
  const room = columnsOf(look) - before
  const joined = (row: ReadonlyArray<string>): ReadonlyArray<string> => {
    const head = row
      .slice(0, -1)
      .map((cell, at) => padTo(cell, widths[at] ?? 0))
      .join('')
    const last = row.at(-1) ?? ''
    const texts = look.terminal && room >= NARROWEST ? hang(head, last, columnsOf(look)) : [head + last]
    return texts.map(text => text.trimEnd())
  }
  const title = joined(columns.map(title => title.toUpperCase())).map(text => line(text, 'strong'))
  return [...title, ...cells.flatMap(row => joined(row).map(text => line(text)))]
}
