import { isDeepStrictEqual } from 'node:util'
import type { Step } from '../contract.js'

/** Whether what was decided is no more than what was shown: the same steps, or fewer, or fewer packages in one. */
export const covers = (shown: ReadonlyArray<Step>, decided: ReadonlyArray<Step>): boolean =>
  decided.every(step => shown.some(one => isDeepStrictEqual(one, step) || isPartOf(one, step)))

const isPartOf = (shown: Step, step: Step): boolean => {
  if (step.do === 'install' && shown.do === 'install') {
    return shown.via === step.via && step.packages.every(name => shown.packages.includes(name))
  }
  return false
}
