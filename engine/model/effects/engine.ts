import type { Asks } from '../../contract.js'
import type { View } from '../view.js'

const DAEMON_JSON = '/etc/docker/daemon.json'
type Config = Asks['engine']['config']

/** Undefined: the engine cannot read it, and does not start. */
const parsed = (content: string | undefined): Config | undefined => {
  if (content === undefined) return {}
  try {
    const config: unknown = JSON.parse(content)
    return typeof config === 'object' && config !== null && !Array.isArray(config) ? (config as Config) : undefined
  } catch {
    return undefined
  }
}

/** What the engine loads when it starts. */
export const loadedConfig = (view: View): Config => parsed(view.at('file', DAEMON_JSON)?.content) ?? {}

/** Why an engine does not start with this. */
export const unstartable = (content: string | undefined): string | undefined =>
  parsed(content) === undefined ? 'unable to configure the Docker daemon with file /etc/docker/daemon.json' : undefined
export const unstartableNow = (view: View): string | undefined => unstartable(view.at('file', DAEMON_JSON)?.content)
