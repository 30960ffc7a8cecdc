import type { Duplex } from 'node:stream'
import { nextOf } from '../stream.js'

/** The other side says nothing more, or what no MySQL server says. */
export class Cut extends Error {}

/** Packets of MySQL's protocol over a stream: a length of three bytes, a number, what it says. */
export interface Wire {
  read(): Promise<Buffer>
  /** As the next packet after the last one, or as the first of a new question. */
  write(payload: Buffer, first?: 'first'): void
}

const LONGEST = 1024 * 1024
export const STRANGE = 'something else than MySQL answers there'

/** Listens only while something is waited for, so that the stream can be handed on. `number` is that of the next packet. */
export const wireOver = (stream: Duplex, number = 0): Wire => {
  let left = Buffer.alloc(0)
  let next = number

  const take = async (length: number): Promise<Buffer> => {
    while (left.length < length) {
      const chunk = await nextOf(stream)
      if (chunk === undefined) throw new Cut('the connection was cut')
      left = Buffer.concat([left, chunk])
    }
    const taken = left.subarray(0, length)
    left = left.subarray(length)
    return taken
  }

  return {
    read: async () => {
      const head = await take(4)
      const length = head.readUIntLE(0, 3)
      if (length > LONGEST) throw new Cut(STRANGE)
      next = head.readUInt8(3) + 1
      return take(length)
    },
    write: (payload, first) => {
      const head = Buffer.alloc(4)
      head.writeUIntLE(payload.length, 0, 3)
      head.writeUInt8((first === undefined ? next : 0) & 0xff, 3)
      stream.write(Buffer.concat([head, payload]))
    },
  }
}

export const until0 = (packet: Buffer, from: number): { readonly text: string; readonly end: number } => {
  const at = packet.indexOf(0, from)
  const end = at < 0 ? packet.length : at
  return { text: packet.toString('utf8', from, end), end: end + 1 }
}

/** What a server refuses, with its number. */
export class Refused extends Error {
  constructor(
    readonly number: number,
    says: string,
  ) {
    super(says)
  }
}

const ERROR = 0xff

/** The same packet, unless it says an error. Before a login that comes without a state. */
export const unrefused = (packet: Buffer): Buffer => {
  if (packet[0] !== ERROR || packet.length < 3) return packet
  const text = packet.toString('utf8', 3)
  throw new Refused(packet.readUInt16LE(1), /^#[0-9A-Z]{5}/.test(text) ? text.slice(6) : text)
}
