import type { Step } from '../contract.js'
import type { CheckResult } from '../run-value.js'
import { type Asked, answered, type Checking, checkAll, checksOf } from './checks.js'

/** For the step itself: on a small machine its start and our questions would only slow each other down. */
const HEAD_START_MS = 300

export interface Early {
  /** The last step of all begins. */
  readonly lastStepBegins: (step: Step) => void
  /** All is done; it is only verified now. */
  readonly lastStepDone: () => void
  /** What failed so far, or has not been asked. */
  readonly askTheRest: (checking: Checking) => Promise<ReadonlyArray<CheckResult>>
}

/**
 * Checks ask as soon as what they ask about has come to rest: of the host itself while the last service starts, all others while
 * the last task is being verified. What works then is not asked again.
 */
export const earlyChecks = (checking: Pick<Checking, 'planned' | 'machines' | 'clock'>): Early => {
  const asked = checksOf(checking)
  const ofHost = asked.filter(({ check }) => check.ofHost)
  const rest = asked.filter(({ check }) => !check.ofHost)
  const ask = async (some: ReadonlyArray<Asked>): Promise<ReadonlyArray<readonly [Asked, CheckResult]>> =>
    some.length === 0 ? [] : await answered(some, checking, true).catch(() => [])
  let early: ReadonlyArray<ReturnType<typeof ask>> = []
  let done = new AbortController()
  return {
    lastStepBegins: step => {
      done = new AbortController()
      early = step.do === 'up' ? [checking.clock.sleep(HEAD_START_MS, done.signal).then(() => ask(ofHost))] : []
    },
    lastStepDone: () => {
      done.abort()
      early = [...early, ask(early.length > 0 ? rest : asked)]
    },
    askTheRest: async checking => checkAll(checking, asked, new Map((await Promise.all(early)).flat())),
  }
}
