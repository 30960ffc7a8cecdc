import type { Json } from './json.js'
import type { AnyCodec, Field, Schema } from './reading.js'

export interface SchemaOptions {
  readonly title: string
  readonly description: string
  /** Keys that are read before the codec. */
  readonly before: { readonly [key: string]: Schema }
}

/**
 * JSON Schema (2020-12) of a file. It accepts whatever the codec accepts. A file with a name that extends no other is whole,
 * so only there the keys that must be written are asked for; other files may be parts.
 */
export const fileSchema = (codec: AnyCodec, { title, description, before }: SchemaOptions): Schema => {
  const defs = new Definitions(codec)
  const { properties = {}, ...rest } = defs.inline(codec, 'part') as { readonly properties?: Schema }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    description,
    ...rest,
    properties: { ...before, ...orNull(properties) },
    ...when({ required: ['name'], not: { required: ['extends'] } }, wholeness(codec) ?? {}),
    $defs: defs.all,
  }
}

/** An object with a property `then` would be taken for a promise by `await`; these are only ever printed. */
const THEN = 'then'
const when = (condition: Schema, consequence: Schema): Schema => ({ if: condition, [THEN]: consequence })

/** In a file that extends another, null takes away what that has. */
const orNull = (properties: Schema): Schema =>
  Object.fromEntries(
    Object.entries(properties).map(([key, inside]) => {
      const { description, default: otherwise, ...value } = inside as { [keyword: string]: Json }
      if (value.type !== 'object') return [key, inside]
      return [
        key,
        { ...described(description), ...(otherwise === undefined ? {} : { default: otherwise }), anyOf: [value, { type: 'null' }] },
      ]
    }),
  )

const described = (description: Json | undefined): Schema => (description === undefined ? {} : { description })

/** What a file must have to be whole: the required keys of mappings that are merged, which parts may leave to each other. */
const wholeness = (codec: AnyCodec): Schema | undefined => {
  const { shape } = codec
  switch (shape.is) {
    case 'spec': {
      const required = requiredOf(shape.fields)
      const inside = Object.entries(shape.fields).flatMap(([key, { codec: one }]) => {
        const whole = wholeness(one)
        const mapping = one.shape.is === 'spec' ? { type: 'object' } : {}
        return whole === undefined && one.shape.is !== 'spec' ? [] : [[key, { ...mapping, ...whole }] as const]
      })
      if (required.length + inside.length === 0) return undefined
      return { ...(required.length > 0 && { required }), ...(inside.length > 0 && { properties: Object.fromEntries(inside) }) }
    }
    case 'map': {
      const whole = wholeness(shape.of)
      return whole && { additionalProperties: whole }
    }
    case 'choice':
      return shape.merges ? wholeChoice(shape.branches, shape.tag) : undefined
    default:
      return undefined
  }
}

const wholeChoice = (branches: ReadonlyArray<AnyCodec>, tag: string | undefined): Schema => {
  const asked = branches.flatMap(branch => {
    const whole = branch.shape.is === 'spec' ? wholeness(branch) : undefined
    if (whole === undefined) return []
    const word = tag === undefined ? undefined : tagOf(branch, tag)
    return [word === undefined ? whole : when({ properties: { [tag as string]: word } }, whole)]
  })
  return when({ type: 'object' }, { ...(tag === undefined ? {} : { required: [tag] }), ...(asked.length > 0 && { allOf: asked }) })
}

const tagOf = ({ shape }: AnyCodec, tag: string): Schema | undefined => {
  const word = shape.is === 'spec' ? shape.fields[tag]?.codec.shape : undefined
  return word?.is === 'scalar' ? word.schema : undefined
}

const requiredOf = (fields: { readonly [key: string]: Field<unknown, boolean> }): ReadonlyArray<string> =>
  Object.keys(fields).filter(key => fields[key]?.required)

/** `part`: in a mapping that is merged, so nothing is required in it. */
type Mode = 'part' | 'whole'

