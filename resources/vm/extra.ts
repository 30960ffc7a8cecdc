import { isDeepStrictEqual } from 'node:util'
import type { Field } from '../../engine/contract.js'
import type { Json } from '../../specs/json.js'
import type { EnvironmentFact } from '../facts.js'

/** What a machine is made with, in the words of its provider. */
export type Extra = { readonly [key: string]: Json }

/** What of the provider's section makes the machine what it is; the rest is how to get to the provider. */
const MADE_WITH = ['profiles', 'network', 'pool', 'project', 'config', 'location'] as const

/** In a container that may not nest Docker starts nothing. */
const NESTING: Extra = { 'security.nesting': true }

export const extraOf = (provider: EnvironmentFact['provider'], type: string | undefined): Extra => {
  const said = Object.fromEntries(MADE_WITH.flatMap(key => (provider[key] === undefined ? [] : [[key, provider[key]]])))
  const nests = provider.kind === 'lxd' && type === 'container'
  return { ...said, ...(nests && { config: { ...NESTING, ...mapping(said.config) } }), ...(type !== undefined && { type }) }
}

/** A machine that has another one of these is another machine. */
const FIXED = new Set(['provider.pool', 'provider.project', 'provider.location'])

export interface Compared {
  readonly fields: ReadonlyArray<Field>
  /** Which of them can't be had in place. */
  readonly fixed: ReadonlyArray<string>
}

/** By their paths in the file. A setting that was asked for and no longer is goes. */
export const compareExtra = (want: Extra, seen: Extra): Compared => {
  const { type: _, config, ...rest } = want
  const [wanted, found] = [mapping(config), mapping(seen.config)]
  const settings = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort()
  const fields = [
    ...Object.keys(rest).map((name): Field => ({ name: `provider.${name}`, from: seen[name], to: rest[name] })),
    ...settings.map((name): Field => ({ name: `provider.config.${name}`, from: found[name], to: wanted[name] })),
  ].filter(({ from, to }) => !isDeepStrictEqual(from, to))
  return { fields, fixed: fields.map(({ name }) => name).filter(name => FIXED.has(name)) }
}

/** What counts as soon as it is written. Profiles can hold anything, so they don't. */
const AT_ONCE = /^provider\.(network$|config\.(boot|cluster|limits|migration|security\.protection|snapshots|user)\.)/

export const wantsRestart = (fields: ReadonlyArray<Field>): boolean => fields.some(({ name }) => !AT_ONCE.test(name))

const mapping = (value: Json | undefined): Extra =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Extra) : {}
