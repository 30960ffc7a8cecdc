import type { Change } from '../../contract.js'
import type { SealedStepOf } from '../seal.js'
import type { View } from '../view.js'
import { loadedConfig } from './engine.js'
import { engineOf, installed } from './packages.js'

export const putUnit = ({ name, active, enabled, again }: SealedStepOf<'unit'>, view: View): ReadonlyArray<Change> => {
  const seen = view.at('unit', name)
  if (seen === undefined) return []
  const to = { active: again === 'restart' || (active ?? seen.active), enabled: enabled ?? seen.enabled }
  const loads = to.active && (again !== undefined || !seen.active)
  return [{ ask: 'unit', key: name, to }, ...(name === 'docker.service' ? engineAfter(view, to.active, loads) : [])]
}

const engineAfter = (view: View, active: boolean, loads: boolean): ReadonlyArray<Change> => {
  const config = loads ? loadedConfig(view) : (view.at('engine', 'docker')?.config ?? {})
  return [{ ask: 'engine', key: 'docker', to: active ? engineOf(installed(view), config) : undefined }]
}

/** The engine runs with what its file says now. */
export const reload = (view: View): ReadonlyArray<Change> =>
  view.at('engine', 'docker') === undefined ? [] : engineAfter(view, true, true)
