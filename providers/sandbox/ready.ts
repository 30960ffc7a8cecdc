import type { Batch, Reveal } from '../../engine/channel.js'
import type { Claim, Step } from '../../engine/contract.js'
import { marksOf } from '../../engine/mark.js'
import { type SealedStep, seal } from '../../engine/model/seal.js'
import type { Fault } from '../../specs/fault.js'
import { E } from '../../specs/fp.js'
import { type Asked, asked } from './look.js'

/** A step without its secrets, ready to be done and written down. */
export interface ReadyStep {
  readonly step: SealedStep
  readonly done?: Asked
}

/** Every secret of a batch is revealed before its first step: one that is missing changes nothing. */
export const prepare = async (
  batch: Batch,
  reveal: Reveal,
  salt: string,
): Promise<ReadonlyArray<ReadyStep> | { readonly step: number; readonly fault: Fault }> => {
  const ready: Array<ReadyStep> = []
  for (const [index, { done, mutex: _, ...step }] of batch.steps.entries()) {
    const sealed = await seal(marked(step as Step, batch), reveal, salt)()
    if (E.isLeft(sealed)) return { step: index, fault: sealed.left }
    const probe = done === undefined ? undefined : await asked(done, reveal, salt)
    if (probe?.fault !== undefined) return { step: index, fault: probe.fault }
    ready.push(probe === undefined ? { step: sealed.right } : { step: sealed.right, done: probe })
  }
  return ready
}

/** Claims on a machine are its labels. */
const marked = (step: Step, { claims, environment, addr }: Batch): Step => {
  if (step.do !== 'machine create' && step.do !== 'machine update') return step
  const isClaimed = claims.some(({ what, id }: Claim) => what === 'machine' && id === step.name)
  return isClaimed ? { ...step, labels: { ...step.labels, ...marksOf({ environment, addr }) } } : step
}
