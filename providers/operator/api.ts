import { randomBytes } from 'node:crypto'
import { type Door, page } from './page.js'
import { canonical, type Peer } from './peer.js'
import { Silent } from './silent.js'

/** The tracker's own API, as whoever has its token uses it. */
export interface Api {
  /** Until `unlist` the torrent may be announced on a tracker with a whitelist. */
  list(hash: Buffer): Promise<void>
  unlist(hash: Buffer): Promise<void>
  /** A key for a minute at most. */
  makeKey(): Promise<string>
  removeKey(key: string): Promise<void>
  peersOf(hash: Buffer): Promise<ReadonlyArray<Peer>>
}

const KEY_SECONDS = 60

export const apiAt = (door: Door, token: string): Api => {
  const asked = async (method: 'GET' | 'POST' | 'DELETE', what: string, json?: unknown): Promise<unknown> => {
    const { status, body } = await page(door, withToken(`/api/v1/${what}`, token), { method, ...(json !== undefined && { json }) }).catch(
      (cause: Error) => {
        throw new Silent(`its API: ${cause.message}`)
      },
    )
    const text = body.toString('utf8')
    if (status !== 200) throw new Silent(`its API answers ${status} to ${method} ${what.split('/')[0]}${reasonIn(text, token)}`)
    return json === undefined && method !== 'GET' ? undefined : parsed(text)
  }
  return {
    list: async hash => {
      await asked('POST', `whitelist/${hash.toString('hex')}`)
    },
    unlist: async hash => {
      await asked('DELETE', `whitelist/${hash.toString('hex')}`)
    },
    makeKey: async () => {
      const made = (await asked('POST', 'keys', { key: null, seconds_valid: KEY_SECONDS })) as { readonly key?: unknown }
      if (typeof made?.key !== 'string') throw new Silent('its API makes keys that cannot be read')
      return made.key
    },
    removeKey: async key => {
      // 3.0.0 can't, on MySQL: its statement lacks quotes. The key ends by itself.
      await asked('DELETE', `key/${key}`).catch(() => undefined)
    },
    peersOf: async hash => {
      const torrent = (await asked('GET', `torrent/${hash.toString('hex')}`)) as { readonly peers?: unknown }
      const peers: ReadonlyArray<unknown> = Array.isArray(torrent?.peers) ? torrent.peers : []
      return peers.flatMap(peer => peerIn((peer as { readonly peer_addr?: unknown }).peer_addr))
    },
  }
}

/** What the API says of itself, without what it was asked with. */
const reasonIn = (text: string, token: string): string => {
  const [line = ''] = text.split('\n')
  return line === '' || line.includes(token) ? '' : `: ${line.slice(0, 100)}`
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Silent('its API does not answer in JSON')
  }
}

const peerIn = (written: unknown): ReadonlyArray<Peer> => {
  const [, address, port] = /^\[?([0-9a-fA-F.:]+?)\]?:(\d+)$/.exec(String(written)) ?? []
  return address === undefined ? [] : [{ address: canonical(address), port: Number(port) }]
}

export const withToken = (path: string, token: string): string => `${path}?token=${encodeURIComponent(token)}`

/** Whether a page opens to the right token, and to a wrong one. */
export const tokenAnswer = async (door: Door, path: string, token: string) => {
  const began = performance.now()
  const { status } = await page(door, withToken(path, token))
  const milliseconds = Math.round(performance.now() - began)
  const wrong = await page(door, withToken(path, randomBytes(16).toString('hex')))
  return { right: isOk(status), wrong: isOk(wrong.status), status, milliseconds }
}

const isOk = (status: number): boolean => status >= 200 && status < 300
