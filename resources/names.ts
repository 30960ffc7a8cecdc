import { createHash } from 'node:crypto'
import type { Addr } from '../engine/contract.js'

const shortOf = (text: string, length: number): string => createHash('sha256').update(text).digest('hex').slice(0, length)

/** What all bridges of an environment's networks are called: a kernel name has 15 characters, with five left for the network's own. */
export const bridgePrefix = (environment: string): string => `dp${shortOf(environment, 8)}`

/** A chain of the packet filter has at most 28 characters. */
export const chainOf = (environment: string): string => `DEPLOYER-${shortOf(environment, 8)}`

/** How a firewall rule of ours is known. */
export const markOf = (environment: string): string => `deployer:${environment}`

/** The machine that a resource lives on: the one of the same name. */
export const vmOf = (self: Addr): Addr => `vm.${self.slice(self.indexOf('.') + 1)}`
