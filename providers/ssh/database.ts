import type { Reveal } from '../../engine/channel.js'
import type { Answer, Asks, ProbeOf } from '../../engine/contract.js'
import { databaseIn } from '../../engine/database.js'
import type { Fault } from '../../specs/fault.js'
import { E } from '../../specs/fp.js'
import { type Ends, relayTo } from './relay.js'

/** Spoken by this machine, by way of the host: the password goes no other way than to the server. */
export const databaseAnswer = async (
  { key, via, match = '' }: ProbeOf<'database'>,
  reveal: Reveal,
  ends: Ends,
): Promise<Answer<Asks['database']>> => {
  const password = await reveal(match, '')()
  if (E.isLeft(password)) return { is: 'unasked', via, fault: password.left }
  const { askDatabase, Unreached } = await import('../mysql/index.js')
  const at = databaseIn(key)
  let broken: Fault | undefined
  const value = await askDatabase(at, password.right, async () => {
    const stream = await relayTo(at, ends)()
    if (E.isRight(stream)) return stream.right
    if (stream.left.code === 'NOT_SERVING') throw new Unreached(stream.left.why)
    broken = stream.left
    throw new Unreached(stream.left.code)
  })
  return broken === undefined ? { is: 'present', value } : { is: 'unasked', via, fault: broken }
}
