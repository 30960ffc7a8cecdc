import { type Attempt, attempt, E, fail, need } from '../specs/fp.js'
import type { SecretReader } from '../state/index.js'
import type { Context } from './context.js'
import type { Opened } from './environment.js'
import { type Generated, isLater, lookupOf, refsOf } from './secrets.js'
import { readState } from './state.js'

/** What somebody who looks at a host must not be shown. */
export interface KnownSecrets {
  /** Of generated ones also those of older versions: logs are older than the state. */
  readonly values: ReadonlyArray<string>
  /** Names of those that cannot be had here, so that nobody can look for them. */
  readonly missing: ReadonlyArray<string>
}

export const knownSecrets = (opened: Opened, context: Context): Attempt<KnownSecrets> =>
  attempt(async () => {
    const state = need(readState(context, opened.folder))
    try {
      const { environment } = opened.wish
      const lookup = lookupOf(opened, context, keptIn(state.secrets, environment))
      const names = [...refsOf(opened).keys()].filter(name => !isLater(opened, name))
      const had = await Promise.all(names.map(async name => ({ name, value: await lookup(name)() })))
      return {
        values: [
          ...new Set([...had.flatMap(({ value }) => (E.isRight(value) ? [value.right] : [])), ...everKept(state.secrets, environment)]),
        ],
        missing: had.filter(({ value }) => E.isLeft(value)).map(({ name }) => name),
      }
    } finally {
      state.close()
    }
  })

const keptIn =
  (secrets: SecretReader, environment: string): Generated =>
  (name, _length, version) => {
    const kept = secrets.peek({ environment, name, version })
    if (E.isLeft(kept)) return kept
    return kept.right === undefined ? fail({ code: 'SECRET_LOST', secret: name }) : E.right(kept.right)
  }

const everKept = (secrets: SecretReader, environment: string): ReadonlyArray<string> => {
  const entries = secrets.list(environment)
  return (E.isRight(entries) ? entries.right : []).flatMap(({ name, version }) => {
    const kept = secrets.peek({ environment, name, version })
    return E.isRight(kept) && kept.right !== undefined ? [kept.right] : []
  })
}
