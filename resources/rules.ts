import { isRecord, whenWhole } from '../specs/codec.js'
import { secondsOf } from '../specs/duration.js'
import type { Issue, IssueCode, Path } from '../specs/issue.js'
import { hasTls } from '../specs/listener.js'
import { publishedInside } from './compose-stack/inside.js'
import type { Environment } from './environment.js'
import { dockerDaemon, mysqlConfig, trackerConfig } from './modelled.js'
import { meets, quietTime } from './reboot.js'
import { kinds } from './registry.js'
import { SERVICES } from './services.js'
import { collide, familyOf, isOf, socketsOf } from './sockets.js'
import { isExternal } from './tracker/database.js'
import { MADE } from './vm/spec.js'

/** Whether the file itself says something at a path, which a decoded value with its defaults doesn't tell. */
export type IsWritten = (...path: Path) => boolean

/** One rule that spans sections. It may be given a draft, and then touches no more than it needs. */
export type Rule = (environment: Environment, isWritten: IsWritten) => ReadonlyArray<Issue>

const error = (code: IssueCode, path: Path, what: string, expected: string, other?: Path): Issue => ({
  code,
  level: 'error',
  path,
  what,
  expected,
  ...(other !== undefined && { other }),
})
const warning = (code: IssueCode, path: Path, what: string, expected: string): Issue => ({ code, level: 'warning', path, what, expected })

interface HttpService {
  readonly name: string
  readonly path: Path
  readonly service: { readonly bind?: string; readonly from?: ReadonlyArray<string>; readonly domain?: string; readonly tls?: boolean }
}
type Services = (environment: Environment) => ReadonlyArray<HttpService>

const httpTrackers: Services = ({ tracker }) =>
  tracker.http.map((service, index) => ({ name: `http ${service.port}`, path: ['tracker', 'http', index], service }))
const api: Services = ({ tracker }) => [{ name: 'api', path: ['tracker', 'api'], service: tracker.api }]
const health: Services = ({ tracker }) => [{ name: 'health', path: ['tracker', 'health'], service: tracker.health }]
const dashboards: Services = ({ grafana }) => (grafana === undefined ? [] : [{ name: 'grafana', path: ['grafana'], service: grafana }])
const HTTP = [httpTrackers, api, health, dashboards]

const httpServices: Services = environment => HTTP.flatMap(services => services(environment))
const wholeServices: Services = environment => HTTP.flatMap(services => whenWhole(() => services(environment)) ?? [])

const listenerMissing: Rule = ({ tracker }) =>
  tracker.udp.length + tracker.http.length > 0
    ? []
    : [error('LISTENER_MISSING', ['tracker'], 'the tracker has no listener.', 'Add one, such as udp: [6969] or http: [7070].')]

const privateUdp: Rule = ({ tracker }) =>
  tracker.private && tracker.udp.length > 0
    ? [
        error(
          'PRIVATE_UDP',
          ['tracker', 'private'],
          'a private tracker starts no UDP listener.',
          'Write listed: true in place of it, or remove udp and use HTTP listeners only.',
        ),
      ]
    : []

const tlsMixed: Rule = environment => {
  const listeners = httpTrackers(environment)
  const first = listeners.find(({ service }) => hasTls(service))
  if (first === undefined) return []
  return listeners
    .filter(({ service }) => !hasTls(service))
    .map(({ path }) =>
      error(
        'TLS_MIXED',
        path,
        `has no TLS, but ${first.name} has.`,
        `The tracker knows one proxy setting for all. Add a domain, or tls: false to ${first.name}.`,
        first.path,
      ),
    )
}

const tlsWithoutDomain: Rule = environment =>
  wholeServices(environment)
    .filter(({ service }) => service.tls === true && service.domain === undefined)
    .map(({ path }) => error('VALUE_INVALID', [...path, 'tls'], 'there is no domain to have TLS for.', 'Add domain, or remove tls.'))

const tlsWithoutCaddy: Rule = environment =>
  'caddy' in environment
    ? []
    : wholeServices(environment)
        .filter(({ service }) => hasTls(service))
        .map(({ path }) =>
          error(
            'TLS_WITHOUT_CADDY',
            [...path, 'domain'],
            'a domain means TLS, and there is no caddy section to do it.',
            'Add caddy: { email: ... }, or tls: false beside the domain.',
          ),
        )

const caddyWithoutTls: Rule = environment =>
  'caddy' in environment && !httpServices(environment).some(({ service }) => hasTls(service))
    ? [
        error(
          'CADDY_WITHOUT_TLS',
          ['caddy'],
          'no service has a domain for caddy to serve.',
          'Add domain to an HTTP service, or remove caddy.',
        ),
      ]
    : []

