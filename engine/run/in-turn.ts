import type { Event } from '../channel.js'
import type { Root } from '../routes.js'
import type { Part } from './batches.js'

/** By host: whoever had the package manager last has given it up when this settles. */
export type Queues = Map<Root, Promise<unknown>>

/**
 * Steps of the package manager never overlap on one host. Whoever waits for it has it as soon as the last step that needs it is
 * done, while what else is in that batch goes on.
 */
export const inTurn = <A>(
  { root, steps }: Pick<Part, 'root' | 'steps'>,
  queues: Queues,
  body: (heard: (event: Event) => void) => Promise<A>,
): Promise<A> => {
  const last = steps.findLastIndex(({ mutex }) => mutex === 'packages')
  if (last === -1) return body(() => undefined)
  const before = queues.get(root) ?? Promise.resolve()
  let free: () => void = () => undefined
  const freed = new Promise<void>(resolve => {
    free = resolve
  })
  queues.set(root, freed)
  return before.then(() => body(({ is, step }) => (is === 'done' && step === last ? free() : undefined))).finally(free)
}
