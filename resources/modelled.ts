import { isRecord } from '../specs/codec.js'
import type { Issue, Path } from '../specs/issue.js'
import type { Rule } from './rules.js'

/** Keys of passthroughs that have a field here, or that only deployer can know. */
const MODELLED: { readonly [key: string]: string } = {
  metadata: 'It is written by deployer.',
  'logging.threshold': 'Write log_level in tracker.',
  'core.private': 'Write private in tracker.',
  'core.listed': 'Write listed in tracker.',
  'core.database': 'Write database in tracker.',
  'core.announce_policy.interval': 'Write announce: { interval: 5m } in tracker.',
  'core.announce_policy.interval_min': 'Write announce: { interval_min: 5m } in tracker.',
  'core.tracker_policy.max_peer_timeout': 'Write peer_timeout in tracker.',
  'core.tracker_policy.persistent_torrent_completed_stat': 'Write completed_stat in tracker.',
  'core.net.on_reverse_proxy': 'It follows from domain in http listeners.',
  udp_trackers: 'Write udp in tracker.',
  http_trackers: 'Write http in tracker.',
  'http_api.bind_address': 'Write api: { port, bind } in tracker.',
  'http_api.access_tokens': 'Write api: { admin_token, tokens } in tracker.',
  'http_api.tsl_config': 'Write domain in api.',
  'health_check_api.bind_address': 'Write health: { port, bind } in tracker.',
}
const OURS: { readonly [key: string]: string } = {
  port: 'The server is reached by its service only.',
  socket: 'It is set by deployer.',
  datadir: 'It is set by deployer.',
  bind_address: 'The server is reached by its service only.',
}

const has = (value: unknown, keys: ReadonlyArray<string>): boolean => {
  const [key, ...rest] = keys
  return key === undefined || (isRecord(value) && Object.hasOwn(value, key) && has(value[key], rest))
}

const modelled = (path: Path, advice: string): Issue => ({
  code: 'FIELD_MODELLED',
  level: 'error',
  path,
  what: 'this has a place of its own.',
  expected: advice,
})

export const trackerConfig: Rule = ({ tracker: { config } }) =>
  Object.entries(MODELLED)
    .filter(([key]) => has(config, key.split('.')))
    .map(([key, advice]) => modelled(['tracker', 'config', ...key.split('.')], advice))

export const mysqlConfig: Rule = ({ mysql }) =>
  Object.keys(mysql?.config ?? {}).flatMap(key => {
    const advice = OURS[key.replace(/-/g, '_')]
    return advice === undefined ? [] : [modelled(['mysql', 'config', key], advice)]
  })

export const dockerDaemon: Rule = ({ docker: { daemon } }) =>
  Object.hasOwn(daemon, 'registry-mirrors') ? [modelled(['docker', 'daemon', 'registry-mirrors'], 'Write mirrors in docker.')] : []
