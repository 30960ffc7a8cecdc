import { type Attempt, attempt, need } from '../../specs/fp.js'
import type { Reply } from './api.js'
import type { Operation } from './shapes.js'
import type { Stream } from './stream.js'
import type { Request } from './wire.js'

/** Hears how far an operation is. */
export type Tell = (progress: string) => void

export interface Server {
  ask<A>(request: Request): Attempt<Reply<A>>
  /** Events about one operation; undefined: there are none to be had. */
  listen(id: string): Promise<Stream<Operation> | undefined>
}

/** Of one wait where there are no events, so that progress is told in between, and of silence where there are. */
const SECONDS = 5

/**
 * Its events say how far it is and that it has ended. It is asked for once they can be heard, since it may have ended before, and
 * whenever they are silent. Where there are none, or no more, LXD is asked to answer when it has ended, as often as it takes.
 */
export const waitForOperation = (id: string, { ask, listen }: Server, tell: Tell = () => {}): Attempt<Reply<Operation | undefined>> =>
  attempt(async () => {
    const stream = await listen(id)
    const at = `/1.0/operations/${id}`
    const asked = (): Attempt<Reply<Operation>> => ask({ method: 'GET', path: stream?.isOpen ? at : `${at}/wait?timeout=${SECONDS}` })
    try {
      let reply = await need(asked())
      for (let before = ''; ; ) {
        if (reply.is === 'refused') return reply.gone ? { is: 'done', value: undefined } : reply
        if (!isUnderWay(reply.value)) return endOf(reply.value)
        const progress = progressOf(reply.value) ?? before
        if (progress !== before) tell(progress)
        before = progress
        const said: Operation | undefined = await stream?.next(SECONDS * 1000)
        reply = said === undefined ? await need(asked()) : { is: 'done', value: said }
      }
    } finally {
      stream?.close()
    }
  })

export const isUnderWay = ({ status }: Operation): boolean => ['Pending', 'Running', 'Cancelling'].includes(status)

const endOf = (operation: Operation): Reply<Operation> =>
  operation.status === 'Success' ? { is: 'done', value: operation } : { is: 'refused', gone: false, moved: false, why: operation.err }

/** Of one event, as the server wrote it. */
export const operationIn =
  (id: string) =>
  (event: string): Operation | undefined => {
    const { metadata } = readEvent(event)
    return metadata?.id === id ? metadata : undefined
  }

const readEvent = (event: string): { readonly metadata?: Operation } => {
  try {
    return JSON.parse(event) as { readonly metadata?: Operation }
  } catch {
    return {}
  }
}

/** What is done first stands in the answer to the end, beside what is done now. */
const STAGES = [
  { key: 'create_instance_from_image_unpack_progress', words: 'unpacking the image' },
  { key: 'download_progress', words: 'downloading the image' },
] as const

/** Without the speed, which is another one each time. */
export const progressOf = ({ metadata }: Pick<Operation, 'metadata'>): string | undefined => {
  for (const { key, words } of STAGES) {
    const [, percent] = /(\d+)\s*%/.exec(String(metadata?.[key] ?? '')) ?? []
    if (percent !== undefined) return `${words}, ${percent} %`
  }
  const [, other] = Object.entries(metadata ?? {}).find(([key, value]) => key.endsWith('_progress') && value !== '') ?? []
  return typeof other === 'string' ? `${other.slice(0, 1).toLowerCase()}${other.slice(1)}` : undefined
}
