import { built, laid } from '../layer.js'
import { type ImageRecipe, STAND_IN } from '../recipe.js'

export const TRACKER_LAYER = built('tracker')

/** The settings are those of the Containerfile in the crate. */
export const TRACKER: ImageRecipe = {
  repository: 'torrust/tracker',
  layers: [built('base'), TRACKER_LAYER, laid('tracker')],
  settings: {
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/busybox',
      SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
      TORRUST_TRACKER_CONFIG_TOML_PATH: '/etc/torrust/tracker/tracker.toml',
      TORRUST_TRACKER_CONFIG_OVERRIDE_CORE__DATABASE__DRIVER: 'sqlite3',
      USER_ID: '1000',
      UDP_PORT: '6969',
      HTTP_PORT: '7070',
      API_PORT: '1212',
      HEALTH_CHECK_API_PORT: '1313',
      TZ: 'Etc/UTC',
      ENV: '/etc/profile',
      RUNTIME: 'release',
    },
    expose: ['6969/udp', '7070/tcp', '1212/tcp', '1313/tcp'],
    volume: ['/var/lib/torrust/tracker', '/var/log/torrust/tracker', '/etc/torrust/tracker'],
    workdir: '/',
    entrypoint: ['/usr/local/bin/entry.sh'],
    cmd: ['/usr/bin/torrust-tracker'],
    healthcheck: {
      test: ['CMD-SHELL', '/usr/bin/http_health_check http://localhost:$HEALTH_CHECK_API_PORT/health_check || exit 1'],
      interval: 5,
      timeout: 5,
      startPeriod: 3,
      retries: 3,
    },
  },
  tags: {
    'v3.0.0': { is: 'the real tracker 3.0.0, built from its crate' },
    develop: { is: `${STAND_IN}the real tracker 3.0.0 under the name of develop, which cannot be had` },
  },
}
