import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Channel, Provider } from '../../../engine/channel.js'
import { type Hosts, type LxdSection, lxd } from '../../../providers/lxd/index.js'
import { E } from '../../../specs/fp.js'

/** One answer of a server, as it was. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly etag?: string
  readonly body: unknown
}
export interface Asked {
  readonly method: string
  readonly path: string
  readonly match: string | undefined
  readonly body: unknown
}
export interface Replay {
  readonly socket: string
  readonly asked: ReadonlyArray<Asked>
  close(): void
}

/** Answers the same question as it was answered the first time, then the second; the last answer stays. */
export const replay = async (exchanges: ReadonlyArray<Exchange>): Promise<Replay> => {
  const queues = new Map<string, Exchange[]>()
  for (const exchange of exchanges) {
    const key = `${exchange.method} ${exchange.path}`
    queues.set(key, [...(queues.get(key) ?? []), exchange])
  }
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const { method = 'GET', url: path = '/', headers } = request
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const text = Buffer.concat(parts).toString('utf8')
    asked.push({ method, path, match: headers['if-match'], body: text === '' ? undefined : JSON.parse(text) })
    const queue = queues.get(`${method} ${path}`) ?? []
    const exchange = (queue.length > 1 ? queue.shift() : queue[0]) ?? { ...NOT_FOUND, method, path }
    response.writeHead(exchange.status, exchange.etag === undefined ? {} : { etag: exchange.etag }).end(JSON.stringify(exchange.body))
  })
  const socket = join(mkdtempSync(join(tmpdir(), 'lxd-')), 'unix.socket')
  await new Promise<void>(done => server.listen(socket, done))
  return {
    socket,
    asked,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

const NOT_FOUND = { status: 404, body: { type: 'error', error_code: 404, error: 'Not Found', metadata: null } }

/** Machines get what the batch says, and no key of their own. */
const strangers: Hosts = { given: (_, userData) => async () => E.right(userData), forgotten: () => {} }

const nobody: Channel = {
  look: () => Promise.reject(new Error('no host is spoken to here')),
  act: () => Promise.reject(new Error('no host is spoken to here')),
  close: async () => {},
}

/** A clock that only goes on while somebody sleeps. */
export const lxdAt = (
  section: LxdSection,
  env: { readonly [name: string]: string } = {},
  home = '/nowhere',
  environment?: string,
): Provider => {
  let at = 0
  return lxd({
    section,
    ...(environment !== undefined && { environment }),
    connect: () => nobody,
    hosts: strangers,
    home: { home, env },
    now: () => at,
    sleep: async ms => {
      at += ms
    },
  })
}
