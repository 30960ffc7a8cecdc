import { readFileSync, writeFileSync } from 'node:fs'
import { type Figure, renderValue } from './measure.js'
import { TARGETS } from './targets.js'

const PAGE = 'docs/benchmarks.md'
const [BEGIN, END] = ['<!-- figures -->', '<!-- end of figures -->']

const row = ({ name, value, unit }: Figure): string => {
  const { most, terraform, opentofu } = TARGETS[name] ?? {}
  return `| \`${name}\` | ${renderValue(value)} ${unit} | ${most ?? ''} | ${terraform ?? ''} | ${opentofu ?? ''} |`
}

/** Puts the figures in their place in the page. */
export const writePage = (figures: ReadonlyArray<Figure>, machine: string): void => {
  const page = readFileSync(PAGE, 'utf8')
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has no place for figures`)
  const table = ['| figure | measured | at most | Terraform | OpenTofu |', '|---|---|---|---|---|', ...figures.map(row)]
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${machine}\n\n${table.join('\n')}\n\n${END}${after}`)
}
