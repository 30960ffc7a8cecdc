import type { Step } from '../../../engine/contract.js'
import type { Fault } from '../../../specs/fault.js'
import { LOG } from './service.js'
import { ROOT_REFUSED } from './sql.js'

interface Failed {
  readonly step: Step | undefined
  readonly said: string
}

/** As the tracker's pool of connections says it, over and over, and then at last in one line. */
const REFUSED = /(?:MySqlError|DriverError) \{ (.+?) \}(?:,|\s*$)/m
const ADDRESS = /^Could not connect to address `([^']+)': (.*)$/

/** A database that lets nobody in, in its own words. */
export const databaseTrouble = ({ step, said }: Failed): Fault | undefined => {
  if (step?.do === 'sql') {
    if (!said.split('\n').includes(ROOT_REFUSED)) return undefined
    return { code: 'DATABASE_REFUSED', at: step.service, user: 'root', why: `it takes none of the passwords in ${step.folder}` }
  }
  if (step?.do !== 'try') return undefined
  const log = said.split('\n').filter(line => line.startsWith(LOG))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of one.
  const why = REFUSED.exec(log.join('\n').replace(/\x1b\[[\d;]*m/g, ''))?.[1]
  if (why === undefined || !said.includes('connection pool')) return undefined
  const [, at, words] = ADDRESS.exec(why) ?? []
  const user = /for user '([^']*)'/.exec(why)?.[1]
  return { code: 'DATABASE_REFUSED', ...(at !== undefined && { at }), ...(user !== undefined && { user }), why: words ?? why }
}
