import { Malformed } from './bencode.js'
import { type Announce, type Announced, compactPeers, counted, type Family, Refused } from './peer.js'

/** Packets of the UDP tracker protocol, BEP 15. */
const MAGIC = 0x41727101980n
const ACTIONS = { connect: 0, announce: 1, scrape: 2, error: 3 } as const
const EVENTS = { started: 2, stopped: 3 } as const

export const connectPacket = (transaction: number): Buffer => head(MAGIC, 'connect', transaction)

export const announcePacket = (connection: bigint, transaction: number, { hash, id, port, event }: Announce): Buffer => {
  const rest = Buffer.alloc(42)
  rest.writeBigInt64BE(1n, 8)
  rest.writeInt32BE(EVENTS[event], 24)
  rest.writeInt32BE(-1, 36)
  rest.writeUInt16BE(port, 40)
  return Buffer.concat([head(connection, 'announce', transaction), hash, id, rest])
}

export const scrapePacket = (connection: bigint, transaction: number, hash: Buffer): Buffer =>
  Buffer.concat([head(connection, 'scrape', transaction), hash])

const head = (connection: bigint, action: keyof typeof ACTIONS, transaction: number): Buffer => {
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64BE(connection)
  bytes.writeUInt32BE(ACTIONS[action], 8)
  bytes.writeUInt32BE(transaction, 12)
  return bytes
}

/** Which question a packet answers. */
export const transactionOf = (packet: Buffer): number | undefined => (packet.length < 8 ? undefined : packet.readUInt32BE(4))

const bodyOf = (packet: Buffer, action: 'connect' | 'announce' | 'scrape', atLeast: number): Buffer => {
  const said = packet.readUInt32BE(0)
  if (said === ACTIONS.error) throw new Refused(packet.toString('utf8', 8).replaceAll('\0', '').trim())
  if (said !== ACTIONS[action]) throw new Malformed(`it answers ${action} with action ${said}`)
  if (packet.length < 8 + atLeast) throw new Malformed(`its answer to ${action} has only ${packet.length} bytes`)
  return packet.subarray(8)
}

export const connectionIn = (packet: Buffer): bigint => bodyOf(packet, 'connect', 8).readBigUInt64BE()

export const announcedIn = (packet: Buffer, family: Family): Announced => {
  const body = bodyOf(packet, 'announce', 12)
  return counted({
    interval: body.readInt32BE(0),
    leechers: body.readInt32BE(4),
    seeders: body.readInt32BE(8),
    peers: compactPeers(body.subarray(12), family),
  })
}

/** How many take part in the one torrent that was asked about. */
export const scrapedIn = (packet: Buffer): number => {
  const body = bodyOf(packet, 'scrape', 12)
  return body.readInt32BE(0) + body.readInt32BE(8)
}
