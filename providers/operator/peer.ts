import { randomBytes, randomInt } from 'node:crypto'
import { SocketAddress } from 'node:net'
import { Malformed } from './bencode.js'

export type Family = 4 | 6

/** Who takes part in a torrent, as trackers tell it. */
export interface Peer {
  readonly address: string
  readonly port: number
}

/** What a peer says of itself when it announces. */
export interface Announce {
  readonly hash: Buffer
  readonly id: Buffer
  readonly port: number
  readonly event: 'started' | 'stopped'
}
export interface Announced {
  readonly interval: number
  readonly leechers: number
  readonly seeders: number
  readonly peers: ReadonlyArray<Peer>
}
/** A tracker that is spoken to. A refusal is `Refused`, an answer that cannot be read `Malformed`. */
export interface Tracker {
  announce(announce: Announce): Promise<Announced>
  /** How many take part. */
  scrape(hash: Buffer): Promise<number>
  /** From which address of this machine it was asked. */
  local(): string
  close(): void
}

/** The tracker answered that it does not want to. */
export class Refused extends Error {}

/** A torrent that nobody knows, and two who want it. */
export const strangers = (): readonly [Omit<Announce, 'event'>, Omit<Announce, 'event'>] => {
  const hash = randomBytes(20)
  const port = randomInt(20_000, 60_000)
  const one = (port: number) => ({ hash, id: Buffer.concat([Buffer.from('-DP0100-'), randomBytes(12)]), port })
  return [one(port), one(port + 1)]
}

const BYTES = { 4: 6, 6: 18 } as const

/** Peers without anything between them: 6 bytes each over IPv4, 18 over IPv6. */
export const compactPeers = (bytes: Buffer, family: Family): ReadonlyArray<Peer> => {
  const size = BYTES[family]
  if (bytes.length % size !== 0) throw new Malformed(`${bytes.length} bytes of peers, which are ${size} each over IPv${family}`)
  return Array.from({ length: bytes.length / size }, (_, index) => {
    const one = bytes.subarray(index * size, (index + 1) * size)
    return { address: addressIn(one.subarray(0, size - 2)), port: one.readUInt16BE(size - 2) }
  })
}

const addressIn = (bytes: Buffer): string => {
  if (bytes.length === 4) return [...bytes].join('.')
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  return canonical(groups.join(':'))
}

/** One way to write an address. */
export const canonical = (address: string): string => {
  try {
    return new SocketAddress({ address, family: address.includes(':') ? 'ipv6' : 'ipv4' }).address
  } catch {
    return address
  }
}

/** More peers than take part: records of another length. */
export const counted = (announced: Announced): Announced => {
  const { peers, seeders, leechers } = announced
  if (peers.length <= seeders + leechers) return announced
  throw new Malformed(`it tells of ${peers.length} peers where ${seeders + leechers} take part`)
}
