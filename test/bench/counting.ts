import type { Journal } from '../../engine/store.js'

interface Count {
  transactions: number
  rows: number
  bytes: number
}
/** What a run wrote to its journal. */
export interface Written {
  readonly intents: Readonly<Count>
  readonly results: Readonly<Count>
}

const nothing = (): Count => ({ transactions: 0, rows: 0, bytes: 0 })

/** The same journal, with a count of what goes into it. */
export const counting = (journal: Journal): { readonly journal: Journal; readonly written: Written } => {
  const [intents, results] = [nothing(), nothing()]
  const add = (count: Count, rows: ReadonlyArray<unknown>): void => {
    count.transactions += 1
    count.rows += rows.length
    for (const row of rows) count.bytes += JSON.stringify(row).length
  }
  return {
    written: { intents, results },
    journal: {
      run: journal.run,
      fence: journal.fence,
      intents: tasks => {
        add(intents, tasks)
        return journal.intents(tasks)
      },
      results: tasks => {
        add(results, tasks)
        return journal.results(tasks)
      },
      end: outcome => journal.end(outcome),
    },
  }
}
