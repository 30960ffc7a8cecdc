import { connect } from 'node:net'
import type { ClientOptions, WebSocket } from 'ws'

/** What a server says by itself, from the moment on that this is there. */
export interface Stream<A> {
  /** The oldest that nobody has taken, now or once it is said; undefined: silence for so long, or the stream has broken off. */
  next(ms: number): Promise<A | undefined>
  readonly isOpen: boolean
  close(): void
}
/** Of one message; undefined: it is about something else. */
export type Pick<A> = (text: string) => A | undefined

export type Where =
  | { readonly socket: string; readonly path: string }
  | { readonly url: URL; readonly trust: object; readonly path: string }

/** Undefined: there is none to be had, whatever the reason. */
export const openStream = async <A>(where: Where, pick: Pick<A>, patienceMs: number): Promise<Stream<A> | undefined> => {
  const { WebSocket: Client } = await import('ws')
  const usual: ClientOptions = { handshakeTimeout: patienceMs, perMessageDeflate: false, followRedirects: false }
  const line =
    'socket' in where
      ? new Client(`ws://lxd${where.path}`, { ...usual, createConnection: () => connect(where.socket) })
      : new Client(`wss://${where.url.host}${where.path}`, { ...usual, ...where.trust })
  const stream = streamOver(line, pick)
  const isOpen = await new Promise<boolean>(settle => {
    line.once('open', () => settle(true))
    line.once('close', () => settle(false))
  })
  return isOpen ? stream : undefined
}

const streamOver = <A>(line: WebSocket, pick: Pick<A>): Stream<A> => {
  const heard: A[] = []
  let wake = (): void => {}
  line.on('message', text => {
    const picked = pick(String(text))
    if (picked === undefined) return
    heard.push(picked)
    wake()
  })
  line.on('close', () => wake())
  // Its close follows, and is all that anybody needs to know.
  line.on('error', () => {})
  const isOpen = (): boolean => line.readyState === line.OPEN
  return {
    next: async ms => {
      if (heard.length === 0 && isOpen()) {
        await wokenWithin(ms, woken => {
          wake = woken
        })
      }
      return heard.shift()
    },
    get isOpen() {
      return isOpen()
    },
    close: () => line.terminate(),
  }
}

const wokenWithin = (ms: number, tell: (woken: () => void) => void): Promise<void> =>
  new Promise(done => {
    const timer = setTimeout(done, ms)
    tell(() => {
      clearTimeout(timer)
      done()
    })
  })
