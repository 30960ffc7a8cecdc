import { isDeepStrictEqual } from 'node:util'
import type { Addr, Fact, Facts, Host, Reach } from '../contract.js'

/** The same facts, with what hosts said of themselves where the file doesn't tell. */
export const knowing = (facts: Facts, hosts: ReadonlyMap<Addr, Host>): Facts =>
  facts.map(fact => {
    if (fact.fact !== 'reach') return fact
    const { machine, from } = fact as unknown as Reach
    const host = hosts.get(from)
    if (machine === undefined || machine.host !== undefined || host === undefined) return fact
    return { ...fact, machine: { ...machine, host } } as unknown as Fact
  })

/** Whether another want may come of what was learned. */
export const isNews = (facts: Facts, before: ReadonlyMap<Addr, Host>, now: ReadonlyMap<Addr, Host>): boolean =>
  !isDeepStrictEqual(knowing(facts, before), knowing(facts, now))
