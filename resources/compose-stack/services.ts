import type { Answers, Asks, Claim, Facts, Field, Probe, Step, Text } from '../../engine/contract.js'
import { isRecord } from '../../specs/codec.js'
import type { Json } from '../../specs/json.js'
import { isSecretRef } from '../../specs/secret.js'
import { pinned } from '../images.js'
import { presentOf } from '../kind.js'
import type { Part } from '../part.js'
import { containerAt, containerFields, digestOf, portsOf, upSteps } from '../service.js'
import { type Block, LASTING, NETWORKS, networkOf, type Stack } from '../stack.js'
import { envFile, folder } from '../texts.js'
import { namedNetworks } from './inside.js'
import type { ComposeStackSpec } from './spec.js'

/** A service that the user wrote. */
export interface OwnService {
  readonly name: string
  /** Undefined: it is built, or comes from elsewhere. */
  readonly image?: string
  readonly block: Block
  readonly digest: Text
  /** Of the stack's own, as the engine calls them; others are the user's to keep. */
  readonly networks: ReadonlyArray<string>
  /** Its secrets, in a file of their own. */
  readonly files: ReadonlyArray<Part<'file'>>
}
type Written = ComposeStackSpec['services'][string]

export const ownServices = (spec: ComposeStackSpec, stack: Stack, facts: Facts): ReadonlyArray<OwnService> =>
  Object.entries(spec.services).map(([name, written]) => ownService(name, written, { stack, facts }))

interface Around {
  readonly stack: Stack
  readonly facts: Facts
}

const ownService = (name: string, written: Written, { stack, facts }: Around): OwnService => {
  const { environment, ...rest } = written as Block
  const image = typeof rest.image === 'string' ? pinned(rest.image, facts) : undefined
  const values = isRecord(environment) ? Object.entries(environment) : []
  const secrets = values.flatMap(([key, value]) =>
    isSecretRef(value) ? [[key, [{ secret: value.secret, as: ['env' as const] }]] as const] : [],
  )
  const plain = values.filter(([, value]) => !isSecretRef(value)) as ReadonlyArray<[string, Json]>
  const files = secrets.length === 0 ? [] : [envFile(`${stack.root}/env/${name}.env`, Object.fromEntries(secrets))]
  const block: Block = {
    ...rest,
    ...(image !== undefined && { image }),
    ...lastingUnlessSaid(rest),
    ...(plain.length > 0 && { environment: Object.fromEntries(plain) }),
    ...(Array.isArray(environment) && { environment }),
    ...(secrets.length > 0 && { env_file: [...listOf(rest.env_file), `./env/${name}.env`] }),
    labels: labelled(rest.labels, stack.project),
    ...(isAlone(rest) && { networks: ['default'] }),
  }
  const networks = isAlone(rest) ? [networkOf(stack, 'default')] : []
  const digest = digestOf(block, networks, files)
  return { name, ...(image !== undefined && { image }), block, digest, networks: hangsOn(block, stack), files }
}

/** Nothing more: many images begin as root and need its capabilities for that. */
const lastingUnlessSaid = ({ restart, deploy, logging }: Block): Block => ({
  ...(restart === undefined && !(isRecord(deploy) && deploy.restart_policy !== undefined) && { restart: LASTING.restart }),
  ...(logging === undefined && { logging: LASTING.logging }),
})

const hangsOn = ({ networks }: Block, stack: Stack): ReadonlyArray<string> => {
  const named = namedNetworks(networks)
  return [...NETWORKS, 'default' as const]
    .filter(name => named.includes(name))
    .map(name => networkOf(stack, name).name)
    .sort()
}

/** It names no network: it gets the one of its kind. */
const isAlone = ({ networks, network_mode }: Block): boolean => networks === undefined && network_mode === undefined

const listOf = (value: Json | undefined): ReadonlyArray<Json> => (Array.isArray(value) ? value : value === undefined ? [] : [value])

