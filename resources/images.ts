import type { Facts } from '../engine/contract.js'
import { factsOf } from './facts.js'

/** An image with what it is pinned to; one that could not be resolved stays as it is written. */
export const pinned = (image: string, facts: Facts): string => {
  const digest = image.includes('@') ? undefined : factsOf(facts, 'image').find(one => one.image === image)?.digest
  return digest === undefined ? image : `${image}@${digest}`
}
