import type { DatabaseAt } from '../../engine/database.js'

const NAME = '`(?:[^`]|``)+`'
const GRANT = new RegExp(`^GRANT (.+) ON (?:TABLE )?(\\*|${NAME})\\.(\\*|${NAME}) TO `)

const bare = (quoted: string): string => quoted.replace(/^`|`$/g, '').replaceAll('``', '`')

/** `_` and `%` stand for others, unless a backslash says that they are meant. */
const patternOf = (written: string): RegExp => {
  const parts = bare(written).match(/\\.|[^\\]/gsu) ?? []
  const one = (part: string): string => {
    if (part === '_') return '.'
    if (part === '%') return '.*'
    return part.replace(/^\\/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  }
  return new RegExp(`^${parts.map(one).join('')}$`, 'su')
}

/** What is granted for some columns of a table is not granted for the table. */
const wordsIn = (granted: string): ReadonlyArray<string> => granted.replace(/\w+ \([^)]*\)/g, '').split(', ')

/** Of what is needed, what these lines of SHOW GRANTS don't give: on the whole database, or on each table of it that matters. */
export const lackingIn = (lines: ReadonlyArray<string>, { name, needs, tables }: DatabaseAt): ReadonlyArray<string> => {
  const grants = lines.flatMap(line => {
    const [, words = '', database = '', table = ''] = GRANT.exec(line) ?? []
    return database === '*' || (database !== '' && patternOf(database).test(name)) ? [{ words: wordsIn(words), table }] : []
  })
  const has = (need: string, table?: string): boolean =>
    grants.some(
      one =>
        (one.words.includes(need) || one.words.includes('ALL PRIVILEGES')) &&
        (one.table === '*' || (table !== undefined && bare(one.table) === table)),
    )
  return needs.filter(need => !has(need) && (tables.length === 0 || !tables.every(table => has(need, table))))
}
