import type { Answers, Asks, Claim, Diff, Field, HostSeen, Impact, Kind, Probe, ProbeOf } from '../../engine/contract.js'
import { joined } from '../../engine/diff.js'
import { openKey } from '../../engine/outside.js'
import type { Fault } from '../../specs/fault.js'
import { type Account, accountAt, hasUsers, passwordsIn, SERVER } from '../database.js'
import { serviceDetail } from '../detail.js'
import { presentOf } from '../kind.js'
import { claimsOf, differing, fieldsOf, filesOf, type Part, probesOf, readParts, type SeenParts, stepsOf } from '../part.js'
import { type ServiceSeen, type ServiceWanted, serviceKind } from '../service.js'
import { type Stack, stackOf } from '../stack.js'
import { unsupported } from '../systems.js'
import { text } from '../texts.js'
import { accountFields, accountSteps, databaseFields, databaseSteps, discardSteps, isLeftOver } from './account.js'
import { type AccountSeen, current, isSettled, next, passwordFields, passwordSteps, rootSteps } from './password.js'
import { block, dataIn, HOME, markIn, OWNED, service } from './service.js'
import { MysqlSpec } from './spec.js'
import { changeOf } from './version.js'

export interface MysqlWanted extends ServiceWanted {
  /** As the file names it. */
  readonly reference: string
  readonly root: Account
  readonly user: Account
  readonly database: string
  readonly isUsed: boolean
}
export interface MysqlSeen extends ServiceSeen {
  readonly files: SeenParts
  readonly root: AccountSeen
  readonly user: AccountSeen
  /** The image that the data was given to last, and what the server has noted in it. */
  readonly mark?: string
  readonly history?: string
}

const base = serviceKind<MysqlSpec>({
  kind: 'mysql',
  after: ['compose-stack'],
  codec: MysqlSpec,
  block,
  offers: (self, { database, user, password }) => [
    { fact: 'reach', from: self, through: self.replace('mysql.', 'docker.') },
    { fact: 'database', from: self, driver: 'mysql', host: SERVER, port: 3306, name: database, user, password: password.secret },
    { fact: 'data', from: self, path: `${HOME}/data`, how: 'mysql' },
  ],
  service: (_, spec, facts) => service(spec, facts),
})

const accountsOf = ({ root, user }: MysqlWanted): ReadonlyArray<Account> => [root, user]

/** With it the server asks itself, as its user, whether it is well. */
const client = ({ stack, user: { user, secret } }: MysqlWanted): Part<'file'> =>
  text(
    `${stack.root}/${HOME}/client/client.cnf`,
    ['[client]\nprotocol = socket\nuser = ', user, '\npassword = ', { secret, as: ['cnf'] }, '\n'],
    OWNED,
  )

/** Beside what the service itself reads. */
const ownFiles = (want: MysqlWanted): ReadonlyArray<Part<'file'>> => [...accountsOf(want).map(current), client(want)]
const allFiles = (want: MysqlWanted): ReadonlyArray<Part<'file'>> => [...ownFiles(want), ...accountsOf(want).map(next)]

const historyAt = ({ stack }: MysqlWanted): ProbeOf<'file'> => ({
  ask: 'file',
  key: `${dataIn(stack.root)}/mysql_upgrade_history`,
  via: stack.host,
})

const claims = (want: MysqlWanted): ReadonlyArray<Claim> => [
  ...base.claims(want),
  ...claimsOf(want.stack.host, ownFiles(want)),
  ...accountsOf(want).map((account): Claim => ({ what: 'account', id: accountAt(account).key, via: want.stack.engine, hold: 'own' })),
]

const seenOf = (account: Account, answers: Answers): AccountSeen => {
  const answer = answers.of(accountAt(account))
  return answer.is === 'unasked' ? undefined : answer.is === 'absent' ? null : answer.value
}

const read = (want: MysqlWanted, answers: Answers): MysqlSeen | undefined => {
  const seen = base.read(want, answers)
  const mark = seen?.parts[`file ${markIn(want.stack.root)}`] as Asks['file'] | null | undefined
  const history = presentOf(answers.of(historyAt(want)))?.content
  return (
    seen && {
      ...seen,
      files: readParts(want.stack.host, allFiles(want), answers),
      root: seenOf(want.root, answers),
      user: seenOf(want.user, answers),
      ...(mark?.content !== undefined && { mark: mark.content.trim() }),
      ...(history !== undefined && { history }),
    }
  )
}

const NOTHING: SeenParts = {}

/** Beside passwords that change, which have an order of their own. */
const unsafe = (want: MysqlWanted, files: SeenParts): ReadonlyArray<Part> => {
  const passwords = accountsOf(want).map(current)
  return differing([...passwords.filter(part => isLying(part, files)), client(want)], files)
}

/** A server that takes none of root's passwords says nothing of what it has. */
const ownFields = (want: MysqlWanted, seen: MysqlSeen): ReadonlyArray<Field> => [
  ...passwordFields(want.root, seen.root, seen.files),
  ...(seen.root?.accepts === 'neither'
    ? []
    : [...databaseFields(want.database, seen.root), ...accountFields({ ...want, account: want.user }, seen.user)]),
  ...passwordFields(want.user, seen.user, seen.files),
  ...(isLeftOver(want.isUsed, seen.user) ? [{ name: 'previous password', secret: true as const, note: 'refused afterwards' }] : []),
]

