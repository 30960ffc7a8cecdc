import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Fault } from './fault.js'

export { E, pipe, TE }
export type Either<L, A> = E.Either<L, A>

/** What may fail, and only in ways that `Fault` names. Nothing happens before it is called. */
export type Attempt<A> = TE.TaskEither<Fault, A>

class Unmet extends Error {
  constructor(readonly fault: Fault) {
    super(fault.code)
  }
}

/** Makes a fault without widening its code to `string`. */
export const fail = (fault: Fault): Either<Fault, never> => E.left(fault)

/** Inside `attempt` only: the value, or the end of the attempt with its fault. */
export function need<A>(one: Either<Fault, A>): A
export function need<A>(one: Attempt<A>): Promise<A>
export function need<A>(one: Either<Fault, A> | Attempt<A>): A | Promise<A> {
  if (typeof one === 'function') return one().then(met)
  return met(one)
}

const met = <A>(one: Either<Fault, A>): A => {
  if (E.isLeft(one)) throw new Unmet(one.left)
  return one.right
}

/** Straight-line code with `need`; a bug still throws. */
export const attempt =
  <A>(body: () => Promise<A>): Attempt<A> =>
  () =>
    body().then(E.right, reason)

/** The same for code that waits for nothing. */
export const attemptNow = <A>(body: () => A): Either<Fault, A> => {
  try {
    return E.right(body())
  } catch (cause) {
    return reason(cause)
  }
}

const reason = (cause: unknown): Either<Fault, never> => {
  if (cause instanceof Unmet) return E.left(cause.fault)
  throw cause
}
