import type { Facts } from '../engine/contract.js'
import type { Wish } from '../engine/wish.js'
import { isRecord } from '../specs/codec.js'
import { isPinnable } from '../specs/image.js'
import type { Pins } from '../specs/pins.js'
import type { Environment } from './environment.js'
import type { ImageFact } from './facts.js'
import { kinds } from './registry.js'

/** Every image that is named where this version acts, without those whose digest is written. `facts`: compose files of the user among them. */
export const imagesOf = (
  environment: Environment,
  { handled = kinds, facts = [] }: { readonly handled?: Handled; readonly facts?: Facts } = {},
): ReadonlyArray<string> => {
  const own = SERVICES.flatMap(section => (handled.has(section) ? (environment[section]?.image ?? []) : []))
  const theirs = handled.has('compose-stack') ? [environment['compose-stack'].services, ...facts.map(servicesIn)].flatMap(imagesIn) : []
  return [...new Set([...own, ...theirs])].filter(isPinnable).sort()
}

interface Handled {
  has(kind: string): boolean
}

/** Those that no kind of this version acts on included. */
export const EVERY_SECTION: Handled = { has: () => true }

const SERVICES = ['tracker', 'mysql', 'prometheus', 'grafana', 'caddy'] as const

const servicesIn = ({ fact, content }: Facts[number]): unknown => (fact === 'fragment' && isRecord(content) ? content.services : undefined)

/** Of a `services` mapping as in Compose. */
const imagesIn = (services: unknown): ReadonlyArray<string> =>
  isRecord(services)
    ? Object.values(services).flatMap(service => (isRecord(service) && typeof service.image === 'string' ? [service.image] : []))
    : []

/** The same wish, knowing what these images are pinned to. */
export const withPins = (wish: Wish, images: ReadonlyArray<string>, pins: Pins): Wish => {
  const known = (facts: Facts): Facts => [...facts.filter(({ fact }) => fact !== 'image'), ...images.map(image => imageFact(image, pins))]
  const { withoutOverrides } = wish
  return {
    ...wish,
    facts: known(wish.facts),
    ...(withoutOverrides && { withoutOverrides: { ...withoutOverrides, facts: known(withoutOverrides.facts) } }),
  }
}

const imageFact = (image: string, pins: Pins): Facts[number] => {
  const digest = pins.get(image)
  const fact: ImageFact = { fact: 'image', from: 'environment', image, ...(digest !== undefined && { digest }) }
  return fact as unknown as Facts[number]
}
