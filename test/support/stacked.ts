import fc from 'fast-check'
import type { Change } from '../../engine/contract.js'
import { engineOf } from '../../engine/model/effects/packages.js'
import { loginUser } from './environments.js'

/** A host with an engine. */
export const WITH_ENGINE: ReadonlyArray<Change> = [
  { ask: 'package', key: 'docker.io', to: { version: '26.1.5' } },
  { ask: 'unit', key: 'docker.service', to: { active: true, enabled: true } },
  { ask: 'engine', key: 'docker', to: engineOf(name => (name === 'docker.io' ? '26.1.5' : undefined), {}) },
  ...loginUser('torrust'),
]

const OWNED = { mode: '0750', owner: 'root', group: 'root' }

/** A host with the folders of these stacks. */
export const withStack = (...roots: ReadonlyArray<string>): ReadonlyArray<Change> => [
  ...WITH_ENGINE,
  ...roots.flatMap(root => [root, `${root}/storage`]).map((key): Change => ({ ask: 'dir', key, to: OWNED })),
]

/** Those of the API and of the health check are taken. */
const port = fc.integer({ min: 1024, max: 9999 }).filter(one => one !== 1212 && one !== 1313)
const bind = fc.constantFrom('public', 'loopback', '0.0.0.0', '::', '10.77.0.20', 'fd77::20')
const said = <A>(one: fc.Arbitrary<A>) => fc.option(one, { nil: undefined })
const without = (input: object): { readonly [key: string]: unknown } => JSON.parse(JSON.stringify(input))
const ports = (count: number) => fc.uniqueArray(port, { minLength: count, maxLength: count })

const listeners = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 2 }), ports(5), fc.array(bind, { minLength: 5, maxLength: 5 }))
  .map(([udp, http, numbers, binds]) => {
    const all = numbers.map((number, at) => ({ port: number, bind: binds[at] }))
    return { udp: all.slice(0, udp), http: all.slice(3, 3 + http) }
  })

/** A tracker in all that its section can say without sections beside it. */
export const aWholeTracker = fc
  .record({
    listeners,
    listed: said(fc.boolean()),
    closed: said(fc.boolean()),
    image: said(fc.constantFrom('torrust/tracker:v3.0.0', `torrust/tracker@sha256:${'a'.repeat(64)}`)),
    memory: said(fc.constantFrom('512MiB', '2GiB')),
    log_level: said(fc.constantFrom('debug', 'error')),
    peer_timeout: said(fc.constantFrom('15m', '1h')),
    api: said(fc.constantFrom({ port: 1000, bind: 'public' }, { tokens: { ci: { env: 'CI' }, zed: { env: 'ZED' } } }, { bind: '::' })),
    health: said(fc.constantFrom({ port: 1001 }, { bind: '10.77.0.20' })),
    database: said(
      fc.constantFrom(
        'sqlite',
        { driver: 'mysql', host: 'db.example.net', password: { env: 'DB' } },
        { driver: 'mysql', host: 'fd77::9', password: { env: 'DB' } },
      ),
    ),
    config: said(fc.constantFrom({ core: { inactive_peer_cleanup_interval: 60, net: { external_ip: '192.0.2.1' } } })),
  })
  .map(({ listeners: { udp, http }, closed, ...rest }) =>
    without({
      ...rest,
      ...(closed === true ? { http: http.length > 0 ? http : [7070], private: true } : { udp, http }),
    }),
  )

/** A stack with services of the user's. */
export const aStack = fc
  .record({
    ipv6: said(fc.constantFrom('auto', 'required', 'disabled')),
    services: said(
      fc.dictionary(
        fc.constantFrom('exporter', 'blackbox', 'web.1'),
        fc
          .record({
            image: fc.constantFrom('prom/node-exporter:v1.9.0', 'nginx:1.29'),
            environment: said(fc.constantFrom({ MODE: 'fast' }, { TOKEN: { env: 'EXPORTER_TOKEN' }, LEVEL: 3 })),
            ports: said(fc.constantFrom(['127.0.0.1:9100:9100'], ['8080:80', '[::1]:8081:81/udp'])),
            networks: said(fc.constant(['metrics'])),
            labels: said(fc.constantFrom(['a=b'], { a: 'b' })),
            env_file: said(fc.constant('own.env')),
          })
          .map(without),
        { maxKeys: 2 },
      ),
    ),
  })
  .map(without)
