import type { Addr, Answers, Asks, Claim, Diff, Facts, Field, Held, HostSeen, Impact, Kind, Probe, Step } from '../../engine/contract.js'
import { NONE } from '../../engine/diff.js'
import type { Fault } from '../../specs/fault.js'
import { partOf } from '../detail.js'
import { factsOf } from '../facts.js'
import { type Foreign, foreignOf, refusalOf } from '../foreign.js'
import { counted, kind, presentOf } from '../kind.js'
import { claimsOf, differing, fieldsOf, filesOf, isPresent, type Part, probesOf, readParts, type SeenParts, stepsOf } from '../part.js'
import { portsOf } from '../service.js'
import { SERVICES } from '../services.js'
import { blockOf, NETWORKS, networkOf, type Stack, stackOf } from '../stack.js'
import { unsupported } from '../systems.js'
import { wherePortsAreFree } from '../taken.js'
import { folder, text } from '../texts.js'
import { composeFields } from './changes.js'
import { type ComposeFile, composeText, networkBlock } from './file.js'
import { restOf } from './fragments.js'
import { movingPort } from './moving.js'
import {
  besides,
  claimsOfOwn,
  fieldsOfOwn,
  type OwnService,
  ownServices,
  probesOfOwn,
  readOwn,
  type SeenOwn,
  stepsOfOwn,
} from './services.js'
import { ComposeStackSpec } from './spec.js'

export interface StackWanted {
  readonly stack: Stack
  readonly needsIpv6: boolean
  readonly file: ComposeFile
  readonly folders: ReadonlyArray<Part<'dir'>>
  readonly compose: Part<'file'>
  readonly networks: ReadonlyArray<Part<'network'>>
  readonly own: ReadonlyArray<OwnService>
  readonly images: ReadonlyArray<string>
  /** Asked before anything of the stack is written. */
  readonly foreign: ReadonlyArray<Foreign>
}
export interface StackSeen {
  readonly parts: SeenParts
  readonly networks: SeenParts
  readonly own: SeenOwn
  readonly foreign: ReadonlyArray<Asks['database'] | undefined>
}

const FILE = 'docker-compose.yml'

const want = (_: Addr, spec: ComposeStackSpec, facts: Facts): StackWanted => {
  const stack = stackOf(facts)
  const own = ownServices(spec, stack, facts)
  const beside = besides(own, stack)
  const networks = [...NETWORKS, ...beside.networks].map(name => networkOf(stack, name))
  const services = [
    ...factsOf(facts, 'service').map(service => [service.name, blockOf(service, facts)] as const),
    ...own.map(({ name, block }) => [name, block] as const),
  ]
  const { networks: others = {}, ...rest } = restOf(factsOf(facts, 'fragment'))
  const file: ComposeFile = {
    name: stack.project,
    services: Object.fromEntries(services),
    networks: { ...Object.fromEntries(networks.map(one => [`${one.labels['com.docker.compose.network']}`, networkBlock(one)])), ...others },
    ...rest,
  }
  return {
    stack,
    needsIpv6: spec.ipv6 === 'required',
    file,
    folders: [folder(stack.root), folder(`${stack.root}/storage`), ...beside.folders],
    compose: text(`${stack.root}/${FILE}`, composeText(file)),
    networks,
    own,
    images: imagesOf([...factsOf(facts, 'service').map(service => blockOf(service, facts)), ...own]),
    foreign: factsOf(facts, 'foreign database').map(fact => foreignOf(fact, stack)),
  }
}

/** What is built has none. */
const imagesOf = (services: ReadonlyArray<{ readonly image?: unknown }>): ReadonlyArray<string> => [
  ...new Set(services.flatMap(({ image }) => (typeof image === 'string' ? [image] : []))),
]

const partsOf = ({ folders, compose, own }: StackWanted): ReadonlyArray<Part> => [...folders, ...own.flatMap(({ files }) => files), compose]

