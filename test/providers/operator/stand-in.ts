import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Known {
  readonly address: string
  readonly port: number
}

/** What a tracker does wrong. */
export interface Wrong {
  /** Stores every peer under this address. */
  readonly address?: string
  /** Gives IPv6 records whoever asks. */
  readonly wide?: true
  /** Loses the first packets of every sort. */
  readonly loses?: number
  readonly refuses?: string
  readonly hides?: true
  /** Its database can't delete keys. */
  readonly keepsKeys?: true
  readonly answers?: (body: Buffer) => Buffer
}

const wide = ({ address, port }: Known): Buffer => {
  const bytes = Buffer.alloc(18)
  if (address.includes(':')) bytes[15] = 1
  else Buffer.from([0xff, 0xff, ...address.split('.').map(Number)]).copy(bytes, 10)
  bytes.writeUInt16BE(port, 16)
  return bytes
}
const narrow = ({ address, port }: Known): Buffer => Buffer.from([...address.split('.').map(Number), port >> 8, port & 255])

/** A tracker in this process, on loopback, right in all but what is told: over UDP, HTTP, and with an API. */
export const standIn = async (wrong: Wrong = {}, family: 4 | 6 = 4) => {
  const swarms = new Map<string, Map<string, Known>>()
  const log: Array<string> = []
  const asked = new Map<string, number>()
  const listed = new Set<string>()
  const keys = new Set<string>()
  const needs = { listing: false, key: false }
  const loopback = family === 4 ? '127.0.0.1' : '::1'

  const take = (hash: string, id: string, from: string, port: number, event: string): ReadonlyArray<Known> => {
    const swarm = swarms.get(hash) ?? new Map<string, Known>()
    swarms.set(hash, swarm)
    log.push(event)
    if (event === 'stopped') swarm.delete(id)
    else swarm.set(id, { address: wrong.address ?? from, port })
    if (swarm.size === 0) swarms.delete(hash)
    return wrong.hides ? [] : [...swarm].flatMap(([other, known]) => (other === id ? [] : [known]))
  }
  const refusal = (hash: string, key: string | undefined): string | undefined => {
    if (wrong.refuses !== undefined) return wrong.refuses
    if (needs.listing && !listed.has(hash)) return `The torrent ${hash} is not whitelisted`
    return needs.key && !keys.has(key ?? '') ? 'Missing key' : undefined
  }

  const udp = createSocket({ type: family === 4 ? 'udp4' : 'udp6' })
  udp.on('message', (packet, { address, port }) => {
    const action = packet.readUInt32BE(8)
    const times = (asked.get(`${action}`) ?? 0) + 1
    asked.set(`${action}`, times)
    if (times <= (wrong.loses ?? 0)) return
    const send = (kind: number, ...body: ReadonlyArray<Buffer>): void => {
      const head = Buffer.alloc(8)
      head.writeUInt32BE(kind)
      packet.copy(head, 4, 12, 16)
      const answer = Buffer.concat([head, ...body])
      udp.send(wrong.answers?.(answer) ?? answer, port, address)
    }
    const numbers = (...all: ReadonlyArray<number>): Buffer => {
      const bytes = Buffer.alloc(4 * all.length)
      for (const [index, one] of all.entries()) bytes.writeUInt32BE(one, index * 4)
      return bytes
    }
    if (action === 0) return send(0, Buffer.from('0102030405060708', 'hex'))
    const hash = packet.toString('hex', 16, 36)
    if (packet.toString('hex', 0, 8) !== '0102030405060708') return send(3, Buffer.from('wrong connection'))
    if (action === 2) return send(2, numbers(0, 0, swarms.get(hash)?.size ?? 0))
    const why = refusal(hash, undefined)
    if (why !== undefined) return send(3, Buffer.from(why))
    const event = packet.readUInt32BE(80) === 3 ? 'stopped' : 'started'
    const peers = take(hash, packet.toString('hex', 36, 56), address, packet.readUInt16BE(96), event)
    send(1, numbers(300, swarms.get(hash)?.size ?? 0, 0), ...peers.map(family === 6 || wrong.wide ? wide : narrow))
  })
  await new Promise<void>(done => udp.bind(0, loopback, done))

  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x')
    const [, what = '', key] = url.pathname.split('/')
    const bytesOf = (name: string): Buffer =>
      Buffer.from((new RegExp(`[?&]${name}=([^&]*)`).exec(request.url ?? '')?.[1] ?? '').replace(/%/g, ''), 'hex')
    const hash = bytesOf('info_hash').toString('hex')
    const say = (...parts: ReadonlyArray<string | Buffer>): void => {
      const body = Buffer.concat(parts.map(part => Buffer.from(part as string)))
      response.end(wrong.answers?.(body) ?? body)
    }
    const why = refusal(hash, key)
    if (what === 'scrape') {
      return say(
        'd5:filesd20:',
        Buffer.from(hash, 'hex'),
        `d8:completei0e10:downloadedi0e10:incompletei${why === undefined ? (swarms.get(hash)?.size ?? 0) : 0}eeee`,
      )
    }
    if (why !== undefined) return say(`d14:failure reason${why.length}:${why}e`)
    const from = (request.socket.remoteAddress ?? '').replace('::ffff:', '')
    const peers = take(
      hash,
      bytesOf('peer_id').toString('hex'),
      from,
      Number(url.searchParams.get('port')),
      url.searchParams.get('event') ?? '',
    )
    const own = Buffer.concat(peers.map(family === 6 || wrong.wide ? wide : narrow))
    say(
      `d8:completei0e10:incompletei${swarms.get(hash)?.size ?? 0}e8:intervali300e12:min intervali60e`,
      family === 6 ? '5:peers0:6:peers6' : '5:peers',
      `${own.length}:`,
      own,
      'e',
    )
  })
  await new Promise<void>(done => http.listen(0, loopback, done))

  const TOKEN = 'a token & more'
  const api = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x')
    const [, , , what = '', which = ''] = url.pathname.split('/')
    const end = (status: number, body: unknown = { status: 'ok' }): void => {
      response.statusCode = status
      response.end(JSON.stringify(body))
    }
    if (url.searchParams.get('token') !== TOKEN) return end(500, 'token not valid')
    log.push(`${request.method} ${what}`)
    if (what === 'whitelist') listed[request.method === 'POST' ? 'add' : 'delete'](which)
    if (what === 'key' && wrong.keepsKeys) return end(500, 'failed to delete key')
    if (what === 'key') keys.delete(which)
    if (what === 'keys') {
      keys.add('abc')
      return end(200, { key: 'abc', valid_until: 60 })
    }
    if (what !== 'torrent') return end(200)
    const peers = [...(swarms.get(which)?.values() ?? [])].map(({ address, port }) => ({
      peer_addr: `${address.includes(':') ? `[${address}]` : address}:${port}`,
    }))
    end(200, { info_hash: which, peers })
  })
  await new Promise<void>(done => api.listen(0, loopback, done))

  const portOf = (server: { address(): string | AddressInfo | null }): number => (server.address() as AddressInfo).port
  return {
    token: TOKEN,
    udp: portOf(udp),
    http: portOf(http),
    api: portOf(api),
    needs,
    log,
    /** What it still knows. */
    left: () => ({ torrents: swarms.size, listed: listed.size, keys: keys.size }),
    close: () => {
      udp.close()
      http.close()
      api.close()
    },
  }
}
export type StandIn = Awaited<ReturnType<typeof standIn>>