const domainWithBind: Rule = environment =>
  wholeServices(environment)
    .flatMap(({ path, service }) =>
      (['bind', 'from'] as const).flatMap(key => (hasTls(service) && service[key] !== undefined ? [[...path, key]] : [])),
    )
    .map(path =>
      error(
        'DOMAIN_WITH_BIND',
        path,
        'a service with a domain is reached through caddy and publishes no port.',
        `Remove ${path.at(-1)}, or add tls: false.`,
      ),
    )

const domainTwice: Rule = environment => {
  const served = wholeServices(environment).filter(({ service }) => hasTls(service))
  return served.flatMap(({ path, service }, index) => {
    const first = served.find(other => other.service.domain === service.domain)
    if (first === undefined || first === served[index]) return []
    return [
      error('DOMAIN_TWICE', [...path, 'domain'], `${first.name} has this domain too.`, 'Give each its own.', [...first.path, 'domain']),
    ]
  })
}

const portConflict: Rule = (environment, isWritten) => {
  const sockets = socketsOf(environment)
  return sockets.flatMap((socket, index) => {
    const other = sockets.slice(0, index).find(before => collide(before, socket))
    if (other === undefined) return []
    const [late, early] = isWritten(...socket.path) || !isWritten(...other.path) ? [socket, other] : [other, socket]
    const wide = late.bind !== early.bind && [late.bind, early.bind].some(bind => bind === 'public')
    return [
      error(
        'PORT_CONFLICT',
        late.path,
        `${early.name} takes ${late.port}/${late.proto} too.`,
        wide ? 'public covers every address: give one of them another port, or an address of its own.' : 'Give one of them another port.',
        isWritten(...early.path) ? early.path : undefined,
      ),
    ]
  })
}

const ipv6Disabled: Rule = environment => {
  if (environment['compose-stack'].ipv6 !== 'disabled') return []
  return socketsOf(environment)
    .filter(({ bind, container }) => container !== 'host' && bind?.includes(':'))
    .map(({ path }) =>
      error(
        'VALUE_INVALID',
        path,
        'this binds to an IPv6 address, and compose-stack.ipv6 is disabled.',
        'Bind to IPv4, or write ipv6: auto.',
      ),
    )
}

const fromOtherFamily: Rule = environment =>
  socketsOf(environment).flatMap(socket => {
    const family = familyOf(socket)
    const path = [...socket.path.slice(0, -1), 'from']
    return (socket.from ?? []).flatMap((source, index) =>
      isOf(family, source)
        ? []
        : [
            warning(
              'VALUE_INVALID',
              [...path, index],
              `${socket.name} answers over IPv${family} alone, and this is a network of the other family.`,
              family === 4 ? 'Remove it, or write bind: "::", which is IPv6 alone.' : 'Remove it, or write bind: public.',
            ),
          ],
    )
  })

const databaseMissing: Rule = environment => {
  const { database } = environment.tracker
  if (database.driver !== 'mysql' || isExternal(database) || 'mysql' in environment) return []
  return [
    error(
      'DATABASE_MISSING',
      ['tracker', 'database'],
      'there is no mysql section to run it.',
      "Add mysql: {}, or name somebody else's server: { driver: mysql, host: ... }.",
    ),
  ]
}

const databaseUnused: Rule = environment => {
  if (environment.mysql === undefined) return []
  const { database } = environment.tracker
  if (database.driver === 'mysql' && !isExternal(database)) return []
  return [warning('DATABASE_UNUSED', ['mysql'], 'nothing uses this server.', 'Write database: mysql in tracker, or remove mysql.')]
}

const grafanaAlone: Rule = environment =>
  'grafana' in environment && !('prometheus' in environment)
    ? [error('GRAFANA_WITHOUT_PROMETHEUS', ['grafana'], 'there is no prometheus section to show figures of.', 'Add prometheus: {}.')]
    : []

const SIZES = ['cpus', 'memory', 'disk'] as const

/** What a file can't say of the machine, by where it comes from. */
export const UNSAID: { readonly [kind in Environment['provider']['kind']]: ReadonlyArray<string> } = {
  sandbox: [],
  lxd: [],
  hetzner: SIZES,
  ssh: ['image', 'server_type', ...SIZES],
}

const providerFields: Rule = ({ provider: { kind } }, isWritten) => {
  const refused = (keys: ReadonlyArray<string>, what: string, expected: string): ReadonlyArray<Issue> =>
    keys.filter(key => isWritten('vm', key)).map(key => error('PROVIDER_FIELD', ['vm', key], what, expected))
  switch (kind) {
    case 'ssh':
      return refused(UNSAID.ssh, 'a server that exists has its own.', 'Remove the line.')
    case 'hetzner':
      return [
        ...refused(UNSAID.hetzner, 'at Hetzner server_type says it.', 'Remove the line.'),
        ...(isWritten('vm', 'server_type')
          ? []
          : [error('KEY_MISSING', ['vm', 'server_type'], 'vm needs server_type.', 'Expected one such as cx22.')]),
      ]
    /** It stands in for any of them. */
    case 'sandbox':
      return []
    case 'lxd':
      return refused(['server_type'], 'only Hetzner has server types.', 'Write cpus, memory and disk.')
  }
}