/** What services of the user's keep below the root can't be made again by us. */
const claims = (wanted: StackWanted): ReadonlyArray<Claim> => {
  const { stack, networks, own } = wanted
  const kept = own.length === 0 ? {} : keeping(`what ${own.map(({ name }) => name).join(' and ')} kept below ${stack.root}`)
  return [
    ...claimsOf(stack.host, partsOf(wanted)).map(claim => (claim.id === stack.root ? { ...claim, ...kept } : claim)),
    ...claimsOf(stack.engine, networks),
    ...claimsOfOwn(own, stack),
  ]
}
const keeping = (data: string): Pick<Claim, 'data' | 'impact'> => ({ data: true, impact: { stops: [], data } })

const probes = (wanted: StackWanted): ReadonlyArray<Probe> => [
  ...probesOf(wanted.stack.host, partsOf(wanted)),
  ...probesOf(wanted.stack.engine, wanted.networks),
  ...probesOfOwn(wanted.own, wanted.stack),
  ...wanted.foreign.map(({ probe }) => probe),
]

const read = (wanted: StackWanted, answers: Answers): StackSeen => ({
  parts: readParts(wanted.stack.host, partsOf(wanted), answers),
  networks: readParts(wanted.stack.engine, wanted.networks, answers),
  own: readOwn(wanted.own, wanted.stack, answers),
  foreign: wanted.foreign.map(({ probe }) => presentOf(answers.of(probe))),
})

const diff = (wanted: StackWanted, seen: StackSeen | undefined): Diff => {
  const parts = differing(partsOf(wanted), seen?.parts)
  const before = textIn(wanted, seen)
  const blocks = before === undefined ? [] : composeFields(FILE, before, wanted.file)
  const fields = [
    ...blocks,
    ...fieldsOf(parts, seen?.parts),
    ...fieldsOf(differing(wanted.networks, seen?.networks), seen?.networks),
    ...fieldsOfOwn(wanted.own, seen?.own ?? {}),
    ...(seen === undefined ? wanted.foreign.map(askedFirst) : []),
  ]
  const files = filesOf(parts, seen?.parts).filter(({ path }) => path !== wanted.compose.path || blocks.length === 0)
  if (!isPresent(wanted.compose, seen?.parts)) return { action: 'create', fields, files }
  return fields.length + files.length === 0 ? NONE : { action: 'update', fields, files }
}

/** A host that is not there yet can't ask. */
const askedFirst = ({ at: { host, name } }: Foreign): Field => ({
  name: `database ${name}`,
  to: `${host} is asked for it before anything of this is written`,
  notable: true,
})

const textIn = ({ compose }: StackWanted, seen: StackSeen | undefined): string | undefined => {
  const file = seen?.parts[`file ${compose.path}`]
  return typeof file === 'object' && file !== null && 'content' in file ? `${file.content}` : undefined
}

/** Networks before what lives in them. Whose image comes anew waits for it in a step of its own. */
const steps = (wanted: StackWanted, seen: StackSeen | undefined): ReadonlyArray<Step> => [
  ...fetching(wanted, textIn(wanted, seen) ?? ''),
  ...stepsOf(wanted.stack.host, differing(partsOf(wanted), seen?.parts)),
  ...stepsOf(wanted.stack.engine, differing(wanted.networks, seen?.networks)),
  ...stepsOfOwn(wanted.own, wanted.stack, seen?.own ?? {}),
]

const fetching = ({ images, stack: { engine: via, login } }: StackWanted, before: string): ReadonlyArray<Step> => {
  const fresh = images.filter(image => !before.includes(image))
  return fresh.length === 0 ? [] : [{ do: 'fetch', via, images: fresh, ...(login !== undefined && { login }) }]
}

/** A container that goes may have the port of one that comes. */
const order = (_: StackWanted, own: ReadonlyArray<Step>, gone: ReadonlyArray<Step>): ReadonlyArray<Step> => {
  const isContainer = (step: Step): boolean => step.do === 'restore' && step.what === 'container'
  const at = own.findIndex(step => step.do === 'pull' || step.do === 'try')
  const first = at < 0 ? own.length : at
  return [...own.slice(0, first), ...gone.filter(isContainer), ...own.slice(first), ...gone.filter(step => !isContainer(step))]
}

