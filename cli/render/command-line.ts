import type { Told } from './look.js'

const SAFE = /^[\w@%+=:,./-]+$/
const quoted = (word: string): string => (SAFE.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** A command to copy: the file and the flags that it needs again included. */
export const commandLine = (verb: string, { file, flags = [] }: Told, more: ReadonlyArray<string> = []): string =>
  ['deployer', verb, ...[...(file === undefined ? [] : [file]), ...flags, ...more].map(quoted)].join(' ')