/** Shapes that are used more than once have a name. */
class Definitions {
  private readonly names = new Map<AnyCodec, string>()
  private readonly schemas = new Map<string, Schema>()

  constructor(root: AnyCodec) {
    const uses = new Map<AnyCodec, number>()
    count(root, uses)
    for (const [codec, times] of uses) if (times > 1 && codec.shape.is !== 'scalar') this.names.set(codec, this.freeName(codec.name))
  }

  get all(): Schema {
    return Object.fromEntries([...this.schemas].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  of(codec: AnyCodec, mode: Mode): Schema {
    const name = this.names.get(codec)
    if (name === undefined || (mode === 'part' && wholeness(codec) !== undefined)) return this.inline(codec, mode)
    if (!this.schemas.has(name)) {
      this.schemas.set(name, {})
      this.schemas.set(name, this.inline(codec, mode))
    }
    return { $ref: `#/$defs/${name}` }
  }

  inline(codec: AnyCodec, mode: Mode): Schema {
    const { shape } = codec
    switch (shape.is) {
      case 'scalar':
        return shape.schema
      case 'plain':
        return {}
      case 'list':
        return { type: 'array', items: this.of(shape.of, 'whole'), ...(shape.least > 0 && { minItems: shape.least }) }
      case 'map':
        return { type: 'object', propertyNames: this.of(shape.key, 'whole'), additionalProperties: this.of(shape.of, mode) }
      case 'choice':
        return { anyOf: this.branches(shape.branches, shape.merges ? mode : 'whole') }
      case 'spec': {
        const required = mode === 'whole' ? requiredOf(shape.fields) : []
        const { rest, others, ignores } = shape.options
        const open = rest !== undefined && others === undefined
        return {
          type: 'object',
          properties: {
            ...(rest && others && Object.fromEntries(others.map(key => [key, this.of(rest, 'whole')]))),
            ...Object.fromEntries(Object.entries(shape.fields).map(([key, one]) => [key, this.field(one, mode)])),
          },
          ...(ignores !== undefined && { patternProperties: { [`^${ignores}`]: {} } }),
          ...(required.length > 0 && { required }),
          additionalProperties: open ? this.of(rest, 'whole') : false,
        }
      }
    }
  }

  private field({ codec, note, otherwise, example }: Field<unknown, boolean>, mode: Mode): Schema {
    const { examples, ...schema } = this.of(codec, mode)
    const shown = example === undefined ? examples : [example as Json]
    return {
      description: note,
      ...schema,
      ...(otherwise !== undefined && { default: otherwise as Json }),
      ...(shown !== undefined && { examples: shown }),
    }
  }

  /** Spellings that are only read to be refused say nothing here. */
  private branches(branches: ReadonlyArray<AnyCodec>, mode: Mode): ReadonlyArray<Schema> {
    return branches.map(branch => this.of(branch, mode)).filter(branch => !('not' in branch))
  }

  private freeName(name: string): string {
    const base = name.replace(/[^a-z0-9]+/gi, '-')
    const taken = new Set(this.names.values())
    let free = base
    for (let n = 2; taken.has(free); n++) free = `${base}-${n}`
    return free
  }
}

const count = (codec: AnyCodec, uses: Map<AnyCodec, number>): void => {
  const times = uses.get(codec) ?? 0
  uses.set(codec, times + 1)
  if (times === 0) for (const inside of insideOf(codec)) count(inside, uses)
}

const insideOf = ({ shape }: AnyCodec): ReadonlyArray<AnyCodec> => {
  switch (shape.is) {
    case 'list':
      return [shape.of]
    case 'map':
      return [shape.key, shape.of]
    case 'choice':
      return shape.branches
    case 'spec':
      return [...Object.values(shape.fields).map(one => one.codec), ...(shape.options.rest === undefined ? [] : [shape.options.rest])]
    default:
      return []
  }
}
