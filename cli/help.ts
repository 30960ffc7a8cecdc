import { Cli, type CommandClass, type Definition } from 'clipanion'
import type { Json } from '../specs/json.js'
import type { Context } from './context.js'
import { CATEGORIES, type Entry, TABLE } from './table.js'
import type { Asked } from './words.js'

/** Help, for people and for programs. */
export interface Help {
  readonly text: string
  readonly result: Json
}

/** `columns`: of the terminal that it is shown on. */
export const helpOf = async (asked: Exclude<Asked, { is: 'unknown' }>, columns = WIDEST): Promise<Help> => {
  const width = Math.max(40, Math.min(WIDEST, columns))
  if (asked.is === 'command') return commandHelp(definitionOf(await asked.entry.load()), width)
  if (asked.is === 'group') return { text: `${listing(asked.entries, width)}\n${wrapped(MORE, width)}`, result: listed(asked.entries) }
  const sections = CATEGORIES.map(
    category =>
      `${category}\n${listing(
        TABLE.filter(entry => entry.category === category),
        width,
      )}`,
  )
  const options = `Everywhere\n${rows(OPTIONS, width)}`
  return { text: `${wrapped(INTRODUCTION, width)}\n${sections.join('\n')}\n${options}\n${wrapped(MORE, width)}`, result: listed(TABLE) }
}

const INTRODUCTION = `deployer makes a running BitTorrent tracker out of one file, and keeps it so.

Usage: deployer COMMAND [FILE] [OPTIONS]
`
const OPTIONS: ReadonlyArray<Row> = [
  ['--json', 'one JSON object on stdout, in success and failure alike'],
  ['-q, --quiet', 'only the result'],
  ['-f, --file FILE', 'an environment file that is not here or above'],
  ['--version', 'the version; -v alone says it too'],
]
const MORE = `One command: deployer COMMAND --help. A message: deployer explain CODE.
`

type Row = readonly [name: string, says: string]
const COLUMN = 17
const rows = (all: ReadonlyArray<Row>, width: number, column = COLUMN): string =>
  all.map(([name, says]) => `  ${name.padEnd(column)}  ${hung(says, column + 4, width)}\n`).join('')

const listing = (entries: ReadonlyArray<Entry>, width: number): string =>
  rows(
    entries.map(({ words, says }) => [words, says]),
    width,
  )

/** Each paragraph anew; blank lines stay. */
const wrapped = (text: string, width: number): string =>
  `${text
    .trim()
    .split(/\n{2,}/)
    .map(paragraph => hung(paragraph, 0, width))
    .join('\n\n')}\n`

const listed = (entries: ReadonlyArray<Entry>): Json => ({
  commands: entries.map(({ words, category, says }) => ({ words, category, says })),
})

const definitionOf = (loaded: CommandClass<Context>): Definition => {
  const cli = new Cli<Context>({ binaryName: 'deployer', enableColors: false })
  cli.register(loaded)
  const [definition] = cli.definitions()
  if (definition === undefined) throw new Error('a command without usage')
  return definition
}

/** `deployer state show [OPTIONS] ADDR`: positionals only, so that it fits a line. */
export const usageLine = (loaded: CommandClass<Context>): string => shortened(definitionOf(loaded))

const shortened = ({ path, usage }: Definition): string => {
  const positionals = usage
    .slice(path.length)
    .trim()
    .replaceAll(/<(.+?)>/g, '$1')
  return [path, '[OPTIONS]', positionals].filter(part => part !== '').join(' ')
}

const commandHelp = (definition: Definition, width: number): Help => {
  const { path, category, description = '', details = '', examples = [], options } = definition
  const shown = options.map(option => ({ names: spelled(option.definition, option.description), says: option.description?.trim() ?? '' }))
  const column = Math.max(...shown.map(({ names }) => names.length))
  const described = shown.map(({ names, says }): Row => [names, says])
  const parts = [
    wrapped(`${path}: ${description}`, width),
    `Usage: ${shortened(definition)}\n`,
    details.trim() === '' ? '' : wrapped(details, width),
    `Options\n${rows(described, width, column)}`,
    examples.length === 0 ? '' : `Examples\n${examples.map(([label, line]) => `  ${hung(label, 2, width)}\n    ${line}\n`).join('')}`,
  ]
  return {
    text: parts.filter(part => part !== '').join('\n'),
    result: {
      words: path.replace(/^deployer ?/, ''),
      category: category?.trim(),
      says: description.trim(),
      usage: shortened(definition),
      options: shown,
      examples: examples.map(([label, line]) => ({ label: label.trim(), line })),
    },
  }
}

/** Clipanion writes the value of an option as #0; its description says in capitals what it is, as in `--out FILE`. */
const spelled = (definition: string, description = ''): string => {
  const [, value = 'VALUE'] = /\b([A-Z]{2,}(?:,\.\.\.)?)/.exec(description) ?? []
  return definition.replace(/ #0$/, ` ${value}`).replaceAll(/,(?=-)/g, ', ')
}

const WIDEST = 80

const hung = (text: string, indent: number, width: number): string => {
  const room = Math.max(20, width - indent)
  const lines: Array<string> = []
  for (const word of text.trim().split(/\s+/)) {
    const line = lines.at(-1)
    if (line === undefined || line.length + 1 + word.length > room) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}
