import { X509Certificate } from 'node:crypto'
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { PeerCertificate } from 'node:tls'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, E } from '../../specs/fp.js'
import { type Endpoint, placeOf, type Remote } from './endpoint.js'
import { openStream, type Pick, type Stream } from './stream.js'

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  /** Only if the thing is still as it was when it had this tag. */
  readonly match?: string
}
export interface Response {
  readonly status: number
  readonly etag?: string
  readonly body: string
}
/** One request after the other over connections that are kept. */
export interface Wire {
  readonly place: string
  send(request: Request): Attempt<Response>
  /** What the server says by itself, over a connection of its own; undefined: nothing can be heard. */
  listen<A>(path: string, pick: Pick<A>): Promise<Stream<A> | undefined>
  close(): void
}

/** A daemon that says nothing for so long is not there. */
const SILENCE_MS = 90_000
export const SILENT = 'no answer within'
const CONNECT_MS = 10_000

export const wireTo = (endpoint: Endpoint): Wire => {
  const agent = endpoint.is === 'socket' ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true, ...trustOf(endpoint) })
  const begin = endpoint.is === 'socket' ? httpRequest : httpsRequest
  const base: RequestOptions =
    endpoint.is === 'socket' ? { socketPath: endpoint.path, host: 'lxd' } : { host: bare(endpoint.url), port: endpoint.url.port || 443 }
  const send = ({ method, path, body, match }: Request): Attempt<Response> => {
    const content = body === undefined ? '' : JSON.stringify(body)
    const headers = {
      ...(content !== '' && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
      ...(match !== undefined && { 'if-match': match }),
    }
    return () =>
      new Promise(settle => {
        const broken = (cause: NodeJS.ErrnoException): void => settle(E.left(faultOf(cause, endpoint)))
        const sent = begun(() => begin({ ...base, agent, method, path, headers }, answer => collect(answer, broken, settle)), broken)
        if (sent === undefined) return
        sent.setTimeout(SILENCE_MS, () => sent.destroy(new Error(`${SILENT} ${SILENCE_MS / 1000} s`)))
        sent.on('socket', socket => giveUpAfter(CONNECT_MS, socket, sent))
        sent.on('error', broken)
        sent.end(content)
      })
  }
  const listen = <A>(path: string, pick: Pick<A>): Promise<Stream<A> | undefined> => {
    const where = endpoint.is === 'socket' ? { socket: endpoint.path, path } : { url: endpoint.url, trust: trustOf(endpoint), path }
    return openStream(where, pick, CONNECT_MS)
  }
  return { place: placeOf(endpoint), send, listen, close: () => agent.destroy() }
}

/** Certificates and keys that are none are only noticed here. */
const begun = (begin: () => ClientRequest, broken: (cause: Error) => void): ClientRequest | undefined => {
  try {
    return begin()
  } catch (cause) {
    broken(cause as Error)
    return undefined
  }
}

/** A machine that is not there answers nothing at all, and the system waits for minutes. */
const giveUpAfter = (ms: number, socket: Socket, sent: ClientRequest): void => {
  if (!socket.connecting) return
  const timer = setTimeout(() => sent.destroy(new Error(`no connection within ${ms / 1000} s`)), ms)
  for (const over of ['connect', 'close']) socket.once(over, () => clearTimeout(timer))
}

const collect = (answer: IncomingMessage, broken: (cause: Error) => void, settle: (response: E.Either<Fault, Response>) => void): void => {
  const parts: Array<Buffer> = []
  const { etag } = answer.headers
  answer.on('data', (part: Buffer) => parts.push(part))
  answer.on('error', broken)
  answer.on('end', () =>
    settle(E.right({ status: answer.statusCode ?? 0, ...(etag !== undefined && { etag }), body: Buffer.concat(parts).toString('utf8') })),
  )
}

const bare = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

/** A certificate that is known beforehand counts itself, whatever names it has. */
const trustOf = ({ certificate, key, pinned }: Remote) => ({
  cert: certificate,
  key,
  ...(pinned !== undefined && {
    ca: pinned,
    checkServerIdentity: (_: string, { raw }: PeerCertificate) =>
      raw.equals(new X509Certificate(pinned).raw) ? undefined : new Error('it shows another certificate than the one that is known'),
  }),
})

const UNTRUSTED = /CERT|SIGNATURE|SELF_SIGNED|TLS|SSL|PEM|X509|known/

const faultOf = ({ code = '', message }: NodeJS.ErrnoException, endpoint: Endpoint): Fault => {
  const place = placeOf(endpoint)
  const isSocket = endpoint.is === 'socket'
  if (isSocket && (code === 'EACCES' || code === 'EPERM')) {
    return { code: 'LXD_FORBIDDEN', socket: place, group: place.includes('incus') ? 'incus-admin' : 'lxd' }
  }
  if (isSocket && code === 'ENOENT') return { code: 'LXD_MISSING', places: [place] }
  if (code === 'ECONNREFUSED') return { code: 'LXD_DOWN', at: place, why: 'the connection was refused' }
  if (!isSocket && UNTRUSTED.test(`${code} ${message}`)) return { code: 'LXD_UNTRUSTED', url: place, why: message }
  return { code: 'UNREACHABLE', host: place, why: message }
}
