import {
  type AnyCodec,
  bool,
  choice,
  type Decoded,
  decode,
  field,
  list,
  optional,
  pattern,
  plain,
  spec,
  tagged,
  text,
  whole,
  word,
} from '../../../specs/codec.js'
import type { Fault } from '../../../specs/fault.js'
import { FilePath } from '../../../specs/file-path.js'
import { E } from '../../../specs/fp.js'
import { type Loaded, type Loading, loadSpec } from '../../../specs/load/index.js'
import { Secret } from '../../../specs/secret.js'
import { folderWith } from '../../support/files.js'

/** A small environment with one of each: sections, lists, short forms, unions, secrets, paths, free values. */
const Port = whole(1, 65535, 'a port from 1 to 65535')
const Listener = choice('listener', 'a port or a mapping', [
  { when: input => typeof input === 'number', codec: Port as never },
  {
    when: () => true,
    codec: spec('listener', { port: field(Port, ''), bind: optional(text, undefined, ''), domain: optional(text, undefined, '') }) as never,
  },
])
export const House: AnyCodec = spec(
  'environment',
  {
    name: field(pattern('name', /^[a-z]+$/, 'a name'), ''),
    description: optional(text, undefined, ''),
    provider: optional(
      tagged(
        'kind',
        {
          sandbox: spec('sandbox', { seed: optional(whole(0, 9), 0, '') }),
          lxd: spec('lxd', {
            pool: optional(text, undefined, ''),
            project: optional(text, undefined, ''),
            profiles: optional(list(text), [], ''),
          }),
        },
        { bare: true },
      ),
      'sandbox',
      '',
    ),
    ssh: optional(spec('ssh', { key: optional(FilePath, '~/.ssh/id', '') }), {}, ''),
    vm: optional(spec('vm', { cpus: optional(whole(1, 64), 2, ''), disk: optional(text, undefined, '') }), {}, ''),
    'compose-stack': optional(
      spec('compose-stack', { ipv6: optional(word('auto', 'required'), 'auto', ''), services: optional(plain, {}, '') }),
      {},
      '',
    ),
    tracker: optional(
      spec('tracker', {
        udp: optional(list(Listener), [], ''),
        http: optional(list(Listener), [], ''),
        private: optional(bool, false, ''),
        api: optional(spec('api', { port: optional(Port, 1212, ''), admin_token: optional(Secret, undefined, '') }), {}, ''),
        database: optional(
          choice('database', 'sqlite or a mapping', [
            { when: input => typeof input === 'string', codec: word('sqlite', 'mysql') as never },
            {
              when: () => true,
              codec: spec('database', {
                driver: field(word('mysql'), ''),
                host: field(text, ''),
                user: optional(text, undefined, ''),
              }) as never,
            },
          ]),
          'sqlite',
          '',
        ),
      }),
      {},
      '',
    ),
    caddy: optional(spec('caddy', { email: field(text, '') }), undefined, ''),
    grafana: optional(spec('grafana', { port: optional(Port, 3000, ''), password: optional(Secret, undefined, '') }), undefined, ''),
    backup: optional(spec('backup', { schedule: optional(text, undefined, ''), retention: optional(text, undefined, '') }), undefined, ''),
  },
  { ignores: 'x-' },
)

type Files = { readonly [name: string]: string | Uint8Array }
type Options = { readonly file?: string; readonly variables?: Loading<unknown>['variables']; readonly decode?: Loading<unknown>['decode'] }

/** Loads the first of the files. */
export const load = (files: Files, { file = Object.keys(files)[0] ?? '', variables = {}, decode: read }: Options = {}) => {
  const cwd = folderWith(files)
  return loadSpec<unknown>({
    file,
    codec: House,
    decode: read ?? ((value, resolve): Decoded<unknown> => decode(House, value, resolve)),
    variables,
    cwd,
    home: '/home/me',
  })().then(loaded => ({ cwd, loaded }))
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever was decoded.
export const loadedOf = async (files: Files, options?: Options): Promise<Loaded<any> & { readonly cwd: string }> => {
  const { cwd, loaded } = await load(files, options)
  if (E.isLeft(loaded)) throw new Error(JSON.stringify(loaded.left, null, 1))
  return { cwd, ...loaded.right }
}

export const faultOf = async (files: Files, options?: Options): Promise<Fault> => {
  const { loaded } = await load(files, options)
  if (E.isRight(loaded)) throw new Error('it was loaded')
  return loaded.left
}

/** Each problem on a line. */
export const problemsOf = async (files: Files, options?: Options): Promise<ReadonlyArray<string>> => {
  const fault = await faultOf(files, options)
  if (fault.code !== 'SPEC_INVALID') return [fault.code]
  return fault.issues.map(({ code, path, place, what, expected }) => {
    return `${place?.file}:${place?.line}:${place?.col} ${code} ${path.join('.')}: ${what}${expected === undefined ? '' : ` ${expected}`}`
  })
}
