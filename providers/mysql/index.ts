import type { Duplex } from 'node:stream'
import type { Asks } from '../../engine/contract.js'
import type { DatabaseAt } from '../../engine/database.js'
import { lackingIn } from './grants.js'
import { type Entered, enter } from './login.js'
import { Cut, Refused } from './packets.js'
import { column, quit, use } from './query.js'

/** Nobody could be reached, and why. */
export class Unreached extends Error {}

/** A stream to the server, each time a new one. Throws `Unreached`. */
export type Open = () => Promise<Duplex>

type Answer = Asks['database']

const PATIENCE_MS = 5_000

/** Logs in and looks around; nothing is changed there. */
export const askDatabase = async (at: DatabaseAt, password: string, open: Open): Promise<Answer> => {
  const as = { user: at.user, password }
  try {
    return await within(open, async stream => told(await enter(stream, as), at))
  } catch (cause) {
    const answer = refusalOf(cause)
    if (!(cause instanceof Refused) || cause.number !== DENIED) return answer
    // To somebody who has to come encrypted it says no more than that to one with a wrong password.
    const enters = await within(open, stream => enter(stream, { ...as, encrypted: true })).then(
      () => true,
      () => false,
    )
    return enters ? { ...answer, refuses: 'encryption' } : answer
  }
}

const within = async <A>(open: Open, ask: (stream: Duplex) => Promise<A>): Promise<A> => {
  const stream = await open()
  stream.on('error', () => {})
  const late = setTimeout(() => stream.destroy(new Unreached('no answer')), PATIENCE_MS)
  try {
    return await ask(stream)
  } catch (cause) {
    throw stream.errored instanceof Unreached ? stream.errored : cause
  } finally {
    clearTimeout(late)
    stream.destroy()
  }
}

const told = async ({ wire, version }: Entered, at: DatabaseAt): Promise<Answer> => {
  const roles = await column(wire, 'SELECT CURRENT_ROLE()').catch(() => [])
  const using = roles.filter(role => role !== '' && role !== 'NONE' && role.includes('`'))
  const grants = await column(wire, `SHOW GRANTS${using.length === 0 ? '' : ` FOR CURRENT_USER() USING ${using.join(', ')}`}`)
  const lacks = lackingIn(grants, at)
  const known = { version, ...(lacks.length > 0 && { lacks }) }
  try {
    await use(wire, at.name)
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause
    // Of what one may not see it is not even said whether it is there.
    return cause.number === FORBIDDEN ? { ...known, lacks: at.needs, tables: [] } : { ...known, ...refusalOf(cause) }
  }
  const there = new Set(await column(wire, 'SHOW TABLES'))
  quit(wire)
  return { ...known, tables: at.tables.filter(table => there.has(table)) }
}

const [DENIED, FORBIDDEN, UNKNOWN, FULL, UNENCRYPTED] = [1045, 1044, 1049, 1040, 3159]

const refusalOf = (cause: unknown): Answer => {
  if (cause instanceof Unreached || cause instanceof Cut) return { refuses: 'unreachable', says: cause.message, tables: [] }
  if (!(cause instanceof Refused)) throw cause
  const says = cause.message
  if (cause.number === UNKNOWN) return { refuses: 'missing', says, tables: [] }
  if (cause.number === FULL) return { refuses: 'unreachable', says, tables: [] }
  return { refuses: cause.number === UNENCRYPTED ? 'encryption' : 'login', says, tables: [] }
}
