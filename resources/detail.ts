import type { Asks, Detail } from '../engine/contract.js'
import type { Json } from '../specs/json.js'

type Container = Asks['container']

/** Of a container, for programs. */
export const containerData = ({ image, running, health, restarts }: Container): { readonly [name: string]: Json } => {
  const [reference = '', digest] = image.split('@')
  return { image: reference, ...(digest !== undefined && { digest }), running, health, restarts }
}

/** Its first digits tell it from others. */
const DIGEST = /(@sha256:[0-9a-f]{8})[0-9a-f]+$/

/** `mysql:8.4@sha256:5ee2ec5b, healthy, restarted 2 times`. */
export const containerWords = ({ image, health, restarts }: Container): string =>
  [
    image.replace(DIGEST, '$1'),
    ...(health === 'none' ? [] : [health]),
    ...(restarts === 0 ? [] : [`restarted ${restarts === 1 ? 'once' : `${restarts} times`} by itself`]),
  ].join(', ')

/** A service of ours: what it is, and its container. */
export const serviceDetail = (says: string, container: Container | undefined): Detail =>
  container === undefined
    ? { says }
    : { says: [containerWords(container), ...says.split(', ').slice(1)].join(', '), data: { container: containerData(container) } }

/** A service that is a part of something. */
export const partOf = (name: string, container: Container | undefined): NonNullable<Detail['parts']>[number] => {
  if (container === undefined) return { name, state: 'down', says: 'no container' }
  const state = !container.running ? 'down' : container.health === 'unhealthy' ? 'failing' : 'ok'
  return { name, state, says: containerWords(container), data: containerData(container) }
}
