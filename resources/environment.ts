import type * as t from 'io-ts'
import {
  type At,
  BROKEN,
  Codec,
  draftOf,
  field,
  hasErrors,
  isRecord,
  optional,
  pattern,
  type Read,
  type Resolve,
  spec,
} from '../specs/codec.js'
import type { Issue } from '../specs/issue.js'
import type { Json } from '../specs/json.js'
import { EnvironmentName } from '../specs/name.js'
import { Provider } from '../specs/provider.js'
import { Ssh } from '../specs/ssh.js'
import { BackupSpec } from './backup/spec.js'
import { CaddySpec } from './caddy/spec.js'
import { ComposeStackSpec } from './compose-stack/spec.js'
import { DockerSpec } from './docker/spec.js'
import { FirewallSpec } from './firewall/spec.js'
import { GrafanaSpec } from './grafana/spec.js'
import { MysqlSpec } from './mysql/spec.js'
import { PrometheusSpec } from './prometheus/spec.js'
import { quietTime } from './reboot.js'
import { type IsWritten, rules, UNSAID } from './rules.js'
import { TrackerSpec } from './tracker/spec.js'
import { MADE, VmSpec } from './vm/spec.js'

const Description = pattern(
  'description',
  /^[^\p{Cc}]{1,200}$/u,
  'a description of one line, at most 200 characters',
  'The public tracker.',
)

/** Every section with its codec, in the order of a plan. `always`: it exists without being written. */
const always = {
  vm: optional(VmSpec, {}, 'The machine.'),
  firewall: optional(FirewallSpec, {}, 'The firewall of the host. Nothing but ssh is reachable unless the file names it.'),
  docker: optional(DockerSpec, {}, 'The container engine.'),
  'compose-stack': optional(ComposeStackSpec, {}, 'The folder on the host and what runs in it.'),
  tracker: optional(TrackerSpec, {}, 'The tracker. It needs at least one listener.'),
}
const whenWritten = {
  mysql: optional(MysqlSpec, undefined, 'A MySQL server for the tracker. {} is enough.'),
  prometheus: optional(PrometheusSpec, undefined, 'Figures of the tracker over time. {} is enough.'),
  grafana: optional(GrafanaSpec, undefined, 'Dashboards. Needs prometheus.'),
  caddy: optional(CaddySpec, undefined, 'TLS for every domain.'),
  backup: optional(BackupSpec, undefined, 'Backups of database and settings. {} is enough.'),
}

/** The kinds that exist without a section, and those that exist when written, in the order of a plan. */
export const PRESENCE = { always: Object.keys(always), written: Object.keys(whenWritten) } as {
  readonly always: ReadonlyArray<keyof typeof always>
  readonly written: ReadonlyArray<keyof typeof whenWritten>
}

const Written = spec(
  'environment',
  {
    name: field(EnvironmentName, 'The name of the environment: a-z, 0-9 and dashes, at most 40. What is made carries it.', 'demo'),
    description: optional(Description, undefined, 'For people.'),
    provider: field(Provider, 'Where the machine is. A word alone is short for a mapping with this kind.', 'sandbox'),
    ssh: optional(Ssh, {}, 'How to log in.'),
    ...always,
    ...whenWritten,
  },
  {
    ignores: 'x-',
    words: 'a mapping with name, provider, tracker and others',
    instead: {
      environment: 'Write name and description at the top.',
      ssh_credentials: 'Did you mean ssh?',
      https: 'Did you mean caddy?',
      compose_stack: 'Did you mean compose-stack?',
      extends: 'It names files, so it has to stand in one.',
    },
  },
)
export type Environment = t.TypeOf<typeof Written>

const KEY = '~/.ssh/id_ed25519'

/** What depends on the provider: a machine that is made gets everything, an existing server only what is written. */
const complete = (environment: Environment, at: At): Environment => {
  const { provider, ssh, vm } = environment
  if (provider.kind === 'ssh') return { ...environment, ssh: { ...ssh, ...keysOf(ssh) } }
  const key = ssh.key ?? at.in('ssh').in('key').resolve(KEY)
  const named = provider.kind === 'sandbox' ? provider : { ...provider, instance: provider.instance ?? environment.name }
  return {
    ...environment,
    provider: named,
    ssh: { ...ssh, key, ...keysOf({ ...ssh, key }) },
    vm: { ...MADE, reboot: quietTime(environment.backup?.schedule), ...vm },
  }
}

const keysOf = ({ key, authorized_keys }: Ssh): Pick<Ssh, 'authorized_keys'> => {
  if (authorized_keys !== undefined) return { authorized_keys }
  return key === undefined ? {} : { authorized_keys: [{ file: `${key}.pub` }] }
}

const readEnvironment = (input: unknown, at: At): Read<Environment> => {
  const before = at.errors
  const environment = Written.read(input, at)
  return environment === BROKEN || at.errors > before ? environment : complete(environment, at)
}

/** Complete, but for what such a file may not say, so that it is read again as it was. */
const writeEnvironment = (environment: Environment): Json => {
  const { vm, ...rest } = Written.encode(environment) as { readonly vm: { readonly [key: string]: Json } }
  const unsaid = UNSAID[environment.provider.kind]
  return { ...rest, vm: Object.fromEntries(Object.entries(vm).filter(([key]) => !unsaid.includes(key))) }
}

/** The environment file as a whole, without `extends`, which loading takes away. */
export const Environment: Codec<Environment> = new Codec<Environment>({
  name: Written.name,
  words: Written.words,
  shape: Written.shape,
  read: readEnvironment,
  write: value => writeEnvironment(value),
})

/** Decodes a whole file and applies the rules that span sections, also to what is whole of a file that has errors. */
export const decodeEnvironment = (
  input: unknown,
  resolve?: Resolve,
): { readonly value?: Environment; readonly issues: ReadonlyArray<Issue> } => {
  const { draft, issues } = draftOf(Environment, input, resolve)
  if (draft === BROKEN) return { issues }
  const all = [...issues, ...rules(draft, isWrittenIn(input))]
  return hasErrors(all) ? { issues: all } : { value: draft, issues: all }
}

const isWrittenIn =
  (input: unknown): IsWritten =>
  (...path) =>
    path.reduce<unknown>((inside, key) => (holds(inside, key) ? inside[key] : undefined), input) !== undefined

const holds = (inside: unknown, key: string | number): inside is { readonly [key: string | number]: unknown } =>
  (isRecord(inside) || Array.isArray(inside)) && Object.hasOwn(inside, key)
