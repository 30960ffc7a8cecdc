import type { Said } from './run.js'

type Value = { readonly [key: string]: unknown }
/** A difference that is nobody's fault, and what is left of an answer when it is left out. */
interface Rule {
  readonly name: string
  readonly because: string
  /** Between what was recorded and the sandbox nothing needs it. */
  readonly today?: true
  readonly only: (asking: string, value: Value) => Value
}

const asks = (sort: string, asking: string): boolean => asking.startsWith(`${sort} `)

export const RULES: ReadonlyArray<Rule> = [
  {
    name: 'images',
    because: 'one that a case makes on the host has the digest of that day',
    only: (asking, value) => (asks('image', asking) ? { digest: 'some' } : value),
  },
  {
    name: 'versions',
    because: 'the archives of the day decide which version of a package is installed; the sandbox has those that were recorded',
    today: true,
    only: (asking, value) => {
      if (asks('package', asking)) return { version: 'some' }
      return asks('engine', asking) ? { ...value, version: 'some', compose: value.compose === '' ? '' : 'some' } : value
    },
  },
]

/** Comes before any rule: what the host and the operator's key were called that day. */
export const renamed = (said: ReadonlyArray<Said>, names: ReadonlyArray<readonly [from: string, to: string]>): ReadonlyArray<Said> => {
  const text = names.reduce((all, [from, to]) => all.replaceAll(JSON.stringify(from).slice(1, -1), to), JSON.stringify(said))
  return JSON.parse(text) as ReadonlyArray<Said>
}

const sorted = <A>(some: ReadonlyArray<A>, by: (one: A) => string): ReadonlyArray<A> => [...some].sort((a, b) => (by(a) < by(b) ? -1 : 1))

/** A ledger has no order, so it has one here. */
export const plain = (said: ReadonlyArray<Said>, today = false): ReadonlyArray<unknown> =>
  (JSON.parse(JSON.stringify(said)) as ReadonlyArray<Said>).map(one => {
    const rules = RULES.filter(rule => today || rule.today !== true)
    const ruled = (answers: { readonly [asking: string]: unknown }) =>
      Object.fromEntries(
        Object.entries(answers).map(([asking, value]) => [
          asking,
          value === null ? null : rules.reduce((left, { only }) => only(asking, left), value as Value),
        ]),
      )
    if (one.is === 'seen') return { ...one, answers: ruled(one.answers) }
    if (one.is !== 'done') return one
    const ledger = sorted(one.ledger, ({ what, id }) => `${what} ${id}`).map(held => ({
      ...held,
      by: sorted(held.by, ({ environment, addr }) => `${environment} ${addr}`),
    }))
    return { ...one, answers: ruled(one.answers), ledger }
  })
