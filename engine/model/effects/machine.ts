import type { Change, MachineSeen } from '../../contract.js'
import type { SealedStepOf } from '../seal.js'
import type { View } from '../view.js'
import { addressesOf } from './images.js'

export const createMachine = (step: SealedStepOf<'machine create'>, view: View): ReadonlyArray<Change> => {
  if (view.at('machine', step.name) !== undefined) return []
  const { name, image, cpus, memory, disk, labels, extra } = step
  const machine: MachineSeen = {
    id: name,
    image,
    ...(typeof extra.type === 'string' ? { type: extra.type } : {}),
    cpus,
    memory,
    disk,
    running: true,
    addresses: addressesOf(name),
    labels,
    config: extra,
  }
  return [{ ask: 'machine', key: name, to: machine }]
}

export const updateMachine = (step: SealedStepOf<'machine update'>, view: View): ReadonlyArray<Change> => {
  const seen = view.at('machine', step.name)
  if (seen === undefined) return []
  const running = step.running ?? seen.running
  const to: MachineSeen = {
    ...seen,
    cpus: step.cpus ?? seen.cpus,
    memory: step.memory ?? seen.memory,
    disk: step.disk ?? seen.disk,
    running,
    addresses: running ? addressesOf(step.name) : [],
    labels: { ...seen.labels, ...step.labels },
    config: step.extra ?? seen.config,
  }
  return [{ ask: 'machine', key: step.name, to }]
}

export const deleteMachine = (name: string, view: View): ReadonlyArray<Change> =>
  view.at('machine', name) === undefined ? [] : [{ ask: 'machine', key: name, to: undefined }]
