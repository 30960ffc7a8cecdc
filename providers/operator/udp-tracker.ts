import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { announcedIn, announcePacket, connectionIn, connectPacket, scrapedIn, scrapePacket, transactionOf } from './bep15.js'
import type { Family, Tracker } from './peer.js'
import { Silent, silenceOf } from './silent.js'

export interface At {
  readonly address: string
  readonly port: number
  readonly family: Family
}

/** A datagram may be lost; BEP 15 waits 15 s before the next, which nobody at a terminal does. */
export const TRIES_MS: ReadonlyArray<number> = [500, 1000, 1500]

/** A socket that only this one answers, and that hears when nobody listens there. */
export const socketTo = ({ address, port, family }: At): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6' })
    const broken = (cause: Error): void => {
      socket.close()
      reject(silenceOf(cause, family))
    }
    socket.once('error', broken)
    try {
      socket.connect(port, address, () => {
        socket.off('error', broken)
        resolve(socket)
      })
    } catch (cause) {
      broken(cause as Error)
    }
  })

/** Sends until what answers it comes. */
export const exchange = (socket: Socket, family: Family, packet: Buffer, transaction: number, tries = TRIES_MS): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    let tried = 0
    let timer: NodeJS.Timeout | undefined
    const done = (end: () => void): void => {
      clearTimeout(timer)
      socket.off('message', heard).off('error', broken)
      end()
    }
    const heard = (answer: Buffer): void => {
      if (transactionOf(answer) === transaction) done(() => resolve(answer))
    }
    const broken = (cause: Error): void => done(() => reject(silenceOf(cause, family)))
    const send = (): void => {
      const wait = tries[tried++]
      if (wait === undefined) {
        const seconds = tries.reduce((sum, ms) => sum + ms) / 1000
        done(() => reject(new Silent(`no answer in ${seconds} s`)))
      } else {
        socket.send(packet)
        timer = setTimeout(send, wait)
      }
    }
    socket.on('message', heard).on('error', broken)
    send()
  })

export const transaction = (): number => randomInt(1, 0x1_0000_0000)

/** One connection for all questions: it holds for a minute, and they take milliseconds. */
export const udpTracker = async (at: At): Promise<Tracker> => {
  const { family } = at
  const socket = await socketTo(at)
  const asked = async (packetOf: (transaction: number) => Buffer): Promise<Buffer> => {
    const number = transaction()
    return exchange(socket, family, packetOf(number), number)
  }
  try {
    const connection = connectionIn(await asked(connectPacket))
    return {
      announce: async announce => announcedIn(await asked(number => announcePacket(connection, number, announce)), family),
      scrape: async hash => scrapedIn(await asked(number => scrapePacket(connection, number, hash))),
      local: () => socket.address().address,
      close: () => socket.close(),
    }
  } catch (cause) {
    socket.close()
    throw cause
  }
}
