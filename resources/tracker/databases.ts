import type { Addr, Facts } from '../../engine/contract.js'
import type { DatabaseAt } from '../../engine/database.js'
import { SERVER } from '../database.js'
import { type DatabaseFact, type ForeignDatabaseFact, factsOf } from '../facts.js'
import type { Stack } from '../stack.js'
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

/** What every version makes at its start where it is not there, and works with. */
export const TABLES = ['keys', 'torrents', 'whitelist'] as const
const NEEDS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE'] as const

/** What the tracker needs of its database; undefined: a file of its own. */
export const needsOf = (keeps: Keeps, { project }: Pick<Stack, 'project'>): DatabaseAt | undefined => {
  if (keeps.driver === 'sqlite') return undefined
  const { host, port, name, user } = keeps
  const at = { host, port, name, user, needs: NEEDS, tables: TABLES }
  return host === SERVER ? { ...at, container: `${project}-${SERVER}-1` } : at
}

export const foreignFact = (self: Addr, database: Database): Facts => {
  if (!isExternal(database)) return []
  const { host, port, name, user, password } = database
  const path = ['tracker', 'database']
  const fact: ForeignDatabaseFact = {
    fact: 'foreign database',
    from: self,
    host,
    port,
    name,
    user,
    password: password.secret,
    needs: NEEDS,
    tables: TABLES,
    path,
  }
  return [fact] as unknown as Facts
}
