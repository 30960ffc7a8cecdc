import type { StepOf } from '../../engine/contract.js'
import { type Fault, saysOf } from '../../specs/fault.js'
import { E } from '../../specs/fp.js'
import { undoNowScript } from '../remote/act/undo.js'
import type { Connection } from './connection.js'

interface Confirming {
  readonly connection: Connection
  readonly host: string
  readonly sleep: (ms: number) => Promise<void>
}

const whyOf = (fault: Fault): string => {
  if (fault.code === 'HOST_TIMEOUT') return 'no answer'
  return fault.code === 'HOST_REFUSED' ? 'refused' : saysOf(fault)
}

/** A daemon that has just read its files anew may refuse the first. */
const TRIES = 3

/**
 * Whether a new connection gets in. When none does, the host is told over the open one, if that still goes, to put back now what it
 * would put back by itself.
 */
export const confirmationOver = async (
  { name, port }: StepOf<'confirm'>,
  { connection, host, sleep }: Confirming,
): Promise<Fault | undefined> => {
  let entered = await connection.run('true', { fresh: port })()
  for (let tries = 1; E.isLeft(entered) && entered.left.code !== 'HOST_TIMEOUT' && tries < TRIES; tries++) {
    await sleep(500)
    entered = await connection.run('true', { fresh: port })()
  }
  if (E.isRight(entered)) return undefined
  const undone = await connection.run(undoNowScript(name))()
  return {
    code: 'NOT_CONFIRMED',
    host,
    port,
    why: whyOf(entered.left),
    undone: E.isRight(undone) && /^undone$/m.test(undone.right),
  }
}