const diff = (want: MysqlWanted, seen: MysqlSeen | undefined): Diff => {
  const plain = base.diff(want, seen)
  if (seen?.container === undefined) return plain
  const files = unsafe(want, seen.files)
  const [fields, changed] = [[...ownFields(want, seen), ...fieldsOf(files, seen.files)], filesOf(files, seen.files)]
  return fields.length + changed.length === 0 ? plain : joined([plain, { action: 'update', fields, files: changed }])
}

const steps: Kind<MysqlSpec, MysqlWanted, MysqlSeen>['steps'] = (want, seen, change, host) => {
  if (change.action === 'none') return []
  const { root, user, database } = want
  const files = seen?.files ?? NOTHING
  const plain = base.diff(want, seen)
  const isNew = seen?.container === undefined
  const account = { ...want, account: user }
  const settled = !isNew && isSettled(user, seen.user, files)
  return [
    ...(plain.action === 'none' ? [] : base.steps(want, seen, plain, host)),
    ...(!isNew && isSettled(root, seen.root, files) ? [] : passwordSteps(root, seen?.root, files, password => rootSteps(root, password))),
    ...(isNew || databaseFields(database, seen.root).length > 0 ? databaseSteps(root, database, seen?.root) : []),
    ...(settled ? [] : passwordSteps(user, seen?.user, files, password => accountSteps(account, seen?.user, password))),
    ...(!isNew && seen.user?.accepts === 'wanted' && accountFields(account, seen.user).length > 0 ? accountSteps(account, seen.user) : []),
    ...discardSteps(account, seen?.user),
    ...stepsOf(want.stack.host, unsafe(want, files)),
  ]
}

const impact = (want: MysqlWanted, change: Diff): Impact => {
  const plain = base.impact(want, change)
  if (change.action !== 'update') return plain
  const image = change.fields.find(({ name }) => name === 'image')
  const becomes = image && changeOf(want.reference, { mark: `${image.from}` })
  const database = change.fields.find(({ name, from }) => name === 'database' && from !== undefined)
  return {
    ...plain,
    ...(becomes?.is === 'upgrade' && {
      effect: `restarts mysql, ${becomes.from} to ${becomes.to}`,
      seconds: UPGRADE_S,
      says: [
        `MySQL ${becomes.from} becomes ${becomes.to}: at its start it upgrades its own tables, about ${UPGRADE_S} s without a database.`,
        `There is no way back: MySQL ${becomes.from} can't read that data afterwards. Without a backup from before, only ${becomes.to} and later can.`,
      ],
    }),
    ...(database && { data: `a new database ${database.to} is empty; ${database.from} stays on the server, and nothing is copied over` }),
  }
}
const UPGRADE_S = 20

const refuses = (want: MysqlWanted, seen: MysqlSeen | undefined, on: HostSeen): Fault | undefined => {
  const becomes = seen && changeOf(want.reference, { ...seen, mark: seen.mark ?? seen.container?.image })
  if (becomes?.is === 'downgrade')
    return { code: 'DATA_NEWER', addr: want.self, path: dataIn(want.stack.root), has: becomes.from, wanted: becomes.to }
  if (seen?.root?.accepts === 'neither' && (isLying(current(want.root), seen.files) || isLying(next(want.root), seen.files)))
    return { code: 'DATABASE_REFUSED', at: want.self, user: 'root', why: `it takes none of the passwords in ${passwordsIn(want.stack)}` }
  return unsupported(on)
}
const isLying = ({ path }: Part<'file'>, files: SeenParts): boolean =>
  (files[`file ${path}`] as Asks['file'] | null | undefined)?.same === true

const accountIn = (self: ServiceWanted['self'], user: string, secret: string, stack: Stack): Account => ({
  stack,
  server: self,
  user,
  secret,
})

export const mysql: Kind<MysqlSpec, MysqlWanted, MysqlSeen> = {
  ...(base as unknown as Kind<MysqlSpec, MysqlWanted, MysqlSeen>),
  want: (self, spec, facts) => {
    const stack = stackOf(facts)
    return {
      ...base.want(self, spec, facts),
      reference: spec.image,
      root: accountIn(self, 'root', spec.root_password.secret, stack),
      user: accountIn(self, spec.user, spec.password.secret, stack),
      database: spec.database,
      isUsed: hasUsers(facts),
    }
  },
  claims,
  probes: (want): ReadonlyArray<Probe> => [
    ...base.probes(want),
    ...probesOf(want.stack.host, allFiles(want)),
    historyAt(want),
    ...accountsOf(want).map(accountAt),
  ],
  read,
  diff,
  steps,
  impact,
  refuses,
  detail: ({ says }, { container }) => serviceDetail(says, container),
  checks: ({ stack, user, database }) => [
    { says: `database ${database}: lets ${user.user} in`, probe: accountAt(user), expect: { accepts: 'wanted', by: 'current' } },
    {
      says: 'closed from outside: 3306/tcp',
      probe: { ask: 'open', key: openKey(stack.host, ['3306/tcp']), via: 'operator' },
      expect: { open: [] },
    },
  ],
}
