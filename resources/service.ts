import type {
  Addr,
  Answers,
  Asks,
  Change,
  Claim,
  Diff,
  Fact,
  Facts,
  Field,
  Impact,
  Kind,
  Probe,
  Ready,
  Step,
  Text,
} from '../engine/contract.js'
import { NONE } from '../engine/diff.js'
import { factsOf, type ServiceFact } from './facts.js'
import { kind, presentOf } from './kind.js'
import { claimsOf, differing, fieldsOf, filesOf, type Part, probesOf, readParts, type SeenParts, stepsOf } from './part.js'
import { type Block, blockOf, networkOf, type Stack, stackOf } from './stack.js'
import { text } from './texts.js'

/** What a kind knows of its service beyond the block: what lies on the host for it, and how it comes up. */
export interface Service {
  readonly folders: ReadonlyArray<Part<'dir'>>
  /** Folders whose content can't be made again, each with what is in it, in words. */
  readonly data?: { readonly [path: string]: string }
  /** Read at the start only: part of the digest that the container carries. */
  readonly starts: ReadonlyArray<Part<'file'>>
  /** Read again by itself, or not by the container at all. */
  readonly follows?: ReadonlyArray<Part<'file'>>
  /** Read again on a signal; a stamp says what was loaded last. */
  readonly reloads?: { readonly files: ReadonlyArray<Part<'file'>>; readonly signal: string; readonly stamp: string }
  readonly ready: Ready
  /** Folders in the container that a trial gets empty ones for. */
  readonly scratch?: ReadonlyArray<string>
  /** Networks without which a trial would not get ready; left out: it is in all. */
  readonly reaches?: ReadonlyArray<string>
  /** What a trial runs in place of its own program. */
  readonly trial?: ReadonlyArray<string>
  /** Takes a second or more to end, longer than it takes to make a new one. */
  readonly lingers?: true
  /** What answers once it is ready. */
  readonly opens?: ReadonlyArray<Change>
  /** In a plan, what it is. */
  readonly says: string
  /** What its restart costs. */
  readonly restart: Omit<Impact, 'stops'>
  /** What its users lose when it goes, in words. */
  readonly losing: string
}

/** Plain JSON: all of it can be remembered. */
export interface ServiceWanted extends Service {
  readonly self: Addr
  readonly name: string
  readonly image: string
  readonly stack: Stack
  readonly block: Block
  readonly digest: Text
  /** As the engine calls them. */
  readonly networks: ReadonlyArray<string>
  readonly stamp: ReadonlyArray<Part<'file'>>
}
export interface ServiceSeen {
  readonly parts: SeenParts
  readonly container?: Asks['container']
}

export const serviceFact = (self: Addr, facts: Facts): ServiceFact => {
  const service = factsOf(facts, 'service').find(({ from }) => from === self)
  if (service === undefined) throw new Error(`${self} offers no service`)
  return service
}

export const wantService = (self: Addr, facts: Facts, service: Service): ServiceWanted => {
  const fact = serviceFact(self, facts)
  const stack = stackOf(facts)
  const block = blockOf(fact, facts)
  const networks = fact.networks.map(name => networkOf(stack, name))
  const { reloads } = service
  return {
    ...service,
    self,
    name: fact.name,
    image: `${block.image}`,
    stack,
    block,
    digest: digestOf(block, networks, service.starts),
    networks: networks.map(({ name }) => name).sort(),
    stamp: reloads === undefined ? [] : [text(reloads.stamp, [{ digest: reloads.files.map(({ content }) => content) }])],
  }
}

/** All that a container only takes in when it is made. */
export const digestOf = (block: Block, networks: ReadonlyArray<Part<'network'>>, starts: ReadonlyArray<Part<'file'>>): Text => [
  { digest: [JSON.stringify(block), JSON.stringify(networks), ...starts.map(({ content }) => content)] },
]

const partsBefore = ({ folders, starts, follows = [], reloads }: Service): ReadonlyArray<Part> => [
  ...folders,
  ...starts,
  ...follows,
  ...(reloads?.files ?? []),
]
const partsOf = (want: ServiceWanted): ReadonlyArray<Part> => [...partsBefore(want), ...want.stamp]

export const containerAt = ({ stack, name, digest }: Pick<ServiceWanted, 'stack' | 'name' | 'digest'>) =>
  ({ ask: 'container', key: `${stack.project}/${name}`, via: stack.engine, match: digest }) as const

const claims = (want: ServiceWanted): ReadonlyArray<Claim> => {
  const { self, name, image, stack, data = {}, losing } = want
  const loses = (id: string): Pick<Claim, 'data' | 'impact'> => ({ data: true, impact: { stops: [], data: data[id] ?? '' } })
  return [
    ...claimsOf(stack.host, partsOf(want)).map(claim => ({ ...claim, ...(data[claim.id] !== undefined && loses(claim.id)) })),
    { what: 'image', id: image, via: stack.engine, hold: 'share' },
    {
      what: 'container',
      id: `${stack.project}/${name}`,
      via: stack.engine,
      hold: 'own',
      impact: { stops: [self], effect: losing },
    },
  ]
}

/** How the container that is there differs from the wanted one: it is made again exactly when something is in here. */
export const containerFields = (
  { image, networks }: { readonly image: string; readonly networks: ReadonlyArray<string> },
  seen: Asks['container'] | undefined,
): ReadonlyArray<Field> => {
  if (seen === undefined) return [{ name: 'container', to: 'running' }]
  if (!seen.running) return [{ name: 'container', from: seen.instead ?? 'exited', to: 'running' }]
  const cut = networks.filter(name => !seen.networks.includes(name))
  if (cut.length > 0) return [{ name: 'container', from: `cut off from ${cut.join(', ')}`, to: 'made again' }]
  if (seen.same !== false) return []
  return [seen.image === image ? { name: 'container', from: 'running', to: 'made again' } : { name: 'image', from: seen.image, to: image }]
}

