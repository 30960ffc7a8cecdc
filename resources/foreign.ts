import type { Asks, ProbeOf } from '../engine/contract.js'
import { type DatabaseAt, databaseKey } from '../engine/database.js'
import { type Fault, saysOf } from '../specs/fault.js'
import type { ForeignDatabaseFact } from './facts.js'
import type { Stack } from './stack.js'

/** Somebody else's database, as it is asked before anything is changed for it. */
export interface Foreign {
  readonly at: DatabaseAt
  readonly path: ReadonlyArray<string>
  readonly probe: ProbeOf<'database'>
}

export const databaseAt = (at: DatabaseAt, secret: string, { host }: Pick<Stack, 'host'>): ProbeOf<'database'> => ({
  ask: 'database',
  key: databaseKey(at),
  via: host,
  match: [{ secret, as: [] }],
})

export const foreignOf = ({ host, port, name, user, needs, tables, password, path }: ForeignDatabaseFact, stack: Stack): Foreign => {
  const at = { host, port, name, user, needs, tables }
  return { at, path, probe: databaseAt(at, password, stack) }
}

/** The oldest MySQL that is still looked after. MariaDB counts from 10 on. */
const LEAST = 8

/** Why nobody can work there as asked. `by`: the host that has asked. */
export const refusalOf = ({ at: { host, port, name, user }, path }: Foreign, seen: Asks['database'], by: string): Fault | undefined => {
  const at = port === 3306 ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`
  const { refuses, says = '', version = '', lacks = [] } = seen
  const about = (field: string) => ({ at, path: [...path, field] })
  if (refuses === 'unreachable') return { code: 'DATABASE_UNREACHABLE', host: by, why: says, ...about('host') }
  if (refuses === 'encryption') return { code: 'DATABASE_ENCRYPTED', user, ...about('host') }
  if (refuses === 'login') return { code: 'DATABASE_REFUSED', user, why: says, ...about('password') }
  if (Number(/^\d+/.exec(version)?.[0] ?? LEAST) < LEAST)
    return { code: 'DATABASE_OLD', version, least: `MySQL ${LEAST}.0`, ...about('host') }
  if (refuses === 'missing') return { code: 'DATABASE_UNKNOWN', database: name, why: says, ...about('name') }
  return lacks.length > 0 ? { code: 'DATABASE_PRIVILEGES', user, database: name, lacks, ...about('user') } : undefined
}

/** What is wrong there already, of what is as wanted otherwise. */
export const ailsOf = (foreign: Foreign, seen: Asks['database'] | undefined): ReadonlyArray<string> => {
  const fault = seen && refusalOf(foreign, seen, 'the host')
  return fault === undefined ? [] : [saysOf(fault)]
}
