import type { Schema } from '../specs/codec.js'
import { fileSchema } from '../specs/json-schema.js'
import { referencePage } from '../specs/reference.js'
import { Environment } from './environment.js'

const EXTENDS = {
  field: 'extends',
  type: 'a path of a file, or a list of them',
  otherwise: '',
  note: 'Files that this one is based on, relative to it; later ones win. Mappings merge; lists, secrets and tracker.database replace.',
}

/** JSON Schema of environment files. */
export const environmentSchema = (): Schema =>
  fileSchema(Environment, {
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

/** A page with every field of environment files. */
export const environmentReference = (): string => referencePage(Environment, 'The environment file', { intro: INTRO, before: [EXTENDS] })
