import type { Fault } from '../specs/fault.js'
import type { Context } from './context.js'

/** While something changes the world: the first signal asks it to end after the current step, the second ends the process. */
export interface Interrupt {
  readonly stop: AbortSignal
  release(): void
}

/** Heard before anything began. */
export const untouched = (environment: string, again: string): Fault => ({
  code: 'INTERRUPTED',
  environment,
  done: 0,
  leftOff: [],
  notBegun: 0,
  again,
})

export const listen = (context: Context, onHard: () => void = () => {}): Interrupt => {
  const controller = new AbortController()
  const release = context.onInterrupt(() => {
    if (!controller.signal.aborted) return controller.abort()
    onHard()
    context.exit(130)
  })
  return { stop: controller.signal, release }
}
