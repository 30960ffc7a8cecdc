import type { Told } from './look.js'

const SAFE = /^[\w@%+=:,./-]+$/
/** For POSIX shells. */
export const quoted = (word: string): string => (SAFE.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** For a command whose words are not for a file: that is named with an option. */
export const withFile = ({ file, variables = [] }: Told): Told => ({ variables, ...(file !== undefined && { flags: ['-f', file] }) })

/** A command to copy: the file, the flags and the variables that it needs again included. */
export const commandLine = (verb: string, { file, flags = [], variables = [] }: Told, more: ReadonlyArray<string> = []): string =>
  [...variables, 'deployer', verb, ...[...(file === undefined ? [] : [file]), ...flags, ...more].map(quoted)].join(' ')
