import type { AnyCodec, Field } from './reading.js'

export interface Row {
  readonly field: string
  readonly type: string
  readonly otherwise: string
  readonly note: string
}

export interface Frame {
  readonly intro: ReadonlyArray<string>
  /** Keys that are read before the codec. */
  readonly before: ReadonlyArray<Row>
}

/** A Markdown page with every field of a file: its own keys first, then a part for each section. */
export const referencePage = (codec: AnyCodec, title: string, { intro, before }: Frame): string => {
  const entries = fieldsOf(codec)
  const simple = entries.filter(([, { codec: one }]) => !isSection(one))
  const sections = entries.filter(([, { codec: one }]) => isSection(one))
  return [
    `# ${title}`,
    ...intro,
    table([...before, ...simple.flatMap(([key, one]) => rowsOf(key, one))]),
    ...sections.map(([key, one]) => sectionOf(key, one)),
    '',
  ].join('\n\n')
}

const sectionOf = (name: string, { codec, note, required }: Field<unknown, boolean>): string => {
  const heading = `## ${name}\n\n${note}${required ? ' Required.' : ''}`
  const { shape } = codec
  if (shape.is !== 'choice') return `${heading}\n\n${table(fieldsOf(codec).flatMap(([key, one]) => rowsOf(key, one)))}`
  const parts = shape.branches.filter(branch => branch.shape.is === 'spec')
  const tables = parts.map(branch => `### ${branch.name}\n\n${table(fieldsOf(branch).flatMap(([key, one]) => rowsOf(key, one)))}`)
  return [heading, ...tables].join('\n\n')
}

const isSection = ({ shape }: AnyCodec): boolean => shape.is === 'spec' || (shape.is === 'choice' && shape.tag !== undefined)

const fieldsOf = ({ shape }: AnyCodec): ReadonlyArray<readonly [string, Field<unknown, boolean>]> =>
  shape.is === 'spec' ? Object.entries(shape.fields) : []

/** The field itself, and below it those of the mappings in it. */
const rowsOf = (path: string, one: Field<unknown, boolean>): ReadonlyArray<Row> => [
  {
    field: path,
    type: typeOf(one.codec),
    otherwise: one.required ? 'required' : one.otherwise === undefined ? '' : code(one.otherwise),
    note: one.example === undefined ? one.note : `${one.note} Such as ${code(one.example)}.`,
  },
  ...inside(path, one.codec).flatMap(([key, field]) => rowsOf(key, field)),
]

const inside = (path: string, codec: AnyCodec): ReadonlyArray<readonly [string, Field<unknown, boolean>]> => {
  const { shape } = codec
  if (codec.secret) return []
  switch (shape.is) {
    case 'spec':
      return fieldsOf(codec).map(([key, field]) => [`${path}.${key}`, field])
    case 'list':
      return inside(`${path}[]`, shape.of)
    case 'map':
      return inside(`${path}.*`, shape.of)
    case 'choice':
      return richest(shape.branches.map(branch => inside(path, branch)))
    default:
      return []
  }
}

/** Of other ways to write the same, the fullest one has all fields. */
const richest = <A>(ways: ReadonlyArray<ReadonlyArray<A>>): ReadonlyArray<A> =>
  ways.reduce<ReadonlyArray<A>>((best, way) => (way.length > best.length ? way : best), [])

const typeOf = (codec: AnyCodec): string => (codec.secret ? 'a secret' : codec.words)

const code = (value: unknown): string => `\`${flow(value)}\``

/** A value as a line of YAML. */
const flow = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'string') return /[*#&!{}[\],"'`]|: |^\d+:\d/.test(value) ? JSON.stringify(value) : value
  if (typeof value !== 'object' || value === null) return `${value}`
  const entries = Object.entries(value).map(([key, inside]) => `${key}: ${flow(inside)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

const table = (rows: ReadonlyArray<Row>): string =>
  [
    '| field | type | default | meaning |',
    '|---|---|---|---|',
    ...rows.map(({ field, type, otherwise, note }) => `| ${[`\`${field}\``, type, otherwise, note].map(cell).join(' | ')} |`),
  ].join('\n')

const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\n/g, ' ')
