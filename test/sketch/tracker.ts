import type { Facts, Hole } from '../../engine/contract.js'
import { factsOf } from '../../resources/facts.js'
import { TrackerSpec } from '../../resources/tracker/spec.js'
import { envFile, folder, ROOT, type Service, serviceKind, text } from './service.js'

const HOME = `${ROOT}/storage/tracker`

/** Two sockets for each listener: one alone answers the other family wrongly. */
const listeners = (table: string, ports: ReadonlyArray<{ readonly port: number }>): ReadonlyArray<string> =>
  ports.flatMap(({ port }) => ['0.0.0.0', '[::]'].flatMap(address => [`[[${table}]]`, `bind_address = "${address}:${port}"`]))

const toml = ({ udp, http, listed, private: closed }: TrackerSpec): string =>
  ['[core]', `listed = ${listed}`, `private = ${closed}`, ...listeners('udp_trackers', udp), ...listeners('http_trackers', http), ''].join(
    '\n',
  )

const database = (facts: Facts): { readonly [name: string]: ReadonlyArray<string | Hole> } => {
  const [found] = factsOf(facts, 'database')
  if (found === undefined) return {}
  const { user, password, host, port, name } = found
  return {
    TORRUST_TRACKER_CONFIG_OVERRIDE_CORE__DATABASE__PATH: [
      `mysql://${user}:`,
      { secret: password, as: ['url', 'env'] },
      `@${host}:${port}/${name}`,
    ],
  }
}

const block = (spec: TrackerSpec) => ({
  image: spec.image,
  stop_signal: 'SIGINT',
  sysctls: { 'net.ipv6.bindv6only': 1 },
  env_file: [`${HOME}/tracker.env`],
  ports: [...spec.udp.map(({ port }) => `${port}:${port}/udp`), ...spec.http.map(({ port }) => `${port}:${port}`)],
  volumes: [`${HOME}/etc:/etc/torrust/tracker`],
})

const service = (spec: TrackerSpec, facts: Facts): Service => ({
  name: 'tracker',
  image: spec.image,
  block: block(spec),
  folders: [folder(HOME, 'own'), folder(`${HOME}/etc`, 'own')],
  starts: [
    text(`${HOME}/etc/tracker.toml`, toml(spec)),
    envFile(`${HOME}/tracker.env`, {
      TORRUST_TRACKER_CONFIG_OVERRIDE_HTTP_API__ACCESS_TOKENS__ADMIN: [{ secret: spec.api.admin_token.secret, as: ['env'] }],
      ...database(facts),
    }),
  ],
  follows: [],
})

export const tracker = serviceKind<TrackerSpec>({
  kind: 'tracker',
  after: ['compose-stack', 'mysql'],
  codec: TrackerSpec,
  offers: (self, spec) => [
    { fact: 'service', from: self, name: 'tracker', image: spec.image, block: block(spec) as never, networks: ['database', 'metrics'] },
    { fact: 'scrape', from: self, job: 'tracker', target: 'tracker:1212', path: '/api/v1/metrics', token: spec.api.admin_token.secret },
    { fact: 'data', from: self, path: `${HOME}/lib/database.sqlite`, how: 'sqlite' },
  ],
  service: (_, spec, facts) => service(spec, facts),
})
