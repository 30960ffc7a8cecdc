import type { AnyKind } from '../engine/contract.js'
import { composeStack } from './compose-stack/index.js'
import { docker } from './docker/index.js'
import { firewall } from './firewall/index.js'
import { mysql } from './mysql/index.js'
import { tracker } from './tracker/index.js'
import { vm } from './vm/index.js'

/** Every kind that this version can act on, in the order of a plan. */
export const kinds: ReadonlyMap<string, AnyKind> = new Map<string, AnyKind>(
  [vm, firewall, docker, composeStack, mysql, tracker].map(one => [one.kind, one]),
)
