import type { Do, Step } from '../../engine/contract.js'

/** Milliseconds that a step takes: enough for a person to see progress, and nothing for what is quick on a real host. */
export type Pace = (step: Pick<Step, 'do'>) => number

const HEAVY: { readonly [D in Do]?: number } = {
  'machine create': 60,
  'machine delete': 40,
  'wait ready': 40,
  install: 60,
  uninstall: 40,
  'engine config': 30,
  firewall: 20,
  pull: 60,
  try: 20,
  up: 40,
}

export const personal: Pace = step => HEAVY[step.do] ?? 0
export const instant: Pace = () => 0
