import { accountKey } from '../engine/account.js'
import type { Addr, Answers, Asks, Diff, Facts, Field, Kind, ProbeOf, Step } from '../engine/contract.js'
import { joined } from '../engine/diff.js'
import { type DatabaseFact, factsOf } from './facts.js'
import { presentOf } from './kind.js'
import { type Stack, stackOf } from './stack.js'

export const SERVER = 'mysql'

/** Where the passwords of a server of ours lie on the host: `USER`, and while one is changed `USER.next`. */
export const passwordsIn = ({ root }: Pick<Stack, 'root'>): string => `${root}/storage/${SERVER}/passwords`

/** A user of a server of ours. */
export interface Account {
  readonly stack: Stack
  readonly server: Addr
  readonly user: string
  /** The secret's path. */
  readonly secret: string
}
export const accountAt = ({ stack, server, user, secret }: Account): ProbeOf<'account'> => ({
  ask: 'account',
  key: accountKey({ project: stack.project, service: SERVER, user, folder: passwordsIn(stack) }),
  via: server,
  match: [{ secret, as: [] }],
})

export const sqlFor = (
  account: Account,
  rest: Pick<Extract<Step, { do: 'sql' }>, 'statement'> & Partial<Extract<Step, { do: 'sql' }>>,
): Step => {
  const { stack } = account
  return {
    do: 'sql',
    via: stack.engine,
    project: stack.project,
    service: SERVER,
    folder: passwordsIn(stack),
    account: accountAt(account).key,
    ...rest,
  }
}

/** How a user is named in statements: from anywhere, since containers have no address of their own. */
export const named = (user: string): string => `'${user}'@'%'`

/** Whoever logs in to it has to be restarted before the old password may go. */
export const hasUsers = (facts: Facts): boolean => factsOf(facts, 'database user').length > 0

export interface Login {
  readonly login?: Account
}
export interface LoginSeen {
  readonly login?: Asks['account']
}

/** What the server's own task has not made so yet, or has left for the one that logs in: the old password is still taken. */
const isTwofold = (seen: LoginSeen | undefined): boolean =>
  seen?.login !== undefined && (seen.login.retains === true || seen.login.accepts !== 'wanted')

const OLD: Field = { name: 'database password', secret: true, note: 'the old one is refused afterwards' }

/**
 * A kind whose service logs in to a database of ours. The server takes the old password beside the new one until this service
 * runs with the new one; then the old one is discarded, as the last step of this task.
 */
export const loggingIn = <S, W extends { readonly stack: Stack }, N extends object>(
  base: Kind<S, W, N>,
  usesOurs: (spec: S) => boolean,
): Kind<S, W & Login, N & LoginSeen> => ({
  ...(base as unknown as Kind<S, W & Login, N & LoginSeen>),
  offers: (self, spec) => [...base.offers(self, spec), ...(usesOurs(spec) ? [{ fact: 'database user', from: self }] : [])],
  want: (self, spec, facts) => {
    const [database] = usesOurs(spec) ? factsOf(facts, 'database') : []
    return { ...base.want(self, spec, facts), ...(database && { login: accountOf(database, stackOf(facts)) }) }
  },
  probes: want => [...base.probes(want), ...(want.login ? [accountAt(want.login)] : [])],
  read: (want, answers: Answers) => {
    const seen = base.read(want, answers)
    const login = want.login && presentOf(answers.of(accountAt(want.login)))
    return seen && { ...seen, ...(login && { login }) }
  },
  diff: (want, seen): Diff => {
    const plain = base.diff(want, seen)
    return isTwofold(seen) ? joined([plain, { action: 'update', fields: [OLD], files: [] }]) : plain
  },
  steps: (want, seen, diff, host) => {
    const plain = base.diff(want, seen)
    const { login } = want
    return [
      ...(plain.action === 'none' ? [] : base.steps(want, seen, plain, host)),
      ...(diff.action !== 'none' && login && isTwofold(seen) ? [discard(login)] : []),
    ]
  },
})

export const accountOf = ({ from, user, password }: DatabaseFact, stack: Stack): Account => ({
  stack,
  server: from,
  user,
  secret: password,
})

const discard = (login: Account): Step =>
  sqlFor(login, { statement: `ALTER USER ${named(login.user)} DISCARD OLD PASSWORD;`, retains: false })
