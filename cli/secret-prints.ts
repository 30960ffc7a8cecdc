import type { Reveal } from '../engine/channel.js'
import { secretsNamedIn } from '../engine/holes.js'
import type { PlanInput, Planned } from '../engine/plan/plan.js'
import { type Attempt, attempt, E } from '../specs/fp.js'
import type { SecretReader, StateReader } from '../state/index.js'
import { printsIn } from './environment.js'

/** Of secrets by name: a value is known again by its print, and never guessed from it. */
export type Prints = ReadonlyMap<string, string>

/** Of all that an environment uses. */
export const printsOf = ({ entries, input }: Planned, secrets: SecretReader): Attempt<Prints> =>
  attempt(async () => {
    const prints = new Map<string, string>()
    for (const name of secretsNamedIn([...entries.values()].map(({ want }) => want))) {
      const print = await printOf(name, input.reveal, secrets)
      if (print !== undefined) prints.set(name, print)
    }
    return prints
  })

/** Says no where nobody can know. */
export const sameSecretsSince =
  (state: StateReader, environment: string, reveal: Reveal): NonNullable<PlanInput['sameSecrets']> =>
  async (run, names) => {
    const spec = state.runSpec(environment, run)
    const then: Prints = E.isLeft(spec) ? new Map() : printsIn(spec.right)
    for (const name of names) {
      const print = then.get(name)
      if (print === undefined || print !== (await printOf(name, reveal, state.secrets))) return false
    }
    return true
  }

const printOf = async (name: string, reveal: Reveal, secrets: SecretReader): Promise<string | undefined> => {
  const clear = await reveal([{ secret: name, as: [] }], '')()
  const print = E.isLeft(clear) ? clear : secrets.print(clear.right)
  return E.isLeft(print) ? undefined : print.right
}
