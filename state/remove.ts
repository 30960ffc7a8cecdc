import type { Fault } from '../specs/fault.js'
import { type Either, fail, need } from '../specs/fp.js'
import { backUp } from './backup.js'
import { fileOf, needEnvironment } from './environment.js'
import { fenced } from './fence.js'
import { guarded } from './guarded.js'
import { takeLock } from './lock.js'
import type { State } from './state.js'

/** Under the environment's lock, so that no run is forgotten under its feet; the path of the backup. */
export const forget = (state: State, environment: string, addr: string): Either<Fault, string> =>
  guarded(state.place, () => {
    const row = needEnvironment(state, environment)
    const known = state.db.prepare<[number], string>('select addr from resources where environment = ? order by addr').pluck().all(row.id)
    if (!known.includes(addr)) need(fail({ code: 'ADDR_UNKNOWN', addr, known }))
    const lock = need(takeLock(state, { environment, file: fileOf(state, row), provider: row.provider, command: 'state rm' }))
    try {
      const backup = need(backUp(state.db, state.place, state.now, 'before-rm'))
      const within = fenced(state, { environment: row.id, name: environment, fence: lock.fence })
      within(() => state.db.prepare('delete from resources where environment = ? and addr = ?').run(row.id, addr))
      return backup
    } finally {
      lock.release()
    }
  })