/** Of one of its keys there would be a dot. */
const SERVICE_GONE = new RegExp(`^${FILE} (?!(?:${[...SERVICES].join('|')})$)([^.]+)$`)

/** Services of ours restart in tasks of their own. */
const impact = ({ own }: StackWanted, change: Diff): Impact => {
  if (change.action !== 'update') return { stops: [] }
  const namesWhere = (is: (field: Field, name: string) => boolean): string =>
    own.flatMap(({ name }) => (change.fields.some(field => is(field, name)) ? [name] : [])).join(', ')
  const starts = namesWhere(({ name, to }, service) => name === `${service} container` && to === 'running')
  const restarts = namesWhere(
    ({ name, to }, service) => name === `${service} image` || (name === `${service} container` && to === 'made again'),
  )
  const removes = change.fields.flatMap(({ name, to }) => (to === undefined ? (SERVICE_GONE.exec(name)?.[1] ?? []) : [])).join(', ')
  const effects = Object.entries({ restarts, starts, removes }).flatMap(([does, names]) => (names === '' ? [] : [`${does} ${names}`]))
  const effect = effects.length === 0 ? 'restarts nothing itself' : effects.join(', ')
  return { stops: [], effect }
}

const refuses = (wanted: StackWanted, seen: StackSeen | undefined, on: HostSeen): Fault | undefined => {
  const { needsIpv6, foreign } = wanted
  if (needsIpv6 && !on.host.ipv6) return unsupported(on) ?? { code: 'IPV6_MISSING', host: on.name }
  const refused = foreign.flatMap((one, index) => {
    const answer = seen?.foreign[index]
    return (answer && refusalOf(one, answer, on.name)) ?? []
  })
  const before = textIn(wanted, seen)
  const moving = before === undefined ? undefined : movingPort(before, wanted.file)
  return unsupported(on) ?? refused[0] ?? (moving && { code: 'PORT_MOVES', ...moving })
}

const losing = (held: ReadonlyArray<Held>) => {
  const impacts = held.flatMap(({ impact }) => impact ?? [])
  const [data] = impacts.flatMap(one => one.data ?? [])
  const containers = held.filter(({ what }) => what === 'container').length
  const roots = held.filter(({ what }) => what === 'dir').map(({ id }) => id)
  const root = roots.sort((a, b) => a.length - b.length)[0] ?? 'its folder'
  const services = containers === 0 ? '' : `, ${counted(containers, 'service')} of your own`
  return { stops: [], ...(data !== undefined && { data }), sentence: `${root} and its networks removed${services}` }
}

/** Services of ours have resources of their own. */
const detail: Kind<ComposeStackSpec, StackWanted, StackSeen>['detail'] = ({ stack, file, own }, seen) => ({
  says: `${stack.root}, project ${stack.project}, ${counted(Object.keys(file.services).length, 'service')}`,
  data: { root: stack.root, project: stack.project, services: Object.keys(file.services) },
  parts: own.map(({ name }) => partOf(name, seen.own[name])),
})

const stackKind: Kind<ComposeStackSpec, StackWanted, StackSeen> = kind({
  kind: 'compose-stack',
  after: ['docker', 'firewall'],
  codec: ComposeStackSpec,
  offers: (self, { root, ipv6 }) => [{ fact: 'stack', from: self, root, ipv6: ipv6 !== 'disabled' }],
  want,
  sentence: ({ stack, file }) => `${stack.root}, project ${stack.project}, ${counted(Object.keys(file.services).length, 'service')}`,
  claims,
  probes,
  read,
  diff,
  steps,
  order,
  impact,
  losing,
  refuses,
  detail,
})

export const composeStack = wherePortsAreFree(stackKind, ({ own, stack }) => ({
  host: stack.host,
  all: own.map(({ name, block }) => ({ name, ports: portsOf(block) })),
}))
