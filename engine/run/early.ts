import type { Check, Step } from '../contract.js'
import type { CheckResult } from '../run-value.js'
import { type Asked, answered, type Checking, checkAll, checksOf } from './checks.js'

/** For the step itself: on a small machine its start and our questions would only slow each other down. */
const HEAD_START_MS = 300

export interface Early {
  /** The last step of all begins. */
  readonly lastStepBegins: (step: Step) => void
  /** What it starts has started, and only gets ready. */
  readonly lastStepWaits: () => void
  /** All is done; it is only verified now. */
  readonly lastStepDone: () => void
  /** What failed so far, or has not been asked. */
  readonly askTheRest: (checking: Checking) => Promise<ReadonlyArray<CheckResult>>
}

/**
 * Checks ask as soon as what they ask about has come to rest: of the host itself while the last service starts, of what it opens once
 * it has, all others while the last task is being verified. What works then is not asked again.
 */
export const earlyChecks = (checking: Pick<Checking, 'planned' | 'machines' | 'clock'>): Early => {
  const asked = checksOf(checking)
  const ask = async (some: ReadonlyArray<Asked>): Promise<ReadonlyArray<readonly [Asked, CheckResult]>> =>
    some.length === 0 ? [] : await answered(some, checking, true).catch(() => [])
  let early: ReadonlyArray<ReturnType<typeof ask>> = []
  let left = asked
  let done = new AbortController()
  const begin = (from: Check['from'], wait?: Promise<void>): void => {
    const [now, later] = [left.filter(({ check }) => check.from === from), left.filter(({ check }) => check.from !== from)]
    left = later
    early = [...early, wait === undefined ? ask(now) : wait.then(() => ask(now))]
  }
  return {
    lastStepBegins: step => {
      done = new AbortController()
      left = asked
      early = []
      if (step.do === 'up') begin('host', checking.clock.sleep(HEAD_START_MS, done.signal))
    },
    lastStepWaits: () => begin('start'),
    lastStepDone: () => {
      done.abort()
      early = [...early, ask(left)]
      left = asked
    },
    askTheRest: async checking => checkAll(checking, asked, new Map((await Promise.all(early)).flat())),
  }
}
