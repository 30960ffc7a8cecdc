import { isRecord } from '../../specs/codec.js'
import type { Issue } from '../../specs/issue.js'
import type { Json } from '../../specs/json.js'
import { didYouMean } from '../../specs/near.js'
import { isSecretly } from '../../specs/secret.js'
import type { Environment } from '../environment.js'
import { type Mapping, overlaid } from '../overlay.js'
import { SERVICES } from '../services.js'
import { type Block, NETWORKS } from '../stack.js'
import { EXTENSION, FILE_KEYS, SERVICE_KEYS } from './keys.js'

/** A compose file of the user's, as `include` names it. */
export interface Fragment {
  readonly file: string
  readonly content: Mapping
}

/** What compose files of the user say beside services, later ones over earlier ones. */
export const restOf = (fragments: ReadonlyArray<Fragment>): { readonly networks?: { readonly [name: string]: Block } } & Mapping =>
  fragments
    .map(({ content }) => content)
    .reduce<Mapping>((all, { services: _, name: __, version: ___, ...rest }) => overlaid(all, rest), {})

/** The same environment with their services, over those of the environment file. */
export const withServices = (environment: Environment, fragments: ReadonlyArray<Fragment>): Environment => {
  if (fragments.length === 0) return environment
  const stack = environment['compose-stack']
  const services = fragments.reduce((all, { content }) => overlaid(all, mappingOf(content.services)), stack.services as unknown as Mapping)
  return { ...environment, 'compose-stack': { ...stack, services: services as unknown as typeof stack.services } }
}

const mappingOf = (value: Json | undefined): Mapping => (isRecord(value) ? (value as Mapping) : {})

/** Variables of a service, however they are written. */
const variablesOf = (service: Json): ReadonlyArray<readonly [name: string, value: string]> => {
  const { environment } = mappingOf(service)
  if (!Array.isArray(environment)) return Object.entries(mappingOf(environment)).map(([name, value]) => [name, `${value ?? ''}`] as const)
  return environment.map(one => [`${one}`.split('=', 1)[0] ?? '', `${one}`.split('=').slice(1).join('=')] as const)
}

const OURS: ReadonlySet<string> = new Set([...NETWORKS, 'default'])

type Clash = Pick<Issue, 'what' | 'expected'>

const unknownIn = (mapping: Mapping, known: ReadonlyArray<string>): ReadonlyArray<string> =>
  Object.keys(mapping).filter(key => !known.includes(key) && !key.startsWith(EXTENSION))

const meant = (key: string, known: ReadonlyArray<string>): string => didYouMean(key, known) ?? 'Expected what Compose knows.'

/** What Compose would refuse on the host, or take for something else. */
const mistakesIn = (block: Json, { file, service }: { readonly file: string; readonly service: string }): ReadonlyArray<Clash> => {
  if (!isRecord(block)) return [{ what: `${service} of ${file} is no mapping.`, expected: 'Expected a service as in Compose.' }]
  const { environment } = block as Mapping
  const values = isRecord(environment) ? Object.entries(environment) : []
  return [
    ...unknownIn(block as Mapping, SERVICE_KEYS).map(key => ({
      what: `${service} of ${file} has ${key}, which no service has.`,
      expected: meant(key, SERVICE_KEYS),
    })),
    ...values.flatMap(([name, value]) =>
      typeof value === 'object' && value !== null
        ? [
            {
              what: `${file} has no text for ${name} of ${service}.`,
              expected: `A secret is written as ${service}: { environment: { ${name}: { env: NAME } } } in compose-stack.services.`,
            },
          ]
        : [],
    ),
  ]
}

/** What of a fragment can't stand beside ours, with what it is about. */
export const clashesIn = ({ file, content }: Fragment): ReadonlyArray<Clash> => [
  ...unknownIn(content, FILE_KEYS).map(key => ({
    what: `${file} has ${key}, which no compose file has.`,
    expected: isRecord(content[key]) && content.services === undefined ? 'Services stand below services.' : meant(key, FILE_KEYS),
  })),
  ...Object.keys(mappingOf(content.services))
    .filter(name => SERVICES.has(name))
    .map(name => ({
      what: `${file} has a service ${name}, which is the name of a service of ours.`,
      expected: 'Give it another name there.',
    })),
  ...Object.entries(mappingOf(content.services)).flatMap(([service, block]) => mistakesIn(block, { file, service })),
  ...Object.entries(mappingOf(content.services)).flatMap(([service, block]) =>
    variablesOf(block)
      .filter(([name, value]) => isSecretly(name, value))
      .map(([name]) => ({
        what: `${file} has ${name} of ${service} in clear.`,
        expected: `Take it out there, and write ${service}: { environment: { ${name}: { env: NAME } } } in compose-stack.services.`,
      })),
  ),
  ...Object.keys(mappingOf(content.networks))
    .filter(name => OURS.has(name))
    .map(name => ({
      what: `${file} has a network ${name}, which is made by deployer.`,
      expected: 'Services may name it; remove it there.',
    })),
]
