import { type Line, line, show } from './color.js'
import { columnsOf, isWhole, type Look } from './look.js'
import { padTo, prose, shorten, widthOf } from './text.js'

/** Rows under titles, two blanks between columns. On a terminal the last column is shortened to fit. */
export const renderTable = (columns: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>, look: Look): string =>
  show(tableLines(columns, rows, look), look)

const tableLines = (columns: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>, look: Look): ReadonlyArray<Line> => {
  const cells = rows.map(row => columns.map((_, at) => prose(row[at] ?? '', look)))
  const widths = columns.map((title, at) => cells.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), title.length) + 2)
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width, 0)
  const joined = (row: ReadonlyArray<string>): string => {
    const last = row.at(-1) ?? ''
    const room = Math.max(12, columnsOf(look) - before)
    const end = isWhole(look) ? last : shorten(last, room, look)
    return `${row
      .slice(0, -1)
      .map((cell, at) => padTo(cell, widths[at] ?? 0))
      .join('')}${end}`.trimEnd()
  }
  return [line(joined(columns.map(title => title.toUpperCase())), 'strong'), ...cells.map(row => line(joined(row)))]
}
