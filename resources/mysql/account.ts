import type { Field, Step, Text } from '../../engine/contract.js'
import { type Account, named, sqlFor } from '../database.js'
import type { AccountSeen } from './password.js'

/** An underscore stands for any letter there. */
const escaped = (database: string): string => `\`${database.replace(/_/g, '\\_')}\``

/** As the server itself says it. */
export const grantsOf = (database: string): ReadonlyArray<string> => [`ALL PRIVILEGES ON ${escaped(database)}.*`]

const OPTION = ' WITH GRANT OPTION'
const without = (grant: string, user: string): string =>
  grant.endsWith(OPTION)
    ? `REVOKE ${grant.slice(0, -OPTION.length).replace(/ ON /, ', GRANT OPTION ON ')} FROM ${named(user)};`
    : `REVOKE ${grant} FROM ${named(user)};`

interface Wanted {
  readonly account: Account
  readonly database: string
  /** Somebody logs in with the old password until it is told the new one. */
  readonly isUsed: boolean
}

const lacking = (database: string, seen: AccountSeen) => {
  const wanted = grantsOf(database)
  const has = seen?.grants ?? []
  return { missing: wanted.filter(grant => !has.includes(grant)), extra: has.filter(grant => !wanted.includes(grant)) }
}

export const accountFields = ({ account, database }: Wanted, seen: AccountSeen): ReadonlyArray<Field> => {
  if (seen === undefined) return []
  if (seen === null) return [{ name: `user ${account.user}`, to: 'made' }]
  const { missing, extra } = lacking(database, seen)
  return missing.length + extra.length === 0
    ? []
    : [{ name: `grants of ${account.user}`, from: [...seen.grants], to: [...grantsOf(database)] }]
}

/** Nobody renews the password of a program. */
const OPEN = 'PASSWORD EXPIRE NEVER ACCOUNT UNLOCK'

/** Statements for the account, with its password where that changes. */
export const accountSteps = ({ account, database, isUsed }: Wanted, seen: AccountSeen, password?: Text): ReadonlyArray<Step> => {
  const user = named(account.user)
  const { missing, extra } = lacking(database, seen)
  const retains = isUsed && seen !== undefined && seen !== null
  const secret = { secret: account.secret, as: ['sql'] } as const
  const known: Text = [
    `CREATE USER IF NOT EXISTS ${user} IDENTIFIED BY `,
    secret,
    `;\nALTER USER ${user} IDENTIFIED BY `,
    secret,
    retains ? ` RETAIN CURRENT PASSWORD ${OPEN};` : `;\nALTER USER ${user} DISCARD OLD PASSWORD ${OPEN};`,
  ]
  const granted = [...extra.map(grant => without(grant, account.user)), ...missing.map(grant => `GRANT ${grant} TO ${user};`)]
  return [
    ...(password === undefined ? [] : [sqlFor(account, { statement: known, password, retains })]),
    ...(granted.length === 0 ? [] : [sqlFor(account, { statement: granted.join('\n'), grants: grantsOf(database) })]),
  ]
}

/** Nobody is left who has to be told the new password. */
export const discardSteps = ({ account, isUsed }: Wanted, seen: AccountSeen): ReadonlyArray<Step> =>
  isLeftOver(isUsed, seen)
    ? [sqlFor(account, { statement: `ALTER USER ${named(account.user)} DISCARD OLD PASSWORD;`, retains: false })]
    : []
export const isLeftOver = (isUsed: boolean, seen: AccountSeen): boolean => !isUsed && seen?.retains === true && seen.accepts === 'wanted'

export const databaseFields = (database: string, root: AccountSeen): ReadonlyArray<Field> => {
  const there = root?.databases ?? []
  if (root === undefined || there.includes(database)) return []
  return [{ name: 'database', ...(there.length > 0 && { from: there.join(', ') }), to: database }]
}

export const databaseSteps = (root: Account, database: string, seen: AccountSeen): ReadonlyArray<Step> =>
  seen?.databases.includes(database) === true
    ? []
    : [
        sqlFor(root, {
          statement: `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4;`,
          databases: [...new Set([...(seen?.databases ?? []), database])].sort(),
        }),
      ]
