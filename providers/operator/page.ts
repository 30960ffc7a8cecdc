import { type IncomingMessage, request as plain } from 'node:http'
import { request as overTls } from 'node:https'
import type { Family } from './peer.js'
import { Silent, silenceOf } from './silent.js'

/** Where pages are asked for: an address, or a socket of this machine that leads there. */
export type Door =
  | { readonly address: string; readonly port: number; readonly family: Family; readonly scheme?: 'http' | 'https' }
  | { readonly socket: string }

export interface Page {
  readonly status: number
  readonly body: Buffer
  /** From which address of this machine it was asked. */
  readonly local: string
}
export interface Asking {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly json?: unknown
}

const PATIENCE_MS = 5_000
/** Longer is no answer to any of our questions. */
const LONGEST = 1024 * 1024

/** One page, over a connection of its own. */
export const page = (door: Door, path: string, { method = 'GET', json }: Asking = {}): Promise<Page> =>
  new Promise((resolve, reject) => {
    const family = 'family' in door ? door.family : undefined
    /** Whoever leads there accepts first and cuts when it finds nobody. */
    const failed = (cause: Error): void =>
      reject('socket' in door && !(cause instanceof Silent) ? new Silent('nothing answers there on the host') : silenceOf(cause, family))
    const body = json === undefined ? undefined : JSON.stringify(json)
    const headers = {
      host: 'family' in door ? hostOf(door) : '127.0.0.1',
      connection: 'close',
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    }
    const to = 'socket' in door ? { socketPath: door.socket } : { host: door.address, port: door.port, family: door.family }
    const ask = 'scheme' in door && door.scheme === 'https' ? overTls : plain
    const asked = ask({ ...to, path, method, headers, agent: false, timeout: PATIENCE_MS }, answer => {
      whole(answer).then(body => resolve({ status: answer.statusCode ?? 0, body, local: asked.socket?.localAddress ?? '' }), failed)
    })
    const late = setTimeout(() => asked.destroy(new Silent(`no answer in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS)
    asked.on('close', () => clearTimeout(late))
    asked.on('error', failed)
    asked.end(body)
  })

const whole = async (answer: IncomingMessage): Promise<Buffer> => {
  const parts: Array<Buffer> = []
  let length = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    length += part.length
    if (length > LONGEST) throw new Silent('its answer has no end')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

const hostOf = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`
