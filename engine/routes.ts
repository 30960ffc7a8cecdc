import type { Addr, Facts, Reach, Via } from './contract.js'

/** Where a question ends up: this machine, the provider, or a machine with a host of its own. */
export type Root = 'operator' | 'provider' | Addr

export interface Routes {
  rootOf(via: Via): Root
  /** Everything that must be there for `via` to answer, itself included. */
  chainOf(via: Via): ReadonlyArray<Addr>
  readonly machines: ReadonlyMap<Addr, NonNullable<Reach['machine']>>
}

export const routesOf = (facts: Facts): Routes => {
  const reaches = new Map(facts.filter(fact => fact.fact === 'reach').map(fact => [fact.from, fact as unknown as Reach]))
  const chainOf = (via: Via): ReadonlyArray<Addr> => {
    const chain: Array<Addr> = []
    for (let at = via; at !== 'operator' && at !== 'provider' && !chain.includes(at); ) {
      chain.push(at)
      at = reaches.get(at)?.through ?? 'provider'
    }
    return chain
  }
  return {
    chainOf,
    rootOf: via => {
      if (via === 'operator') return via
      return chainOf(via).find(addr => reaches.get(addr)?.machine !== undefined) ?? 'provider'
    },
    machines: new Map([...reaches.values()].flatMap(({ from, machine }) => (machine === undefined ? [] : [[from, machine] as const]))),
  }
}
