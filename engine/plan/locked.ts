import type { Addr, Host } from '../contract.js'
import { secretsNamedIn } from '../holes.js'
import type { Remembered } from '../store.js'
import type { Declared } from '../wish.js'
import { factsOf } from './declared.js'
import { knowing } from './hosts.js'
import type { PlanInput } from './plan.js'
import type { Verdict } from './verdicts.js'

export interface Now {
  readonly input: PlanInput
  readonly declared: ReadonlyArray<Declared>
  readonly hosts: ReadonlyMap<Addr, Host>
}

/** What would be wanted had nothing been locked anew since this resource was last applied. */
export const lockedWant = ({ entry }: Verdict, remembered: Remembered | undefined, { input, declared, hosts }: Now): unknown => {
  const facts = remembered && input.lockedIn?.(remembered.run)
  return facts && entry.kind.want(entry.addr, entry.declared.spec, knowing(factsOf(declared, facts, input.kinds), hosts))
}

export const hasSameSecrets = async (
  { entry }: Verdict,
  remembered: Remembered | undefined,
  { sameSecrets }: PlanInput,
): Promise<boolean> => remembered !== undefined && (await sameSecrets?.(remembered.run, secretsNamedIn(entry.want))) === true
