import { PLAIN } from '../../../cli/render/look.js'
import { renderTable } from '../../../cli/render/table.js'
import type { Played } from './running.js'

const COLUMNS = ['edit', 'plan: restarts', 'host: restarted', 'files', 'checks', 'apply', 'second plan']

const named = (services: ReadonlyArray<string>): string => (services.length === 0 ? '-' : services.join(', '))

/** What plans said beside what the host says of itself. */
export const tableOf = (played: ReadonlyArray<Played>): string =>
  renderTable(
    COLUMNS,
    played.map(({ says, announced, restarted, written, checks, seconds }) => [
      says,
      named(announced),
      named(restarted),
      `${written.length}`,
      checks === 0 ? '-' : `${checks} ok`,
      `${seconds.toFixed(1)} s`,
      'empty',
    ]),
    PLAIN,
  )
