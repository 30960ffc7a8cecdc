import { type Entry, TABLE } from './table.js'

/** What the words of a command line ask for. */
export type Asked =
  | { readonly is: 'command'; readonly entry: Entry }
  | { readonly is: 'group'; readonly group: string; readonly entries: ReadonlyArray<Entry>; readonly word: string | undefined }
  | { readonly is: 'nothing' }
  | { readonly is: 'unknown'; readonly word: string }

export const asked = (argv: ReadonlyArray<string>): Asked => {
  const [first, second] = wordsOf(argv)
  if (first === undefined) return { is: 'nothing' }
  const entry = TABLE.find(one => one.words === `${first} ${second}`) ?? TABLE.find(one => one.words === first)
  if (entry !== undefined) return { is: 'command', entry }
  const entries = TABLE.filter(one => one.words.startsWith(`${first} `))
  return entries.length > 0 ? { is: 'group', group: first, entries, word: second } : { is: 'unknown', word: first }
}

/** What is neither an option nor the value of one that may come before the words. */
const wordsOf = (argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = argv.indexOf('--')
  const before = end < 0 ? argv : argv.slice(0, end)
  return before.filter((word, index) => !word.startsWith('-') && !VALUED.has(before[index - 1] ?? ''))
}

const VALUED: ReadonlySet<string> = new Set(['-f', '--file'])

/** Whether the command line has this option, as far as that can be said without knowing the command. */
export const hasOption = (argv: ReadonlyArray<string>, ...names: ReadonlyArray<string>): boolean => {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).some(word => names.includes(word))
}
