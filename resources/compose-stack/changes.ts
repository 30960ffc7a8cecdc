import { isDeepStrictEqual } from 'node:util'
import type { Field } from '../../engine/contract.js'
import type { Json } from '../../specs/json.js'
import type { Block } from '../stack.js'
import { type ComposeFile, readCompose } from './file.js'

type Change = Pick<Field, 'from' | 'to'>

/** What of each service and network differs, key by key; nothing where only the rest of the text does. */
export const composeFields = (file: string, before: string, after: ComposeFile): ReadonlyArray<Field> => {
  const known = readCompose(before)
  if (known === undefined) return []
  return [...within(known.services, after.services), ...within(known.networks, after.networks, 'networks.')].map(field => ({
    ...field,
    name: `${file} ${field.name}`,
  }))
}

type Blocks = { readonly [name: string]: Block }

const within = (before: Blocks, after: Blocks, prefix = ''): ReadonlyArray<Field> =>
  keysOf(before, after).flatMap((name): ReadonlyArray<Field> => {
    const [from, to] = [before[name], after[name]]
    if (from === undefined || to === undefined) return [{ name: `${prefix}${name}`, ...summary(from, 'from'), ...summary(to, 'to') }]
    return keysOf(from, to)
      .filter(key => !isDeepStrictEqual(from[key], to[key]))
      .map(key => ({ name: `${prefix}${name}.${key}`, ...changed(from[key], to[key]) }))
  })

const keysOf = (before: object, after: object): ReadonlyArray<string> => [...new Set([...Object.keys(before), ...Object.keys(after)])]

/** A service that comes or goes, by its image. */
const summary = (block: Block | undefined, side: 'from' | 'to'): Change =>
  block === undefined ? {} : { [side]: block.image ?? block.name ?? null }

/** Of lists and mappings, what differs in them. */
const changed = (from: Json | undefined, to: Json | undefined): Change => {
  if (Array.isArray(from) && Array.isArray(to)) return sides(without(from, to), without(to, from), { from, to })
  return { ...(from !== undefined && { from: joined(from) }), ...(to !== undefined && { to: joined(to) }) }
}

/** A list of words reads better without its brackets. */
const joined = (value: Json): Json =>
  Array.isArray(value) && value.length > 0 && value.every(one => typeof one === 'string') ? value.join(', ') : value

const without = (these: ReadonlyArray<Json>, those: ReadonlyArray<Json>): ReadonlyArray<Json> =>
  these.filter(one => !those.some(other => isDeepStrictEqual(one, other)))

/** Where only the order differs, all of it is said. */
const sides = (gone: ReadonlyArray<Json>, come: ReadonlyArray<Json>, whole: Change): Change =>
  gone.length + come.length === 0 ? whole : { ...(gone.length > 0 && { from: joined(gone) }), ...(come.length > 0 && { to: joined(come) }) }
