import { endpointsOf } from '../resources/endpoints.js'
import type { Environment } from '../resources/environment.js'
import { commandLine, withFile } from './render/command-line.js'
import type { Told } from './render/look.js'

/** Where people and programs find the tracker: what for, and the URL or the command that leads there. */
export const endpointRows = (environment: Environment, host: string, asked: Told): ReadonlyArray<readonly [string, string]> => {
  const { clients, api, apiPort, apiWaits } = endpointsOf(environment, host)
  const told = withFile(asked)
  const tunnel = `${commandLine('ssh', told)} -- -N -L ${apiPort}:127.0.0.1:${apiPort}`
  return [
    ...clients.map((url, index) => [index === 0 ? 'For BitTorrent clients' : '', url] as const),
    ['API', apiWaits ? 'not reachable before this version acts on caddy' : (api ?? tunnel)],
    ['API token', commandLine('secret show', told, ['tracker.api.admin_token'])],
  ]
}
