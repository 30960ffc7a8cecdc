import { type Line, line, show } from './color.js'
import { columnsOf, type Look } from './look.js'
import { hang, padTo, prose, widthOf } from './text.js'

/**
 * Rows under titles, two blanks between columns. On a terminal that is too narrow columns go on below, still under each other,
 * and the last one goes on below itself: nothing is cut, and no word broken.
 */
export const renderTable = (columns: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>, look: Look): string =>
  show(tableLines(columns, rows, look), look)

const tableLines = (columns: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>, look: Look): ReadonlyArray<Line> => {
  const cells = rows.map(row => columns.map((_, at) => prose(row[at] ?? '', look)))
  const widths = columns.map((title, at) => cells.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), title.length) + 2)
  const edge = look.terminal ? columnsOf(look) : Number.POSITIVE_INFINITY
  const bands = bandsOf(widths, edge)
  const indent = ' '.repeat(widths[0] ?? 0)
  const joined = (row: ReadonlyArray<string>): ReadonlyArray<string> =>
    bands.flatMap((band, at) => {
      const last = band.at(-1) ?? 0
      const head =
        (at === 0 ? '' : indent) + band.map(column => (column === last ? '' : padTo(row[column] ?? '', widths[column] ?? 0))).join('')
      const texts = hang(head, row[last] ?? '', edge).map(text => text.trimEnd())
      return at === 0 ? texts : texts.filter(text => text !== '')
    })
  const title = joined(columns.map(title => title.toUpperCase())).map(text => line(text, 'strong'))
  return [...title, ...cells.flatMap(row => joined(row).map(text => line(text)))]
}

/** The least that the last column is given before it goes below. */
const NARROWEST = 20

/** Which columns stand beside each other. */
const bandsOf = (widths: ReadonlyArray<number>, edge: number): ReadonlyArray<ReadonlyArray<number>> => {
  const bands: Array<Array<number>> = [[]]
  let used = 0
  for (const [column, width] of widths.entries()) {
    const least = column === widths.length - 1 ? Math.min(width - 2, NARROWEST) : width - 2
    const band = bands.at(-1)
    if (band === undefined || (band.length > 0 && used + least > edge)) {
      bands.push([column])
      used = (widths[0] ?? 0) + width
    } else {
      band.push(column)
      used += width
    }
  }
  return bands
}
