import { type Attempt, attempt, need } from '../../specs/fp.js'
import { holesIn } from '../holes.js'
import type { Planned } from '../plan/plan.js'

/** Whether all secrets that the steps carry can be had: a run must not end half-way for lack of one. */
export const secretsAtHand = ({ plan, input }: Planned): Attempt<void> =>
  attempt(async () => {
    for (const hole of holesIn(plan.tasks.map(({ steps }) => steps))) await need(input.reveal([hole], ''))
  })
