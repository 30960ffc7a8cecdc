import type { Answers, Asks, Kind, Probe, Step, Text } from '../../engine/contract.js'
import { joined, NONE } from '../../engine/diff.js'
import { presentOf } from '../../resources/kind.js'
import { MysqlSpec } from '../../resources/mysql/spec.js'
import { envFile, folder, ROOT, type ServiceSeen, type ServiceWanted, serviceKind, text } from './service.js'

const HOME = `${ROOT}/storage/mysql`
const PASSWORD = `${HOME}/password`

/** The application's password is no part of the server's environment: that only counts when the data is made. */
const server = serviceKind<MysqlSpec>({
  kind: 'mysql',
  after: ['compose-stack'],
  codec: MysqlSpec,
  service: (_, spec) => ({
    name: 'mysql',
    image: spec.image,
    block: { image: spec.image, env_file: [`${HOME}/mysql.env`], volumes: [`${HOME}/data:/var/lib/mysql`] },
    folders: [folder(HOME, 'own')],
    starts: [envFile(`${HOME}/mysql.env`, { MYSQL_ROOT_PASSWORD: [{ secret: spec.root_password.secret, as: ['env'] }] })],
    follows: [],
  }),
})

interface MysqlWanted extends ServiceWanted {
  readonly user: string
  readonly database: string
  readonly password: Text
}
interface MysqlSeen extends ServiceSeen {
  readonly account?: Asks['account']
}

const accountOf = ({ user, password }: MysqlWanted) =>
  ({ ask: 'account', key: `mysql/${user}`, via: 'mysql.main', match: password }) as const
const grantsOf = ({ database }: MysqlWanted): ReadonlyArray<string> => [`ALL ON ${database}.*`]

/** The next secret lies beside the current one before the server knows it; swapped last, so it can stop anywhere. */
const rotation = (want: MysqlWanted): ReadonlyArray<Step> => {
  const { user, password } = want
  const next = text(`${PASSWORD}.next`, password)
  const { what: _, hold: __, ...current } = text(PASSWORD, password)
  const account = `mysql/${user}`
  const literal = [{ secret: secretIn(password), as: ['toml' as const] }]
  return [
    { do: 'put', via: 'vm.main', path: next.path, content: password, mode: '0600', owner: 'root', group: 'root' },
    {
      do: 'sql',
      via: 'mysql.main',
      project: 'demo',
      service: 'mysql',
      password: PASSWORD,
      account,
      grants: grantsOf(want),
      statement: [`ALTER USER ${user} IDENTIFIED BY `, ...literal, ' RETAIN CURRENT PASSWORD'],
    },
    { do: 'put', via: 'vm.main', ...current },
    { do: 'remove', via: 'vm.main', path: next.path },
  ]
}
const secretIn = (value: Text): string => {
  const hole = typeof value === 'string' ? undefined : value.find(part => typeof part !== 'string' && 'secret' in part)
  return typeof hole === 'object' && 'secret' in hole ? hole.secret : ''
}

const file = (want: MysqlWanted, path = PASSWORD) => ({ ask: 'file', key: path, via: 'vm.main', match: want.password }) as const

export const mysql: Kind<MysqlSpec, MysqlWanted, MysqlSeen & { readonly current: boolean; readonly next: boolean }> = {
  ...(server as never as Kind<MysqlSpec, MysqlWanted, never>),
  offers: (self, spec) => [
    { fact: 'reach', from: self, through: 'docker.main' },
    { fact: 'service', from: self, name: 'mysql', image: spec.image, block: {}, networks: ['database'] },
    {
      fact: 'database',
      from: self,
      driver: 'mysql',
      host: 'mysql',
      port: 3306,
      name: spec.database,
      user: spec.user,
      password: spec.password.secret,
    },
  ],
  want: (self, spec, facts) => ({
    ...server.want(self, spec, facts),
    user: spec.user,
    database: spec.database,
    password: [{ secret: spec.password.secret, as: [] }],
  }),
  claims: want => [
    ...server.claims(want),
    { what: 'account', id: `mysql/${want.user}`, via: 'mysql.main', hold: 'own', data: true },
    { what: 'file', id: PASSWORD, via: 'vm.main', hold: 'own' },
    { what: 'file', id: `${PASSWORD}.next`, via: 'vm.main', hold: 'own' },
  ],
  probes: (want): ReadonlyArray<Probe> => [...server.probes(want), accountOf(want), file(want), file(want, `${PASSWORD}.next`)],
  read: (want, answers: Answers) => {
    const account = presentOf(answers.of(accountOf(want)))
    const current = presentOf(answers.of(file(want)))?.same === true
    const next = answers.of(file(want, `${PASSWORD}.next`)).is === 'present'
    return { ...(server.read(want, answers) as ServiceSeen), ...(account && { account }), current, next }
  },
  diff: (want, seen) => {
    const settled = seen?.account?.accepts === 'wanted' && seen.current && !seen.next
    const fields = settled ? [] : [{ name: `account ${want.user}`, secret: true as const }]
    return joined([server.diff(want, seen), settled ? NONE : { action: 'update', fields, files: [] }])
  },
  steps: (want, seen, diff, host) => [
    ...server.steps(want, seen, server.diff(want, seen), host),
    ...(diff.action !== 'none' && !(seen?.account?.accepts === 'wanted' && seen.current && !seen.next) ? rotation(want) : []),
  ],
}
