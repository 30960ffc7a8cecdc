import type { ServiceFact } from '../facts.js'
import { composeSize } from '../stack.js'
import { ownedBy } from '../texts.js'
import { isExternal } from './database.js'
import type { TrackerSpec } from './spec.js'

/** Whoever the tracker runs as; nobody on the host needs to be called so. */
const UID = 10001
export const OWNED = ownedBy(UID)

export const HOME = 'storage/tracker'

/** Inside of the container. */
export const healthUrl = ({ port, bind }: TrackerSpec['health']): string =>
  `http://${bind?.includes(':') === true ? '[::1]' : '127.0.0.1'}:${port}/health_check`

/** The image's entry script would need root, and would change the owners of what is mounted. */
export const block = (spec: TrackerSpec): Omit<ServiceFact, 'fact' | 'from'> => ({
  name: 'tracker',
  image: spec.image,
  networks: ['database', 'metrics', 'proxy'],
  block: {
    user: `${UID}:${UID}`,
    entrypoint: ['/usr/bin/torrust-tracker'],
    read_only: true,
    tmpfs: ['/tmp'],
    ...(spec.memory !== undefined && { mem_limit: composeSize(spec.memory) }),
    environment: {
      TORRUST_TRACKER_CONFIG_TOML_PATH: '/etc/torrust/tracker/tracker.toml',
      // The image sets this to sqlite3, which would go before the file.
      TORRUST_TRACKER_CONFIG_OVERRIDE_CORE__DATABASE__DRIVER: spec.database.driver === 'mysql' ? 'mysql' : 'sqlite3',
    },
    env_file: [`./${HOME}/tracker.env`],
    volumes: [`./${HOME}/etc:/etc/torrust/tracker:ro`, `./${HOME}/lib:/var/lib/torrust/tracker`, `./${HOME}/log:/var/log/torrust/tracker`],
    // It is deaf to SIGTERM. One socket for both families would answer IPv4 clients wrongly.
    stop_signal: 'SIGINT',
    sysctls: { 'net.ipv6.bindv6only': '1' },
    healthcheck: {
      test: ['CMD', '/usr/bin/http_health_check', healthUrl(spec.health)],
      interval: '10s',
      timeout: '5s',
      retries: 5,
      start_period: '10s',
    },
    ...(spec.database.driver === 'mysql' && !isExternal(spec.database) && { depends_on: { mysql: { condition: 'service_started' } } }),
  },
})
