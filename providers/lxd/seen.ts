import type { MachineSeen } from '../../engine/contract.js'
import type { Json } from '../../specs/json.js'
import { labelsOf, type Made, madeOf, writtenConfig } from './marks.js'
import { addressesOf, nicOf } from './nic.js'
import { type Config, type Device, type Instance, type InstanceState, isRunning } from './shapes.js'

/** The root disk is the device on `/`, whatever its name. */
export const rootOf = (devices: { readonly [name: string]: Device }): readonly [string, Device] | undefined =>
  Object.entries(devices).find(([, { type, path }]) => type === 'disk' && path === '/')

const FACTORS: { readonly [unit: string]: number } = {
  '': 1,
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** 0: no limit, or one that is no number of bytes, such as a share of the memory. */
export const bytesIn = (written: string | undefined): number => {
  const [, count = '', unit = ''] = /^(\d+)\s?([A-Za-z]*)$/.exec(written ?? '') ?? []
  return Number(count) * (FACTORS[unit] ?? 0)
}

/** `4`, or which ones: `0-3,6`. */
export const cpusIn = (written: string | undefined): number => {
  if (written === undefined || written === '') return 0
  if (/^\d+$/.test(written)) return Number(written)
  return written.split(',').reduce((sum, part) => {
    const [from = 0, to = from] = part.split('-').map(Number)
    return sum + to - from + 1
  }, 0)
}

/** What a machine says of itself that nobody has kept the name of. */
export const imageIn = (config: Config): string => {
  const { 'image.os': os, 'image.release': release, 'image.version': version = release, 'volatile.base_image': base = '' } = config
  return os === undefined || version === undefined ? base : `${os.toLowerCase()}/${version}`
}

/** As the file writes it, where that comes to the same; as LXD has it, where not. */
const asWritten = (written: Json, found: string | undefined): Json | undefined => (String(written) === found ? written : found)

/** What it is made with, asked for or not; of its settings only what was asked for. */
const extraOf = (made: Made | undefined, instance: Instance, network: string | undefined): { readonly [key: string]: Json } => {
  const { type, profiles, project, config } = instance
  const pool = rootOf(instance.expanded_devices)?.[1].pool
  const written = Object.entries(writtenConfig(made)).flatMap(([key, value]) => {
    const now = asWritten(value as Json, config[key])
    return now === undefined ? [] : [[key, now] as const]
  })
  return {
    type,
    profiles: profiles ?? [],
    ...(network !== undefined && network !== '' && { network }),
    ...(pool !== undefined && { pool }),
    ...(project !== undefined && { project }),
    config: Object.fromEntries(written),
  }
}

/** A machine as the contract has it, made of what LXD says of an instance and, while that runs, of its state. */
export const seenOf = (instance: Instance, state: InstanceState | undefined, wanted: string | undefined): MachineSeen => {
  const made = madeOf(instance)
  const nic = nicOf(instance, wanted)
  return {
    id: instance.name,
    image: made?.image ?? imageIn(instance.config),
    type: instance.type,
    cpus: cpusIn(instance.expanded_config['limits.cpu']),
    memory: bytesIn(instance.expanded_config['limits.memory']),
    disk: bytesIn(rootOf(instance.expanded_devices)?.[1].size),
    running: isRunning(instance),
    addresses: nic === undefined || state === undefined ? [] : addressesOf(nic, state),
    labels: labelsOf(instance),
    config: extraOf(made, instance, nic?.network),
  }
}
