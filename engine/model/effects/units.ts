import type { Asks, Change } from '../../contract.js'
import type { SealedStepOf } from '../seal.js'
import type { View } from '../view.js'
import { loadedConfig } from './engine.js'
import { isStatic } from './files.js'
import { engineOf, FORWARDS, installed } from './packages.js'

export const putUnit = ({ name, active, enabled, again }: SealedStepOf<'unit'>, view: View): ReadonlyArray<Change> => {
  const seen = view.at('unit', name)
  if (seen === undefined) return []
  const masked = seen.masked && enabled !== true ? ({ masked: true } as const) : {}
  const apart = isStatic(view.at('file', `/etc/systemd/system/${name}`)?.content)
  const to = { active: again === 'restart' || (active ?? seen.active), enabled: apart || (enabled ?? seen.enabled), ...masked }
  const loads = to.active && (again !== undefined || !seen.active)
  return [
    { ask: 'unit', key: name, to },
    ...(name === 'docker.service' ? [...(to.active ? socketOf(view) : []), ...engineAfter(view, to.active, loads)] : []),
  ]
}

const engineAfter = (view: View, active: boolean, loads: boolean): ReadonlyArray<Change> => {
  const config = loads ? loadedConfig(view) : (view.at('engine', 'docker')?.config ?? {})
  return [...(active ? FORWARDS : []), { ask: 'engine', key: 'docker', to: active ? engineOf(installed(view), config) : undefined }]
}

/** The engine runs with what its file says now. */
export const reload = (view: View): ReadonlyArray<Change> =>
  view.at('engine', 'docker') === undefined ? [] : engineAfter(view, true, true)

/** The engine's socket comes up with it. */
const socketOf = (view: View): ReadonlyArray<Change> => {
  const socket = view.at('unit', 'docker.socket')
  return socket === undefined ? [] : [{ ask: 'unit', key: 'docker.socket', to: { ...socket, active: true } }]
}

/** An engine that is installed runs with this configuration, whether it ran before or not. */
export const runEngine = (view: View, config: Asks['engine']['config']): ReadonlyArray<Change> => {
  const unit = view.at('unit', 'docker.service')
  const engine = engineOf(installed(view), config)
  if (engine === undefined) return []
  const up: ReadonlyArray<Change> = unit === undefined ? [] : [{ ask: 'unit', key: 'docker.service', to: { ...unit, active: true } }]
  return [...up, ...socketOf(view), ...FORWARDS, { ask: 'engine', key: 'docker', to: engine }]
}
