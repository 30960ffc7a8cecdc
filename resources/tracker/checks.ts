import type { Check, ProbeOf, Text } from '../../engine/contract.js'
import { databaseIn } from '../../engine/database.js'
import { type Announcing, announceKey, serviceKey } from '../../engine/outside.js'
import { hasTls } from '../../specs/listener.js'
import type { Stack } from '../stack.js'
import { type Listener, nameOf, waysTo } from './listeners.js'
import type { TrackerSpec } from './spec.js'

type Service = TrackerSpec['api'] | TrackerSpec['health']
export type Checked = Pick<TrackerSpec, 'private' | 'listed'> & {
  readonly listeners: ReadonlyArray<Listener>
  readonly api: Pick<Service, 'port' | 'bind' | 'domain' | 'tls'>
  readonly health: Pick<Service, 'port' | 'bind' | 'domain' | 'tls'>
  /** The secret's path. */
  readonly token: string
}

export const checksOf = (one: Checked, { host, ipv6 }: Stack): ReadonlyArray<Check> => [
  ...one.listeners.flatMap(listener => waysTo(listener, host, ipv6).flatMap(way => announces(way, one))),
  ...apiChecks(one, host),
  ...healthChecks(one, host),
]

/** Behind Caddy, which this version does not run yet. */
export const untriedOf = ({ listeners, api, health }: Checked): ReadonlyArray<{ readonly says: string; readonly why: string }> =>
  [
    ...listeners.filter(({ tls }) => tls).map(nameOf),
    ...(hasTls(api) ? [`api ${api.port}`] : []),
    ...(hasTls(health) ? [`health ${health.port}`] : []),
  ].map(says => ({ says, why: 'nobody reaches it before this version acts on caddy' }))

const announces = (way: Omit<Announcing, 'api' | 'admit'>, { api, token, ...tracker }: Checked): ReadonlyArray<Check> => {
  const admit = [...(tracker.listed ? (['listing'] as const) : []), ...(tracker.private ? (['key'] as const) : [])]
  const says = `${nameOf(way)} IPv${way.family}`
  const needs = way.family === 6 ? { needs: 'ipv6' as const } : {}
  const at = hasTls(api) ? {} : { api: { port: api.port, ...addressOf(api) } }
  const admitted = admit.length === 0 ? {} : { admit }
  const match = hasTls(api) ? {} : { match: [{ secret: token, as: [] }] as Text }
  const via = 'operator'
  const stranger: ReadonlyArray<Check> =
    admit.length === 0
      ? []
      : [
          {
            says: `${says}: strangers are refused`,
            probe: { ask: 'announce', key: announceKey(way), via },
            expect: { taken: false },
            ...needs,
          },
        ]
  // Without the API nobody can be let in.
  if (admit.length > 0 && hasTls(api)) return stranger
  const probe = { ask: 'announce', key: announceKey({ ...way, ...at, ...admitted }), via, ...match } as const
  const asWhom = admit.length === 0 ? '' : tracker.private ? ', with a key' : ', of a listed torrent'
  return [
    ...stranger,
    {
      says: `${says}: ${way.scheme === 'udp' ? 'connect, ' : ''}announce and scrape${asWhom}`,
      probe,
      expect: { taken: true, known: 'own', scraped: true },
      ...needs,
    },
  ]
}

/** On the host it is at 127.0.0.1, but where it is bound to one address. */
const addressOf = ({ bind = 'loopback' }: Checked['api']): { readonly address?: string } =>
  ['public', 'loopback', '0.0.0.0'].includes(bind) ? {} : { address: bind === '::' ? '::1' : bind }

const through = (service: Checked['api'], machine: Stack['host'], path: string): string =>
  serviceKey({ machine, scheme: 'http', port: service.port, path, through: 'host', ...addressOf(service) })

const apiChecks = ({ api, token }: Checked, host: Stack['host']): ReadonlyArray<Check> =>
  hasTls(api)
    ? []
    : [
        {
          says: `api ${api.port}: right token yes, wrong token no`,
          probe: { ask: 'api', key: through(api, host, '/api/v1/stats'), via: 'operator', match: [{ secret: token, as: [] }] },
          expect: { right: true, wrong: false },
        },
      ]

const healthChecks = ({ health }: Checked, host: Stack['host']): ReadonlyArray<Check> =>
  hasTls(health)
    ? []
    : [
        {
          says: `health ${health.port}: answers`,
          probe: { ask: 'http', key: through(health, host, '/health_check'), via: 'operator' },
          expect: { status: 200 },
        },
      ]

/** As the tracker itself logs in, from its host. Its tables are there since its first start. */
export const databaseCheck = (probe: ProbeOf<'database'>): Check => {
  const { host, name, user, tables } = databaseIn(probe.key)
  return { says: `database ${name} at ${host}: lets ${user} in, tables ${tables.join(' ')}`, probe, expect: { tables: [...tables] } }
}
