import type { Facts } from '../../engine/contract.js'
import { type DatabaseFact, factsOf } from '../facts.js'
import { type Database, isExternal } from './database.js'

/** Where the tracker keeps what lasts. */
export type Keeps = { readonly driver: 'sqlite' } | Pick<DatabaseFact, 'driver' | 'host' | 'port' | 'name' | 'user' | 'password'>

export const SQLITE = '/var/lib/torrust/tracker/database/tracker.db'

export const keepsOf = (database: Database, facts: Facts): Keeps => {
  if (database.driver === 'sqlite') return { driver: 'sqlite' }
  if (isExternal(database)) {
    const { host, port, name, user, password } = database
    return { driver: 'mysql', host, port, name, user, password: password.secret }
  }
  const [found] = factsOf(facts, 'database')
  if (found === undefined) throw new Error('a tracker on MySQL, and nobody offers a database')
  const { host, port, name, user, password } = found
  return { driver: 'mysql', host, port, name, user, password }
}

/** Without its password: that comes from the environment, which goes first. */
export const pathOf = (keeps: Keeps): string => {
  if (keeps.driver === 'sqlite') return SQLITE
  const { user, host, port, name } = keeps
  return `mysql://${user}@${bracketed(host)}:${port}/${name}`
}

export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** `sqlite`, `mysql`, `mysql at db.example.net`: as a path says it. */
export const wordsOf = (path: string): string => {
  const [, host, rest] = /^mysql:\/\/[^@]*@(\[[^\]]*\]|[^:/]*)(.*)$/.exec(path) ?? []
  if (host === undefined) return 'sqlite'
  return host === 'mysql' ? `mysql, database ${rest?.split('/')[1] ?? ''}` : `mysql at ${host}${rest ?? ''}`
}
