import { randomBytes } from 'node:crypto'
import type { Batch, Event, Outcome, Reveal } from '../../engine/channel.js'
import { type Fault, retryOf } from '../../specs/fault.js'
import { E, type Either } from '../../specs/fp.js'
import { batchScript, saltScript } from '../remote/act/batch.js'
import { eventsFrom, failureIn } from '../remote/act/outcome.js'
import { unkept } from '../remote/act/trouble.js'
import { readLook, sectionsOf } from '../remote/look/read.js'
import { confirmationOver } from './confirm.js'
import type { Connection } from './connection.js'
import { withOurs } from './look.js'
import type { Ends } from './relay.js'

export interface Acting extends Ends {
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** The host's salt, where it is known. */
  readonly salt?: string
}

/** A batch outlives its connection, so no longer than that is waited for a word; then it is looked at again. */
const SILENCE = 600

const SESSION = randomBytes(8).toString('hex')

/** Makes one where there is none. */
export const saltFrom = async (connection: Connection, host: string): Promise<Either<Fault, string>> => {
  const fresh = randomBytes(32).toString('hex')
  const output = await connection.run(saltScript(fresh))()
  if (E.isLeft(output)) return output
  const salt = new RegExp(`^${fresh} ([0-9a-f]{64})$`, 'm').exec(output.right)?.[1]
  return salt === undefined ? E.left(unkept(output.right, host)) : E.right(salt)
}

export const actOver = async (batch: Batch, reveal: Reveal, on: (event: Event) => void, acting: Acting): Promise<Outcome> => {
  const { connection } = acting
  const host = acting.target.name
  const entered = await enter(batch, acting)
  if (entered !== undefined) return { is: 'failed', step: 0, fault: entered }
  const salt = acting.salt === undefined ? await saltFrom(connection, host) : E.right(acting.salt)
  if (E.isLeft(salt)) return { is: 'failed', step: 0, fault: salt.left }
  const nonce = randomBytes(16).toString('hex')
  const ready = await batchScript(batch, reveal, { nonce, salt: salt.right, session: SESSION })
  if ('fault' in ready) return { is: 'failed', ...ready }
  const output = await connection.run(ready.script, { on: eventsFrom(nonce, on), silence: SILENCE })()
  const lost: Outcome = { is: 'unknown', fault: { code: 'CONNECTION_LOST', host, addr: batch.addr } }
  if (E.isLeft(output)) return retryOf(output.left) === 'soon' ? lost : { is: 'failed', step: 0, fault: output.left }
  const failed = failureIn(output.right, batch, { nonce, host, now: acting.now() })
  if (failed !== undefined) return failed
  const sections = sectionsOf(output.right, nonce)
  if (sections === undefined) return lost
  const look = await readLook(batch.verify, { host, nonce, sections }, reveal)
  if (look.unreachable !== undefined) return { is: 'unknown', fault: look.unreachable }
  const answers = await withOurs(batch.verify, look.answers, reveal, acting)
  const isMine = ({ environment, addr }: { environment: string; addr: string }) => environment === batch.environment && addr === batch.addr
  const told = batch.forNext
    ? { busy: look.busy.filter(one => !isMine(one)) }
    : { busy: [], ledger: look.ledger.filter(({ by }) => by.some(isMine)) }
  return { is: 'done', look: { ...look, answers, ...told } }
}

/** What has to be true before a batch can be sent: the host lets us in, and a confirmation is a new connection. */
const enter = async ({ steps }: Batch, acting: Acting): Promise<Fault | undefined> => {
  const { connection, now, sleep } = acting
  for (const step of steps) {
    if (step.do === 'confirm') {
      const fault = await confirmationOver(step, { ...acting, host: acting.target.name })
      if (fault !== undefined) return fault
    }
    if (step.do === 'wait ready') {
      const until = now() + step.seconds * 1000
      for (let entered = await connection.run('true')(); E.isLeft(entered); entered = await connection.run('true')()) {
        const passes = retryOf(entered.left) === 'soon' || entered.left.code === 'LOGIN_REFUSED' || entered.left.code === 'SUDO_REFUSED'
        if (!passes || now() > until) return entered.left
        await sleep(200)
      }
    }
  }
  return undefined
}
