import type { Do, Step } from '../../engine/contract.js'

/** Milliseconds that a step takes: a tenth of what a real host needs, and nothing for what is quick there. */
export type Pace = (step: Pick<Step, 'do'>) => number

const HEAVY: { readonly [D in Do]?: number } = {
  'machine create': 900,
  'machine delete': 300,
  'wait ready': 400,
  install: 1200,
  uninstall: 400,
  'engine config': 400,
  firewall: 100,
  pull: 800,
  try: 200,
  up: 300,
}

export const personal: Pace = step => HEAVY[step.do] ?? 0
export const instant: Pace = () => 0
