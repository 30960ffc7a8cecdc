import type { Planned } from '../engine/plan/plan.js'
import { readBack } from '../engine/read-back.js'
import type { Fault } from '../specs/fault.js'
import { attemptNow, E, type Either, need } from '../specs/fp.js'
import type { SecretReader, Secrets } from '../state/index.js'
import type { Opened } from './environment.js'
import { type Generated, generatedOrPlaceholder, isLater, refsOf } from './secrets.js'

/** Generated secrets as they stand on hosts, for a state that does not have them. */
export type Standing = ReadonlyMap<string, string>

/** A generated secret that this version uses and the state does not have. */
export interface Unsealed {
  readonly secret: string
  readonly version: number
  /** It had it once: what uses it was applied. */
  readonly lost: boolean
}

export const unsealedIn = (opened: Opened, secrets: SecretReader): ReadonlyArray<Unsealed> =>
  [...refsOf(opened).values()].flatMap(({ secret, from }) => {
    if (!('generate' in from) || isLater(opened, secret)) return []
    const { version } = from
    const kept = secrets.peek({ environment: opened.wish.environment, name: secret, version })
    const lost = isLost(kept)
    return lost || (E.isRight(kept) && kept.right === undefined) ? [{ secret, version, lost }] : []
  })

const isLost = (kept: Either<Fault, unknown>): boolean => E.isLeft(kept) && kept.left.code === 'SECRET_LOST'

/** For a look that may find what was lost. */
export const placeholders = (secrets: SecretReader, environment: string): Generated => {
  const peek: SecretReader['peek'] = id => {
    const kept = secrets.peek(id)
    return isLost(kept) ? E.right(undefined) : kept
  }
  return generatedOrPlaceholder({ ...secrets, peek }, environment)
}

/** From now on the state has them; which ones. */
export const sealStanding = (standing: Standing = new Map(), opened: Opened, secrets: Secrets): Either<Fault, ReadonlyArray<string>> =>
  attemptNow(() =>
    unsealedIn(opened, secrets).flatMap(({ secret: name, version }) => {
      const clear = standing.get(name)
      if (clear === undefined) return []
      need(secrets.keep({ environment: opened.wish.environment, name, version }, clear))
      return [name]
    }),
  )

interface Lacking {
  readonly opened: Opened
  readonly secrets: SecretReader
  readonly generated: Generated
  /** `generated` makes what is not there yet. */
  readonly makes: boolean
  /** What a look before this one found. */
  readonly standing: Standing | undefined
}

/** What the state lacks is asked of hosts, before anything is made in its place. */
export const lookKnowing = async <S extends { readonly planned: Planned }>(
  look: (generated: Generated, standing: ReadonlyArray<string>) => Promise<S>,
  { opened, secrets, generated, makes, standing }: Lacking,
): Promise<{ readonly seen: S; readonly standing: Standing }> => {
  const again = async (found: Standing) => ({ seen: await look(standingFirst(found, generated), [...found.keys()]), standing: found })
  const unsealed = standing === undefined ? unsealedIn(opened, secrets) : []
  if (unsealed.length === 0) return again(standing ?? new Map())
  const first = await look(placeholders(secrets, opened.wish.environment), [])
  const found = await readBack(first.planned, unsealed)
  if (found.size === 0 && !makes && !unsealed.some(({ lost }) => lost)) return { seen: first, standing: found }
  await first.planned.links.close()
  return again(found)
}

/** What stands on a host is neither made nor missed. */
const standingFirst =
  (standing: Standing, otherwise: Generated): Generated =>
  (secret, length, version) => {
    const clear = standing.get(secret)
    return clear === undefined ? otherwise(secret, length, version) : E.right(clear)
  }
