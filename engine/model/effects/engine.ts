import type { Asks } from '../../contract.js'
import type { View } from '../view.js'

const DAEMON_JSON = '/etc/docker/daemon.json'

/** What the engine loads when it starts. */
export const loadedConfig = (view: View): Asks['engine']['config'] => {
  const content = view.at('file', DAEMON_JSON)?.content
  if (content === undefined) return {}
  try {
    const config: unknown = JSON.parse(content)
    return typeof config === 'object' && config !== null && !Array.isArray(config) ? (config as Asks['engine']['config']) : {}
  } catch {
    return {}
  }
}
