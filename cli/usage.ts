import type { Fault } from '../specs/fault.js'
import { didYouMean } from '../specs/near.js'

export const usage = (why: string, line: string): Fault => ({ code: 'USAGE', why, usage: line })

export const twoFiles = (words: string, first: string, second: string): Fault =>
  usage(`two environment files: ${first} and ${second}`, `deployer ${words} ${first}`)

/** Clipanion's errors about a command line, in our words; undefined: not about the command line. */
export const misused = (error: unknown, words: string, line: string, options: ReadonlyArray<string>): Fault | undefined => {
  if (!(error instanceof Error) || !('clipanion' in error)) return undefined
  const said = reasonOf(error)
  const named = words === '' ? 'deployer' : `deployer ${words}`
  const [, what] = /\("(.*)"\)/.exec(said) ?? []
  if (said.startsWith('Unsupported option name') && what !== undefined) {
    const name = what.replace(/=.*/, '')
    const near = didYouMean(name, options)
    return usage(`${named} has no option ${name}${near === undefined ? '' : `. ${near}`}`, line)
  }
  if (said.startsWith('Extraneous positional argument')) return usage(`${what ?? 'a word'} is one word too many`, line)
  const [, lacking] = /^Not enough arguments to option (.*?)\.?$/.exec(said) ?? []
  if (lacking !== undefined) return usage(`${lacking} wants a value behind it`, line)
  if (said.startsWith('Not enough positional arguments')) return usage(`${named} wants to know more`, line)
  return usage(said, line)
}

const reasonOf = (error: Error): string => {
  const candidates = 'candidates' in error ? (error.candidates as ReadonlyArray<{ readonly reason: string | null }>) : []
  return candidates.find(({ reason }) => reason !== null)?.reason ?? error.message
}