const loginOfMade: Rule = ({ provider, ssh }, isWritten) => {
  if (provider.kind === 'ssh') return []
  return [
    ...(ssh.user === 'root'
      ? [
          error(
            'VALUE_INVALID',
            ['ssh', 'user'],
            'a machine that is made has no login as root.',
            'Choose another user; it may become root.',
          ),
        ]
      : []),
    ...(isWritten('ssh', 'authorized_keys') && ssh.authorized_keys?.length === 0
      ? [error('VALUE_INVALID', ['ssh', 'authorized_keys'], 'nobody could log in.', 'Name at least one key, or remove the line.')]
      : []),
  ]
}

const unmanagedFirewall: Rule = ({ firewall }, isWritten) =>
  firewall.managed
    ? []
    : ['ssh_from', 'allow']
        .filter(key => isWritten('firewall', key))
        .map(key => error('VALUE_INVALID', ['firewall', key], 'managed is false, so this would have no effect.', 'Remove one of the two.'))

/** A time that the file doesn't say is chosen so that it fits, where one does. */
const rebootDuringBackup: Rule = ({ backup, provider, vm }, isWritten) => {
  if (backup === undefined) return []
  const made = provider.kind !== 'ssh'
  const { reboot, upgrades } = made ? { ...MADE, reboot: quietTime(backup.schedule), ...vm } : vm
  if (reboot === undefined || reboot === 'never' || upgrades === 'none' || !meets(reboot, backup.schedule)) return []
  const path = isWritten('vm', 'reboot') ? ['vm', 'reboot'] : ['backup', 'schedule']
  return [
    warning(
      'REBOOT_DURING_BACKUP',
      path,
      `the host may reboot at ${reboot}, while its backup runs.`,
      made && isWritten('vm', 'reboot')
        ? 'Keep half an hour between vm.reboot and backup.schedule, or leave vm.reboot out.'
        : 'Keep half an hour between vm.reboot and backup.schedule.',
    ),
  ]
}

const announcesRefused: Rule = ({ tracker: { announce } }) =>
  secondsOf(announce.interval_min) <= secondsOf(announce.interval)
    ? []
    : [
        error(
          'VALUE_INVALID',
          ['tracker', 'announce', 'interval_min'],
          'clients would be asked to announce more often than they may.',
          `Expected at most announce.interval, which is ${announce.interval}.`,
        ),
      ]

const peersVanish: Rule = ({ tracker }) =>
  secondsOf(tracker.peer_timeout) > secondsOf(tracker.announce.interval)
    ? []
    : [
        warning(
          'VALUE_INVALID',
          ['tracker', 'peer_timeout'],
          'peers are forgotten before they announce again.',
          `Expected more than announce.interval, which is ${tracker.announce.interval}.`,
        ),
      ]

const serviceNames: Rule = environment =>
  Object.keys(environment['compose-stack'].services)
    .filter(name => SERVICES.has(name))
    .map(name =>
      error('VALUE_INVALID', ['compose-stack', 'services', name], 'this is the name of a service of ours.', 'Choose another name.'),
    )

const nothingPublished: Rule = environment => publishedInside(environment['compose-stack'].services as never)

/** A promise that nobody keeps is worse than none. */
const protectsNothing: Rule = environment => {
  const written = Object.entries<unknown>(environment).filter(([, section]) => isRecord(section) && section.protect === true)
  const later = written.map(([name]) => name).filter(name => !kinds.has(name))
  const [first] = later
  if (first === undefined) return []
  const what = `protects nothing yet: this version does not act on ${later.join(' and ')}.`
  return [warning('SECTION_LATER', [first, 'protect'], what, `So far it protects ${[...kinds.keys()].join(', ')}.`)]
}

export const RULES: ReadonlyArray<Rule> = [
  listenerMissing,
  privateUdp,
  tlsMixed,
  tlsWithoutDomain,
  tlsWithoutCaddy,
  caddyWithoutTls,
  domainWithBind,
  domainTwice,
  portConflict,
  ipv6Disabled,
  fromOtherFamily,
  databaseMissing,
  databaseUnused,
  grafanaAlone,
  providerFields,
  loginOfMade,
  unmanagedFirewall,
  rebootDuringBackup,
  announcesRefused,
  peersVanish,
  trackerConfig,
  mysqlConfig,
  dockerDaemon,
  serviceNames,
  nothingPublished,
  protectsNothing,
]

/** All rules. Of a draft, those that need something broken wait until it is mended. */
export const rules = (environment: Environment, isWritten: IsWritten): ReadonlyArray<Issue> =>
  RULES.flatMap(rule => whenWhole(() => rule(environment, isWritten)) ?? [])
