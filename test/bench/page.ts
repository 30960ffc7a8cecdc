import { readFileSync, writeFileSync } from 'node:fs'
import { type Row, rowOf } from './lab/table.js'
import { type Figure, renderValue } from './measure.js'
import { TARGETS } from './targets.js'

const PAGE = 'docs/benchmarks.md'

const put = (place: string, machine: string, table: ReadonlyArray<string>): void => {
  const [begin, end] = [`<!-- ${place} -->`, `<!-- end of ${place} -->`]
  const page = readFileSync(PAGE, 'utf8')
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has no place for ${place}`)
  writeFileSync(PAGE, `${before}${begin}\n\n${machine}\n\n${table.join('\n')}\n\n${end}${after}`)
}

const figureRow = ({ name, value, unit }: Figure): string => {
  const { most, terraform, opentofu } = TARGETS[name] ?? {}
  return `| \`${name}\` | ${renderValue(value)} ${unit} | ${most ?? ''} | ${terraform ?? ''} | ${opentofu ?? ''} |`
}

/** Puts the figures in their place in the page. */
export const writePage = (figures: ReadonlyArray<Figure>, machine: string): void =>
  put('figures', machine, ['| figure | measured | at most | Terraform | OpenTofu |', '|---|---|---|---|---|', ...figures.map(figureRow)])

const realRow = ({ name, value, unit, limit }: Row): string => `| \`${name}\` | ${renderValue(value)} ${unit} | ${limit} |`

export const writeRealHosts = (figures: ReadonlyArray<Figure>, machine: string): void =>
  put('figures of real hosts', machine, [
    '| figure | measured | limit |',
    '|---|---|---|',
    ...figures.map(figure => realRow(rowOf(figure, 1))),
  ])
