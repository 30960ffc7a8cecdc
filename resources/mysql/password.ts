import type { Asks, Field, Step, Text } from '../../engine/contract.js'
import { type Account, passwordsIn, sqlFor } from '../database.js'
import type { Part, SeenParts } from '../part.js'
import { stepsOf } from '../part.js'
import { text } from '../texts.js'

/** An account of the server as it is: null, it has none of that name; undefined, it could not be asked. */
export type AccountSeen = Asks['account'] | null | undefined

export const current = ({ stack, user, secret }: Account): Part<'file'> => text(`${passwordsIn(stack)}/${user}`, [{ secret, as: [] }])
export const next = (account: Account): Part<'file'> => {
  const { path, ...rest } = current(account)
  return { ...rest, path: `${path}.next` }
}

type Lies = 'wanted' | 'other' | 'absent'
const liesAt = (part: Part<'file'>, files: SeenParts): Lies => {
  const file = files[`file ${part.path}`] as Asks['file'] | null | undefined
  if (file === undefined || file === null) return 'absent'
  return file.same === true ? 'wanted' : 'other'
}

/** It is let in with what lies there, and nothing else lies there. A server that could not be asked is believed. */
export const isSettled = (account: Account, seen: AccountSeen, files: SeenParts): boolean => {
  const lies = liesAt(current(account), files) === 'wanted' && liesAt(next(account), files) === 'absent'
  return lies && (seen === undefined || (seen?.accepts === 'wanted' && seen.by === 'current'))
}

export const passwordFields = (account: Account, seen: AccountSeen, files: SeenParts): ReadonlyArray<Field> =>
  isSettled(account, seen, files) ? [] : [{ name: account.secret.slice(account.secret.lastIndexOf('.') + 1), secret: true }]

/**
 * The next password lies beside the current one before the server knows it, and takes its place after that: whatever cuts this off,
 * what the server takes lies on the host. One that is not known to be refused is never written over.
 */
export const passwordSteps = (
  account: Account,
  seen: AccountSeen,
  files: SeenParts,
  change: (password: Text) => ReadonlyArray<Step>,
): ReadonlyArray<Step> => {
  const { stack, secret } = account
  const [now, then] = [liesAt(current(account), files), liesAt(next(account), files)]
  const password: Text = [{ secret, as: [] }]
  const put = (part: Part<'file'>): ReadonlyArray<Step> => stepsOf(stack.host, [part])
  const isFree = now === 'absent' || (seen?.by === 'next' && now === 'other')
  const first = now === 'wanted' || isFree ? [] : then === 'wanted' ? [] : put(next(account))
  const known = isFree ? put(current(account)) : []
  const knows = seen?.accepts === 'wanted'
  const last = now === 'wanted' || isFree ? [] : put(current(account))
  const left = then !== 'absent' || first.length > 0
  return [
    ...(knows ? [] : [...first, ...known, ...change(password)]),
    ...(knows ? known : []),
    ...last,
    ...(left ? [{ do: 'remove', via: stack.host, path: next(account).path } as const] : []),
  ]
}

/** Root alone comes from the container itself, over its socket. */
export const rootSteps = (account: Account, password: Text): ReadonlyArray<Step> => [
  sqlFor(account, {
    statement: ["ALTER USER 'root'@'localhost' IDENTIFIED BY ", { secret: account.secret, as: ['sql'] }, ';'],
    password,
    retains: false,
  }),
]
