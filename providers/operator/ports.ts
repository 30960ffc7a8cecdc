import { connect } from 'node:net'
import { connectPacket } from './bep15.js'
import { type At, exchange, socketTo, transaction } from './udp-tracker.js'

/** A packet filter that drops says nothing at all, and an apply waits for it. */
const PATIENCE_MS = 500

/** Whether somebody answers: over TCP a connection that is made, over UDP an answer to what a tracker would answer. */
export const isOpenAt = (at: At, proto: string): Promise<boolean> => (proto === 'udp' ? answersUdp(at) : answersTcp(at))

const answersTcp = ({ address, port, family }: At): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({ host: address, port, family, timeout: PATIENCE_MS })
    const end = (open: boolean) => () => {
      socket.destroy()
      resolve(open)
    }
    socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false))
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
