import type { Batch } from '../../engine/channel.js'
import type { Step } from '../../engine/contract.js'
import { doingOf } from '../../engine/run/doing.js'
import type { Fault } from '../../specs/fault.js'
import { fenceOf, holderOfInstance, runOf } from './marks.js'
import { rootOf } from './seen.js'
import type { Devices, Instance } from './shapes.js'

/** LXD tells failures apart in words only. */
const FULL = /no space left|out of disk space|quota exceeded|not enough (free )?space|insufficient (free )?space|disk is full/i
const BUSY = /is busy running|operation (is )?(already|currently)|already running a/i
const IMAGE = /remote image|getting image|simplestreams|parsing stream|image (info|server)|couldn't find .*image|image not found/i

export const isBusy = (why: string): boolean => BUSY.test(why)

export interface Refused {
  readonly step: Step
  readonly batch: Batch
  readonly devices: Devices
  /** What it is called and whose it is, where it is there. */
  readonly instance?: Instance
  /** Fetched from elsewhere. */
  readonly image?: string
  /** What LXD may be unable to do to a machine that is there. */
  readonly what?: string
}

export const refusalOf = (why: string, { step, batch, devices, instance, image, what }: Refused): Fault => {
  if (FULL.test(why)) return { code: 'DISK_FULL', where: `storage pool ${rootOf(devices)?.[1].pool ?? 'of lxd'}` }
  if (isBusy(why)) return busy(batch, instance)
  if (image !== undefined && IMAGE.test(why)) return { code: 'MACHINE_IMAGE_MISSING', provider: 'lxd', image, why }
  if (what !== undefined) return { code: 'PROVIDER_CANNOT', provider: 'lxd', what, why }
  return { code: 'STEP_FAILED', host: 'lxd', step: doingOf(step), output: why }
}

const busy = (batch: Batch, instance: Instance | undefined): Fault => {
  const { environment, addr } = (instance && holderOfInstance(instance)) ?? batch
  return { code: 'HOST_BUSY', host: 'lxd', environment, addr, run: instance === undefined ? batch.run : runOf(instance) }
}

/** Only a machine that carries our mark is ours. */
export const claimOfOthers = (instance: Instance, environment: string): Fault | undefined => {
  const holder = holderOfInstance(instance)
  const thing = { what: 'machine', id: instance.name }
  if (holder === undefined) return { code: 'NOT_OURS', ...thing }
  return holder.environment === environment ? undefined : { code: 'NOT_OURS', ...thing, by: `${holder.addr} of ${holder.environment}` }
}

/** Ours is changed by whoever is not too late. */
export const objectionTo = (instance: Instance, { environment, fence }: Pick<Batch, 'environment' | 'fence'>): Fault | undefined => {
  const foreign = claimOfOthers(instance, environment)
  if (foreign !== undefined) return foreign
  const newer = fenceOf(instance)
  return fence < newer ? { code: 'FENCED', host: 'lxd', fence, newer } : undefined
}
