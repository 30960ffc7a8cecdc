import type { Addr } from '../../engine/contract.js'
import type { Journal, Memory, Remembered, RunOutcome, TaskResult } from '../../engine/store.js'
import { E } from '../../specs/fp.js'

/** A journal on paper: what was written, in order, and the memory that comes of it. */
export interface PaperJournal extends Journal {
  readonly lines: Array<string>
  readonly resources: Map<Addr, Remembered>
  outcome?: RunOutcome
}

export const paperJournal = (resources: Map<Addr, Remembered> = new Map(), run = 1): PaperJournal => {
  const journal: PaperJournal = {
    run,
    fence: run,
    lines: [],
    resources,
    intents: tasks => {
      for (const { addr, action } of tasks) journal.lines.push(`begin ${action} ${addr}`)
      return E.right(undefined)
    },
    results: results => {
      for (const { addr, action, result } of results) {
        journal.lines.push(`${result.outcome} ${action} ${addr}`)
        recall(resources, addr, result, run)
      }
      return E.right(undefined)
    },
    end: outcome => {
      journal.outcome = outcome
      return E.right({ seconds: 1 })
    },
  }
  return journal
}

const recall = (resources: Map<Addr, Remembered>, addr: Addr, { remember }: TaskResult, run: number): void => {
  if (remember === 'forget') resources.delete(addr)
  else if (remember !== undefined) resources.set(addr, { ...remember, run })
}

export const memoryOf = (resources: Map<Addr, Remembered>, rest: Partial<Memory> = {}): Memory => ({
  resources: [...resources.values()],
  durations: {},
  ...rest,
})