const diff = (want: ServiceWanted, seen: ServiceSeen | undefined): Diff => {
  const parts = differing(partsOf(want), seen?.parts)
  const isStart = parts.some(part => want.starts.some(one => one === part))
  const container = containerFields(want, seen?.container).map(field =>
    isStart && isAgain(field) ? { ...field, follows: true as const } : field,
  )
  const fields = [...fieldsOf(parts, seen?.parts), ...container]
  const files = filesOf(parts, seen?.parts)
  if (seen?.container === undefined) return { action: 'create', fields, files }
  return fields.length + files.length === 0 ? NONE : { action: 'update', fields, files }
}

type Given = 'stack' | 'name' | 'image' | 'digest' | 'networks' | 'reaches' | 'trial' | 'ready' | 'lingers'
interface Upping extends Pick<ServiceWanted, Given> {
  readonly ports: ReadonlyArray<string>
  readonly scratch: ReadonlyArray<string>
  readonly files: ReadonlyArray<string>
  readonly opens: ReadonlyArray<Change>
}

/** What would replace the running one is tried before that stops. */
export const upSteps = ({
  stack,
  name,
  image,
  digest,
  ports,
  scratch,
  reaches,
  trial,
  files,
  networks,
  ready,
  lingers,
  opens,
}: Upping): ReadonlyArray<Step> => {
  const { engine: via, login, project, root } = stack
  const of = { project, service: name, root }
  return [
    { do: 'pull', via, image, ...(login !== undefined && { login }) },
    { do: 'try', via, ...of, ports, scratch, ...(reaches && { reaches }), ready, ...(trial && { instead: trial }) },
    { do: 'up', via, ...of, image, digest, files, networks, ready, ...(lingers && { lingers }), opens },
  ]
}

const steps = (want: ServiceWanted, seen: ServiceSeen | undefined): ReadonlyArray<Step> => {
  const { stack, name, reloads, scratch = [], opens = [] } = want
  const stamps = differing(want.stamp, seen?.parts)
  const files = partsBefore(want).flatMap(part => (part.what === 'file' ? [part.path] : []))
  const recreates = containerFields(want, seen?.container).length > 0
  const reload = reloads !== undefined && stamps.length > 0 && !recreates
  return [
    ...stepsOf(stack.host, differing(partsBefore(want), seen?.parts)),
    ...(recreates ? upSteps({ ...want, ports: portsOf(want.block), files, scratch, opens }) : []),
    ...(reload ? [{ do: 'signal', via: stack.engine, project: stack.project, service: name, signal: reloads.signal } as const] : []),
    ...stepsOf(stack.host, stamps),
  ]
}

/** Ports of the host that a block publishes, `6969/udp`. */
export const portsOf = ({ ports }: Block): ReadonlyArray<string> =>
  (Array.isArray(ports) ? ports : []).flatMap(written => {
    const [, port, proto = 'tcp'] = /(?:^|:)(\d+):\d+(?:\/(tcp|udp))?$/.exec(`${written}`) ?? []
    return port === undefined ? [] : [`${port}/${proto}`]
  })

const isAgain = ({ from }: Field): boolean => from === 'running'

export const isRestart = ({ name }: Field): boolean => name === 'container' || name === 'image'

const impact = ({ self, name, reloads, restart }: ServiceWanted, change: Diff): Impact => {
  if (change.action !== 'update') return { stops: [] }
  const restarting = change.fields.find(isRestart)
  if (restarting?.to === 'running') return { stops: [], effect: `starts ${name}` }
  if (restarting !== undefined) return { stops: [self], effect: `restarts ${name}`, ...restart }
  const paths = new Set([...change.files.map(({ path }) => path), ...change.fields.map(one => one.name)])
  return { stops: [], effect: reloads?.files.some(({ path }) => paths.has(path)) ? 'reloads, no gap' : 'restarts nothing' }
}

type Said<S> = Pick<Kind<S, ServiceWanted, ServiceSeen>, 'kind' | 'after' | 'codec'> &
  Partial<Pick<Kind<S, ServiceWanted, ServiceSeen>, 'checks' | 'refuses' | 'unmet' | 'foreign'>> & {
    /** From its own section only. */
    readonly block: (spec: S) => Omit<ServiceFact, 'fact' | 'from'>
    readonly offers?: (self: Addr, spec: S) => ReadonlyArray<Fact>
    readonly service: (self: Addr, spec: S, facts: Facts) => Service
  }

/** A kind whose resource is a service of the stack. */
export const serviceKind = <S>({ block, offers = () => [], service, ...said }: Said<S>): Kind<S, ServiceWanted, ServiceSeen> =>
  kind<S, ServiceWanted, ServiceSeen>({
    ...said,
    offers: (self, spec) => [{ fact: 'service', from: self, ...block(spec) }, ...offers(self, spec)],
    want: (self, spec, facts) => wantService(self, facts, service(self, spec, facts)),
    sentence: ({ says }) => says,
    claims,
    probes: (want): ReadonlyArray<Probe> => [...probesOf(want.stack.host, partsOf(want)), containerAt(want)],
    read: (want, answers: Answers) => {
      const container = presentOf(answers.of(containerAt(want)))
      return { parts: readParts(want.stack.host, partsOf(want), answers), ...(container && { container }) }
    },
    diff,
    steps,
    impact,
  })
