import { isDeepStrictEqual } from 'node:util'
import type { Step } from '../contract.js'

/** Whether what was decided is no more than what was shown: the same steps, or fewer, or one that does or asks less. */
export const covers = (shown: ReadonlyArray<Step>, decided: ReadonlyArray<Step>): boolean =>
  decided.every(step => shown.some(one => isDeepStrictEqual(one, step) || isPartOf(one, step)))

const isPartOf = (shown: Step, step: Step): boolean => {
  if (step.do === 'install' && shown.do === 'install') {
    const upgrades = step.upgrade === undefined || shown.upgrade === step.upgrade
    return shown.via === step.via && upgrades && step.packages.every(name => shown.packages.includes(name))
  }
  if (step.do === 'wait ready' && shown.do === 'wait ready') return shown.via === step.via && step.first === undefined
  return false
}
