import type * as t from 'io-ts'
import { bool, list, map, optional, pattern, plain, spec, text, word } from '../../specs/codec.js'
import { duration } from '../../specs/duration.js'
import { HttpListener, httpService, SPELLING, UdpListener } from '../../specs/listener.js'
import { Secret } from '../../specs/secret.js'
import { container, section } from '../section.js'
import { Database } from './database.js'

const TokenName = pattern('token', /^(?!admin$)[a-z](?:_?[a-z0-9]){0,31}$/, 'a name of a-z, 0-9 and single _ other than admin', 'ci')

const Api = spec(
  'api',
  {
    ...httpService(1212, 'api.example.com'),
    admin_token: optional(Secret, { generate: 32 }, 'The token that may do everything.'),
    tokens: optional(map(TokenName, Secret, 'a mapping from names to secrets'), {}, 'More tokens, by name.', {
      ci: { env: 'TRACKER_CI_TOKEN' },
    }),
  },
  { instead: { ...SPELLING, token: 'Did you mean admin_token?', access_tokens: 'Did you mean tokens?' } },
)

const Health = spec('health', httpService(1313, 'health.example.com'), { instead: SPELLING })

const seconds = duration({ readings: ['s', 'm'], most: '365d' })
const Announce = spec('announce', {
  interval: optional(seconds, '5m', 'How often clients are asked to announce.'),
  interval_min: optional(seconds, '5m', 'How often they may at most.'),
})

export const TrackerSpec = section(
  'tracker',
  {
    ...container('torrust/tracker:develop'),
    udp: optional(list(UdpListener), [], 'UDP trackers, each a port or a mapping.', [6969]),
    http: optional(list(HttpListener), [], 'HTTP trackers, each a port or a mapping. All have TLS or none.', [7070]),
    api: optional(Api, {}, 'The API.'),
    health: optional(Health, {}, 'The health check.'),
    private: optional(bool, false, 'true: only clients with a key, which HTTP trackers alone can ask for.'),
    listed: optional(bool, false, 'true: only torrents on the whitelist.'),
    database: optional(
      Database,
      'sqlite',
      "sqlite; mysql, the one that the mysql section runs; or somebody else's server: a mapping with driver and host.",
    ),
    log_level: optional(word('error', 'warn', 'info', 'debug', 'trace', 'off'), 'info', 'How much it logs.'),
    announce: optional(Announce, {}, 'How often clients announce.'),
    peer_timeout: optional(seconds, '15m', 'After how long without an announce a peer is forgotten.'),
    completed_stat: optional(bool, true, 'Whether counts of completed downloads are kept in the database.'),
    config: optional(
      map(text, plain, "a mapping in tracker.toml's own names"),
      {},
      "More settings, in tracker.toml's own names and units.",
      {
        core: { inactive_peer_cleanup_interval: 600 },
      },
    ),
  },
  {
    empty: 'Write its listeners below it, indented: udp: [6969] or http: [7070].',
    instead: {
      udp_trackers: 'Did you mean udp?',
      http_trackers: 'Did you mean http?',
      http_api: 'Did you mean api?',
      health_check_api: 'Did you mean health?',
      core: 'Its settings are fields here: private, listed, database; others go into config.',
    },
  },
)
export type TrackerSpec = t.TypeOf<typeof TrackerSpec>
