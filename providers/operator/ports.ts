import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectPacket } from './bep15.js'
import { type At, exchange, socketTo, transaction } from './udp-tracker.js'

/** A packet filter that drops says nothing at all, and an apply waits for it. */
const PATIENCE_MS = 500
/** Whoever answers over TCP is the host's kernel, here as at a port that is known to be open. */
const LEAST_MS = 250
const TIMES = 5

const after = (ms: number): Promise<void> => sleep(Math.max(0, ms), undefined, { ref: false })

/** Comes when nobody will answer any more, counted from now, by how long the port takes that is open. */
export const silenceBeside = async (known: At | undefined): Promise<void> => {
  const began = performance.now()
  const isKnown = known !== undefined && (await answersTcp(known, after(PATIENCE_MS)))
  const took = performance.now() - began
  await after((isKnown ? Math.min(PATIENCE_MS, Math.max(LEAST_MS, took * TIMES)) : PATIENCE_MS) - took)
}

/** Whether somebody answers: over TCP a connection that is made, over UDP an answer to what a tracker would answer. */
export const isOpenAt = (at: At, proto: string, silence: Promise<void>): Promise<boolean> =>
  proto === 'udp' ? answersUdp(at) : answersTcp(at, silence)

const answersTcp = ({ address, port, family }: At, silence: Promise<void>): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({ host: address, port, family })
    const end = (open: boolean) => () => {
      socket.destroy()
      resolve(open)
    }
    socket.on('connect', end(true)).on('error', end(false))
    // An answer that waits to be read counts.
    void silence.then(() => setImmediate(end(false)))
  })

const answersUdp = async (at: At): Promise<boolean> => {
  try {
    const socket = await socketTo(at)
    const number = transaction()
    return await exchange(socket, at.family, connectPacket(number), number, [PATIENCE_MS / 2, PATIENCE_MS / 2])
      .then(
        () => true,
        () => false,
      )
      .finally(() => socket.close())
  } catch {
    return false
  }
}
