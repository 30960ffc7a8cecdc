import type { Hole } from '../../engine/contract.js'
import type { Variables } from '../texts.js'
import { bracketed, type Keeps } from './databases.js'
import type { TrackerSpec } from './spec.js'

const OVERRIDE = 'TORRUST_TRACKER_CONFIG_OVERRIDE_'

/** In quotes, as in TOML: else the tracker takes `12345` for a number and `true` for a switch, and does not start. */
const quoted = (secret: string): Hole => ({ secret, as: ['toml', 'env'] })

export const secretVariables = ({ api }: TrackerSpec, keeps: Keeps): Variables => ({
  [`${OVERRIDE}HTTP_API__ACCESS_TOKENS__ADMIN`]: [quoted(api.admin_token.secret)],
  ...Object.fromEntries(
    Object.entries(api.tokens)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { secret }]) => [`${OVERRIDE}HTTP_API__ACCESS_TOKENS__${name.toUpperCase()}`, [quoted(secret)]] as const),
  ),
  ...databaseVariable(keeps),
})

const databaseVariable = (keeps: Keeps): Variables => {
  if (keeps.driver === 'sqlite') return {}
  const { user, password, host, port, name } = keeps
  return {
    [`${OVERRIDE}CORE__DATABASE__PATH`]: [`mysql://${user}:`, { secret: password, as: ['url'] }, `@${bracketed(host)}:${port}/${name}`],
  }
}
