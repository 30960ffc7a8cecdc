import { Environment } from '../resources/environment.js'
import type { AnyCodec } from '../specs/codec.js'
import { FAULTS } from '../specs/fault.js'
import { ISSUES } from '../specs/issue.js'
import { fileSchema } from '../specs/json-schema.js'
import { referencePage } from '../specs/reference.js'

const environment = Environment as AnyCodec

const EXTENDS = {
  field: 'extends',
  type: 'a path of a file, or a list of them',
  otherwise: '',
  note: 'Files that this one is based on, relative to it; later ones win. Mappings merge; lists, secrets and tracker.database replace.',
}

const schema = fileSchema(environment, {
  title: 'deployer environment',
  description: 'One file that describes a BitTorrent tracker environment.',
  before: {
    extends: {
      description: EXTENDS.note,
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', items: { type: 'string', minLength: 1 } },
      ],
      examples: ['base.yaml'],
    },
  },
})

const INTRO = [
  'Generated from the code that reads the file; do not edit. The file is YAML, TOML or JSON, named `environment.yaml` unless told otherwise.',
  'A secret is `{ env: NAME }`, `{ file: path }`, `{ command: [argv] }` or `{ generate: 32 }`, made once and kept sealed in the state; to replace a generated one, raise its `version`. The text itself is possible and warned about.',
  'Durations are `15s 5m 6h 7d`, sizes `512MiB 2GiB`. Paths expand `~` and are relative to the file that says them. Top-level keys that start with `x-` are left alone and can hold YAML anchors.',
]

const explained = (title: string, intro: string, rows: ReadonlyArray<readonly [code: string, meaning: string]>): string =>
  [`## ${title}`, intro, ...rows.map(([code, meaning]) => `### ${code}\n\n${meaning}`)].join('\n\n')

const endings = ({ retry, refuses }: { readonly retry: string; readonly refuses?: true }): ReadonlyArray<string> => [
  ...(retry === 'soon' ? ['It is tried again by itself, until a deadline.'] : []),
  ...(refuses ? ['The command refuses before anything has changed (exit code 4).'] : []),
]

const faults = [
  '# Faults',
  'Generated from the code; do not edit. `deployer explain CODE` says the same. A code never changes its meaning.',
  explained(
    'In the environment file',
    'Problems that `deployer validate` lists, each with its file, line and column. Warnings do not stop anything.',
    Object.entries(ISSUES),
  ),
  explained(
    'Everywhere else',
    'What ends a command. Each message also says what to do next.',
    Object.entries(FAULTS).map(([code, row]) => [code, [row.explains, ...endings(row)].join(' ')]),
  ),
  '',
].join('\n\n')

/** Every generated file by its path, as it should be. */
export const PAGES: { readonly [file: string]: string } = {
  'schema/environment.schema.json': `${JSON.stringify(schema, undefined, 2)}\n`,
  'docs/reference/environment.md': referencePage(environment, 'The environment file', { intro: INTRO, before: [EXTENDS] }),
  'docs/faults.md': faults,
}
