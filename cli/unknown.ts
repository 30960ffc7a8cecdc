import type { Fault } from '../specs/fault.js'
import { didYouMean } from '../specs/near.js'
import { TABLE } from './table.js'
import { usage } from './usage.js'
import type { Asked } from './words.js'

/** A command line that asks for nothing that exists. */
export const unknown = (asked: Extract<Asked, { is: 'group' | 'unknown' }>): Fault => {
  if (asked.is === 'unknown') {
    const near =
      asked.word === 'version'
        ? 'Did you mean --version?'
        : didYouMean(asked.word, [...new Set(TABLE.map(({ words }) => words.split(' ')[0] ?? words))])
    const file = /\.(ya?ml|toml|json)$/.test(asked.word) ? `For a file: deployer plan ${asked.word}` : undefined
    return usage(
      [`there is no command ${asked.word}`, file ?? near].filter(Boolean).join('. '),
      'deployer COMMAND; all of them: deployer --help',
    )
  }
  const verbs = asked.entries.map(({ words }) => words.slice(asked.group.length + 1))
  const line = `deployer ${asked.group} ${verbs.join('|')}`
  if (asked.word === undefined) return usage(`${asked.group} wants one more word`, line)
  const near = didYouMean(asked.word, verbs)
  return usage(`${asked.group} has no command ${asked.word}${near === undefined ? '' : `. ${near}`}`, line)
}
