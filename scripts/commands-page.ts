import { helpOf } from '../cli/help.js'
import { CATEGORIES, type Entry, TABLE } from '../cli/table.js'

interface Option {
  readonly names: string
  readonly says: string
}

interface Manual {
  readonly words: string
  readonly category: Entry['category']
  readonly says: string
  readonly details: string
  readonly usage: string
  readonly options: ReadonlyArray<Option>
  readonly examples: ReadonlyArray<{ readonly label: string; readonly line: string }>
}

/** What a command says of itself, in the words of its help. */
const manualOf = async (entry: Entry): Promise<Manual> => {
  const { result } = await helpOf({ is: 'command', entry })
  const { usage } = await entry.load()
  return { ...(result as unknown as Omit<Manual, 'details'>), category: entry.category, details: (usage?.details ?? '').trim() }
}

/** An option of one name may mean something else to another command. */
const keyOf = ({ names, says }: Option): string => `${names} ${says}`
const anchorOf = (words: string): string => `deployer-${words.replaceAll(' ', '-')}`
/** What is typed stands out. */
const marked = (text: string): string =>
  text.replaceAll(/deployer (?:[a-z]+ )+--[a-z-]+(?: [A-Z]+)?|(?<![\w`])--?[a-z][\w-]*/g, '`$&`').replaceAll('|', '\\|')

const optionsTable = (options: ReadonlyArray<Option>): string =>
  ['| option | meaning |', '|---|---|', ...options.map(({ names, says }) => `| \`${names}\` | ${marked(says)} |`)].join('\n')

const part = ({ words, says, details, usage, options, examples }: Manual, shared: ReadonlySet<string>): string => {
  const own = options.filter(option => !shared.has(keyOf(option)))
  return [
    `## deployer ${words}`,
    `${says.charAt(0).toUpperCase()}${says.slice(1)}.`,
    `    ${usage}`,
    ...(details === '' ? [] : [marked(details)]),
    ...(own.length === 0 ? [] : [optionsTable(own)]),
    ...(examples.length === 0 ? [] : [['```sh', ...examples.flatMap(({ label, line }) => [`# ${label}`, line]), '```'].join('\n')]),
  ].join('\n\n')
}

const contents = (manuals: ReadonlyArray<Manual>): string =>
  CATEGORIES.map(category =>
    [
      `| ${category} | |`,
      '|---|---|',
      ...manuals
        .filter(manual => manual.category === category)
        .map(({ words, says }) => `| [\`deployer ${words}\`](#${anchorOf(words)}) | ${says} |`),
    ].join('\n'),
  ).join('\n\n')

export const commandsPage = async (): Promise<string> => {
  const manuals = await Promise.all(TABLE.map(manualOf))
  const all = new Map(manuals.flatMap(({ options }) => options).map(option => [keyOf(option), option]))
  const takenBy = (option: Option): number => manuals.filter(({ options }) => options.some(one => keyOf(one) === keyOf(option))).length
  const everywhere = [...all.values()].filter(option => takenBy(option) === manuals.length)
  const usual = [...all.values()].filter(option => takenBy(option) < manuals.length && takenBy(option) * 2 > manuals.length)
  return [
    '# Commands',
    'Generated from the commands themselves; do not edit. `deployer COMMAND --help` says the same.',
    'What all commands share (how the file is found, exit codes, JSON) is in [the command line](../command-line.md).',
    contents(manuals),
    'Every command takes these:',
    optionsTable(everywhere),
    'Those that are about one environment also take:',
    optionsTable(usual),
    ...manuals.map(manual => part(manual, new Set([...everywhere, ...usual].map(keyOf)))),
    '',
  ].join('\n\n')
}
