import { createHash } from 'node:crypto'
import type { Addr } from '../engine/contract.js'

const shortOf = (text: string, length: number): string => createHash('sha256').update(text).digest('hex').slice(0, length)

/** What all bridges of an environment's networks are called: a kernel name has 15 characters, with five left for the network's own. */
export const bridgePrefix = (environment: string): string => `dp${shortOf(environment, 8)}`

/** A chain of the packet filter has at most 28 characters. */
export const chainOf = (environment: string): string => `DEPLOYER-${shortOf(environment, 8)}`

/** What an environment keeps beside the engine's own configuration. */
export const dockerFolder = (environment: string): string => `/etc/docker/deployer-${environment}`

/** How a firewall rule of ours is known. */
export const markOf = (environment: string): string => `deployer:${environment}`

/** The machine that a resource lives on: the one of the same name. */
export const vmOf = (self: Addr): Addr => `vm.${self.slice(self.indexOf('.') + 1)}`

/** The subnet that a network has in IPv6: unique local addresses, the same on every look. No group is zero, so that it has one form. */
export const subnetOf = (environment: string, network: string): string => {
  const digits = shortOf(`${environment}/${network}`, 14)
  const groups = [2, 6, 10].map(at => ((Number.parseInt(digits.slice(at, at + 4), 16) % 0xffff) + 1).toString(16))
  return `fd${digits.slice(0, 2)}:${groups.join(':')}::/64`
}
