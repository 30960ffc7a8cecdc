import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, E, fail, need } from '../../specs/fp.js'
import { operationIn, type Tell, waitForOperation } from './operation.js'
import type { Operation } from './shapes.js'
import { type Request, type Response, SILENT, type Wire } from './wire.js'

/** What LXD said to something that was asked of it. */
export type Reply<A> =
  | { readonly is: 'done'; readonly value: A; readonly etag?: string }
  /** It did not do it. `gone`: there is no such thing; `moved`: it is no longer as the tag says. */
  | { readonly is: 'refused'; readonly gone: boolean; readonly moved: boolean; readonly why: string }

export interface Api {
  readonly place: string
  /** Undefined: there is no such thing. */
  find<A>(path: string): Attempt<A | undefined>
  /** What always is there. */
  get<A>(path: string): Attempt<A>
  ask<A>(request: Request): Attempt<Reply<A>>
  /** Asks, and waits until the operation that this began has ended. */
  carryOut(request: Request, tell?: Tell): Attempt<Reply<Operation | undefined>>
  /** An operation that failed is refused: LXD says so of the operation, Incus of the waiting. Undefined: it ended, and nobody knows how. */
  waitFor(id: string, tell?: Tell): Attempt<Reply<Operation | undefined>>
  /** Operations that were begun here and go on. */
  readonly own: ReadonlySet<string>
  /** The same server, which may go away for a while from now on: its daemon is started again, and what only asks asks again. */
  patient(sleep: Sleep): Api
  /** The same server, and all that is asked from then on of this project. */
  in(project: string | undefined): Api
  close(): void
}
type Sleep = (ms: number) => Promise<void>

interface Envelope {
  readonly type: 'sync' | 'async' | 'error'
  readonly error_code: number
  readonly error: string
  readonly metadata: unknown
}

/** Everything is asked of one project. */
export const apiOver = (wire: Wire, project: string | undefined, sleep?: Sleep, own = new Set<string>()): Api => {
  const within = (path: string): string =>
    project === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}project=${encodeURIComponent(project)}`

  const ask = <A>(request: Request): Attempt<Reply<A>> =>
    attempt(async () => {
      const { status, etag, body } = await need(sent({ ...request, path: within(request.path) }, wire, sleep))
      const envelope = envelopeOf(body)
      if (envelope === undefined) return need(failed(`${request.path} answered ${status} and no JSON`))
      if (envelope.type !== 'error') return { is: 'done', value: envelope.metadata as A, ...(etag !== undefined && { etag }) }
      const code = envelope.error_code || status
      if (code === 403)
        return need(fail({ code: 'LXD_UNTRUSTED', url: wire.place, why: `${request.method} ${request.path} is not permitted` }))
      return { is: 'refused', gone: code === 404, moved: code === 412, why: envelope.error }
    })

  const find = <A>(path: string): Attempt<A | undefined> =>
    attempt(async () => {
      const reply = await need(ask<A>({ method: 'GET', path }))
      if (reply.is === 'done') return reply.value
      return reply.gone ? undefined : need(failed(reply.why))
    })

  const get = <A>(path: string): Attempt<A> => attempt(async () => (await need(find<A>(path))) ?? need(failed(`${path} is not there`)))

  const listen = (id: string) => wire.listen(within('/1.0/events?type=operation'), operationIn(id))

  const waitFor = (id: string, tell?: Tell): Attempt<Reply<Operation | undefined>> => waitForOperation(id, { ask, listen }, tell)

  const carryOut = (request: Request, tell?: Tell): Attempt<Reply<Operation | undefined>> =>
    attempt(async () => {
      const begun = await need(ask<Operation | null>(request))
      if (begun.is === 'refused') return begun
      const id = begun.value?.id
      if (id === undefined) return { is: 'done', value: undefined }
      own.add(id)
      return need(waitFor(id, tell)).finally(() => own.delete(id))
    })

  return {
    place: wire.place,
    find,
    get,
    ask,
    carryOut,
    waitFor,
    own,
    patient: how => apiOver(wire, project, how, own),
    in: other => apiOver(wire, other, sleep, own),
    close: wire.close,
  }
}

const AWAY_TRIES = 30
const AWAY_PAUSE_MS = 1000

/** What changes something is not said twice here: it may have been heard. */
const sent = (request: Request, wire: Wire, sleep: Sleep | undefined): Attempt<Response> =>
  attempt(async () => {
    for (let tries = request.method === 'GET' && sleep !== undefined ? AWAY_TRIES : 0; ; tries--) {
      const answer = await wire.send(request)()
      if (E.isRight(answer) || !isAway(answer.left) || tries === 0) return need(answer)
      await sleep?.(AWAY_PAUSE_MS)
    }
  })

/** A daemon that is there and says nothing is not away: it hangs. */
export const isAway = (fault: Fault): boolean =>
  fault.code === 'LXD_DOWN' || fault.code === 'LXD_MISSING' || (fault.code === 'UNREACHABLE' && !fault.why.startsWith(SILENT))

const failed = (why: string) => fail({ code: 'PROVIDER_FAILED', provider: 'lxd', why } satisfies Fault)

const envelopeOf = (body: string): Envelope | undefined => {
  try {
    const read: unknown = JSON.parse(body)
    return typeof read === 'object' && read !== null && 'type' in read ? (read as Envelope) : undefined
  } catch {
    return undefined
  }
}
