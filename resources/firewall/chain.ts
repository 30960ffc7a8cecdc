import type { Asks } from '../../engine/vocabulary.js'
import type { PortFact } from '../facts.js'
import { isV6 } from './rules.js'

/**
 * Ports that Docker publishes pass by the firewall's own rules, so the limits on them stand in a chain that Docker's traffic
 * goes through; and a container's own address answers neighbours unless what was not published is dropped there.
 */
export const chainFor = (bridges: string, ports: ReadonlyArray<PortFact>): Asks['chain'] => {
  const limited = limitedIn(ports)
  const family = (six: boolean): ReadonlyArray<string> => [
    `! -i ${bridges}+ -o ${bridges}+ -m conntrack --ctstate NEW -m conntrack ! --ctstate DNAT -j DROP`,
    ...limited.flatMap(port => limits(port, bridges, six)),
  ]
  return { ipv4: family(false), ipv6: family(true) }
}

const limitedIn = (ports: ReadonlyArray<PortFact>): ReadonlyArray<PortFact> =>
  ports.filter(({ bind, sources }) => bind !== 'loopback' && !sources.includes('any'))

/** For people. */
export const limitsIn = (ports: ReadonlyArray<PortFact>): string =>
  [
    "nobody to containers' own addresses",
    ...limitedIn(ports).map(({ port, proto, sources }) => `to ${port}/${proto} only ${sources.join(', ')}`),
  ].join('; ')

const limits = ({ port, proto, sources }: PortFact, bridges: string, six: boolean): ReadonlyArray<string> => {
  const match = (source: string): string => `${source}! -i ${bridges}+ -o ${bridges}+ -p ${proto} -m conntrack --ctorigdstport ${port}`
  return [
    ...sources.filter(source => isV6(source) === six).map(source => `${match(`-s ${networkOf(source)} `)} -j RETURN`),
    `${match('')} -m conntrack --ctstate NEW -j DROP`,
  ]
}

/** As the packet filter says it. */
const networkOf = (source: string): string => (source.includes('/') ? source : `${source}/${isV6(source) ? 128 : 32}`)
