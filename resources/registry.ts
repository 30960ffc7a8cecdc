import type { AnyKind } from '../engine/contract.js'
import { docker } from './docker/index.js'
import { firewall } from './firewall/index.js'
import { vm } from './vm/index.js'

/** Every kind that this version can act on, in the order of a plan. */
export const kinds: ReadonlyMap<string, AnyKind> = new Map<string, AnyKind>([vm, firewall, docker].map(one => [one.kind, one]))
