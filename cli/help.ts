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

export const helpOf = async (asked: Exclude<Asked, { is: 'unknown' }>): Promise<Help> => {
  if (asked.is === 'command') return commandHelp(definitionOf(await asked.entry.load()))
  if (asked.is === 'group') return { text: `${listing(asked.entries)}\n${MORE}`, result: listed(asked.entries) }
  const sections = CATEGORIES.map(category => `${category}\n${listing(TABLE.filter(entry => entry.category === category))}`)
  return { text: `${INTRODUCTION}\n${sections.join('\n')}\n${OPTIONS}\n${MORE}`, result: listed(TABLE) }
}

const INTRODUCTION = `deployer makes a running BitTorrent tracker out of one file, and keeps it so.
This version makes its machine, firewall and Docker; no tracker runs yet.

Usage: deployer COMMAND [FILE] [OPTIONS]
`
const OPTIONS = `Everywhere
  --json             one JSON object on stdout, in success and failure alike
  -q, --quiet        only the result
  -f, --file FILE    an environment file that is not here or above
  --version          the version
`
const MORE = `One command: deployer COMMAND --help. A message: deployer explain CODE.
`

const listing = (entries: ReadonlyArray<Entry>): string => entries.map(({ words, says }) => `  ${words.padEnd(17)}  ${says}\n`).join('')

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

const commandHelp = (definition: Definition): Help => {
  const { path, category, description = '', details = '', examples = [], options } = definition
  const shown = options.map(option => ({ names: spelled(option.definition, option.description), says: option.description?.trim() ?? '' }))
  const width = Math.max(...shown.map(({ names }) => names.length))
  const parts = [
    `${path}: ${description.trim()}\n`,
    `Usage: ${shortened(definition)}\n`,
    details.trim() === '' ? '' : `${details.trim().replaceAll(/ +$/gm, '')}\n`,
    `Options\n${shown.map(({ names, says }) => `  ${names.padEnd(width)}  ${hung(says, width + 4)}\n`).join('')}`,
    examples.length === 0 ? '' : `Examples\n${examples.map(([label, line]) => `  ${label.trim()}\n    ${line}\n`).join('')}`,
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

const hung = (text: string, indent: number): string => {
  const room = 80 - indent
  const lines: Array<string> = []
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1)
    if (line === undefined || line.length + 1 + word.length > room) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}
