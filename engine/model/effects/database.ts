import { isDeepStrictEqual } from 'node:util'
import { type AccountAt, accountIn } from '../../account.js'
import type { Ask, Asks, Change } from '../../contract.js'
import { databaseIn } from '../../database.js'
import { digestOf, isText, type Sealed, type SealedStepOf } from '../seal.js'
import type { Kept, View } from '../view.js'

const NEW: Asks['account'] = { accepts: 'previous', grants: [], databases: [] }

/** What a server is told of an account. */
export const changeAccount = (step: SealedStepOf<'sql'>, view: View): ReadonlyArray<Change> => {
  const { account, password, retains = false, grants, databases } = step
  if (account === undefined) return []
  const before: Kept<'account'> = view.at('account', account) ?? NEW
  const { passwords: taken = [] } = before
  const newest = taken.slice(0, 1)
  // A server itself would retain the new one when told the same again, and refuse the one before: it is not told.
  const isTaken = retains && taken.some(one => isDeepStrictEqual(one, password))
  const told = password === undefined || isTaken ? taken : [password, ...(retains ? newest : [])]
  const passwords = password === undefined && step.retains === false ? newest : told
  const to = { ...before, ...(grants && { grants }), ...(databases && { databases }), ...(passwords.length > 0 && { passwords }) }
  return [{ ask: 'account', key: account, to }]
}

/** What lasts when a container goes is in folders, which is where accounts are. */
export const LASTS: ReadonlyArray<Ask> = ['account']

/** A server that starts again has what its data has. */
export const opened = (opens: ReadonlyArray<Change>, view: View): ReadonlyArray<Change> =>
  opens.filter(({ ask, key }) => !LASTS.includes(ask) || view.at(ask, key) === undefined)

/** A server of somebody else has nothing against us, and tables as long as the service that makes them is there. */
export const databaseValue = (key: string, view: View): Asks['database'] => {
  const { container } = databaseIn(key)
  const [, project, service] = /^(.+)-([^-]+)-1$/.exec(container ?? '') ?? []
  if (container !== undefined && view.at('container', `${project}/${service}`)?.running !== true)
    return { refuses: 'unreachable', says: 'its container does not run', tables: [] }
  return view.at('database', key) ?? { tables: [] }
}

const SLOTS = [
  ['current', ''],
  ['next', '.next'],
] as const

/** Only a server that runs lets anybody in. */
export const accountValue = (
  key: string,
  { wanted, salt, view }: { readonly wanted?: string | undefined; readonly salt: string; readonly view: View },
): Asks['account'] | undefined => {
  const { project, service, user, folder } = accountIn(key)
  const kept = view.at('account', key)
  if (kept === undefined || view.at('container', `${project}/${service}`)?.running !== true) return undefined
  const { passwords, sealed: _, ...answer } = kept
  if (passwords === undefined) return { ...answer, databases: databasesOf(key, view) }
  const taken = SLOTS.flatMap(([by, ending]) => {
    const lies = lyingAt(view, `${folder}/${user}${ending}`)
    return lies !== undefined && passwords.some(one => isSame(one, lies, salt)) ? [{ by, lies }] : []
  })
  const right = wanted === undefined ? undefined : taken.find(({ lies }) => isText(lies, wanted, salt))
  const [best] = right === undefined ? taken : [right]
  const { grants } = answer
  return {
    accepts: right !== undefined ? 'wanted' : best !== undefined ? 'previous' : 'neither',
    ...(best && { by: best.by }),
    ...(passwords.length > 1 && { retains: true as const }),
    grants,
    databases: databasesOf(key, view),
  }
}

/** Whoever was told of them, they are the server's. */
const databasesOf = (key: string, view: View): ReadonlyArray<string> => {
  const server = ({ project, service, folder }: AccountAt): string => `${project}/${service} ${folder}`
  const own = [...view.keys('account')].filter(other => server(accountIn(other)) === server(accountIn(key)))
  return [...new Set(own.flatMap(other => view.at('account', other)?.databases ?? []))].sort()
}

const lyingAt = (view: View, path: string): Sealed | undefined => {
  const file = view.at('file', path)
  if (file === undefined) return undefined
  return file.sealed === undefined ? (file.content ?? '') : { sealed: file.sealed }
}

const isSame = (one: Sealed, other: Sealed, salt: string): boolean => sealedOf(one, salt) === sealedOf(other, salt)
const sealedOf = (text: Sealed, salt: string): string => (typeof text === 'string' ? digestOf(text, salt) : text.sealed)