const labelled = (labels: Json | undefined, project: string): Json =>
  Array.isArray(labels) ? [...labels, `deployer=${project}`] : { ...(isRecord(labels) ? (labels as Block) : {}), deployer: project }

/** Folders for the secrets, and a network for those who name none. */
export const besides = (services: ReadonlyArray<OwnService>, stack: Stack) => ({
  folders: services.some(({ files }) => files.length > 0) ? [folder(`${stack.root}/env`)] : [],
  networks: services.some(({ block }) => namedNetworks(block.networks).includes('default')) ? (['default'] as const) : [],
})

export const claimsOfOwn = (services: ReadonlyArray<OwnService>, { project, engine: via }: Stack): ReadonlyArray<Claim> =>
  services.flatMap(
    ({ name, image }): ReadonlyArray<Claim> => [
      ...(image === undefined ? [] : [{ what: 'image', id: image, via, hold: 'share' } as const]),
      { what: 'container', id: `${project}/${name}`, via, hold: 'own', impact: { stops: [], effect: `${name} stops` } },
    ],
  )

export const probesOfOwn = (services: ReadonlyArray<OwnService>, stack: Stack): ReadonlyArray<Probe> =>
  services.map(service => containerAt({ stack, ...service }))

/** By the service's name. */
export type SeenOwn = { readonly [name: string]: Asks['container'] }

export const readOwn = (services: ReadonlyArray<OwnService>, stack: Stack, answers: Answers): SeenOwn =>
  Object.fromEntries(
    services.flatMap(service => {
      const container = presentOf(answers.of(containerAt({ stack, ...service })))
      if (container === undefined) return []
      // What was meant to end and has done so is as good as what runs.
      return [[service.name, container.ended && endsIn(service.block) ? { ...container, running: true } : container] as const]
    }),
  )

export const fieldsOfOwn = (services: ReadonlyArray<OwnService>, seen: SeenOwn): ReadonlyArray<Field> =>
  services.flatMap(({ name, image, networks, block }) =>
    containerFields({ image: image ?? seen[name]?.image ?? `${block.image}`, networks }, seen[name]).map(field => ({
      ...field,
      name: `${name} ${field.name}`,
    })),
  )

/** Whether a service may come to its end: the file says that nobody is to start it again, or only after a failure. */
const endsIn = ({ restart }: Block): boolean => /^(no$|on-failure)/.test(`${restart}`)

/** How long a service of the user's has, whatever it is. */
const SECONDS = 60

/** All are tried before any stops; of several that change places, one may wait for a port of another. */
export const stepsOfOwn = (services: ReadonlyArray<OwnService>, stack: Stack, seen: SeenOwn): ReadonlyArray<Step> => {
  const changing = services.filter(service => fieldsOfOwn([service], seen).length > 0)
  const steps = changing.map(service => stepsOf(service, stack))
  const running = changing.filter(({ name }) => seen[name]?.running)
  const gives = changing.length > 1 && running.length > 0 && changing.some(({ block }) => portsOf(block).length > 0)
  return [
    ...steps.flatMap(all => all.filter(step => step.do !== 'up')),
    ...(gives ? running : []).map(({ name }): Step => ({ do: 'down', via: stack.engine, project: stack.project, service: name })),
    ...steps.flatMap(all => all.filter(step => step.do === 'up')),
  ]
}

const stepsOf = ({ name, image, block, digest, networks, files }: OwnService, stack: Stack): ReadonlyArray<Step> => {
  const ports = portsOf(block)
  const opens = ports.map(key => ({ ask: 'port', key, to: { process: 'docker-proxy' } }) as const)
  const upping = {
    stack,
    name,
    digest,
    ports,
    networks,
    scratch: [],
    files: files.map(({ path }) => path),
    ready: { seconds: SECONDS, ...(endsIn(block) && { ends: true as const }) },
    opens,
  }
  const steps = upSteps({ ...upping, image: image ?? '' })
  return image === undefined ? steps.filter(step => step.do !== 'pull') : steps
}
