import { createHash } from 'node:crypto'
import type { Addr } from '../../engine/contract.js'
import type { SealedStep } from '../../engine/model/seal.js'

/** What goes wrong with a step. `lost`: the connection, before the step, when it was half done, or before its answer. */
export type Trouble =
  | { readonly is: 'lost'; readonly when: 'before' | 'during' | 'after' }
  | { readonly is: 'slow'; readonly ms: number }
  | { readonly is: 'refused'; readonly code: 'PERMISSION_DENIED' | 'DISK_FULL' | 'PACKAGES_LOCKED' }

export interface Where {
  readonly environment: string
  readonly addr: Addr
  readonly step: SealedStep
  readonly index: number
  /** How many batches of this addr began before this one. */
  readonly attempt: number
}
export type Troubles = (where: Where) => Trouble | undefined

/** From this attempt on a seed leaves an addr alone, so that reruns converge. */
const CALM = 2
const SHARE = 0.15
/** From this seed on there is also what ends a run, and is gone when it is run again. */
const HARSH = 1000

/** The same seed makes the same trouble at the same places; 0 makes none. */
export const troublesOf =
  (seed: number): Troubles =>
  ({ environment, addr, step, index, attempt }) => {
    if (seed === 0 || attempt >= CALM) return undefined
    const hash = createHash('sha256')
      .update(JSON.stringify([seed, environment, addr, index, attempt]))
      .digest()
    if (hash.readUInt32BE(0) / 2 ** 32 >= SHARE) return undefined
    if (seed >= HARSH && hash.readUInt8(5) < 64)
      return { is: 'refused', code: hash.readUInt8(5) % 2 === 0 ? 'PERMISSION_DENIED' : 'DISK_FULL' }
    return choose(hash.readUInt8(4), step)
  }

const choose = (byte: number, step: SealedStep): Trouble => {
  if (step.do === 'install' && byte < 96) return { is: 'refused', code: 'PACKAGES_LOCKED' }
  const when = (['before', 'during', 'after'] as const)[byte % 4]
  return when === undefined ? { is: 'slow', ms: 100 + byte } : { is: 'lost', when }
}
