import type { Addr, Answers, Asks, Claim, Diff, Facts, Field, Hole, Kind, Probe, Step, Text } from '../../engine/contract.js'
import { NONE } from '../../engine/diff.js'
import { environmentOf } from '../../resources/facts.js'
import { kind, presentOf } from '../../resources/kind.js'
import { claimsOf, differing, fieldsOf, filesOf, type Part, probesOf, readParts, type SeenParts, stepsOf } from '../../resources/part.js'

/** A service of the stack: its container, what that reads when it starts, and what it reads again. */
export interface Service {
  readonly name: string
  readonly image: string
  readonly block: { readonly [key: string]: unknown }
  readonly folders: ReadonlyArray<Part>
  /** Read at the start only: part of the digest that the process carries. */
  readonly starts: ReadonlyArray<Part<'file'>>
  /** Read again by itself. */
  readonly follows: ReadonlyArray<Part<'file'>>
  /** Read again on a signal; a stamp says what was loaded last. */
  readonly reloads?: { readonly files: ReadonlyArray<Part<'file'>>; readonly signal: string; readonly stamp: string }
}
export interface ServiceWanted extends Service {
  readonly project: string
  readonly digest: Text
  readonly stamp: ReadonlyArray<Part<'file'>>
}
export interface ServiceSeen {
  readonly parts: SeenParts
  readonly container?: Asks['container']
}

export const ROOT = '/opt/torrust'
const HOST = 'vm.main'
const ENGINE = 'docker.main'

export const folder = (path: string, hold?: 'own'): Part => ({
  what: 'dir',
  path,
  mode: '0750',
  owner: 'root',
  group: 'root',
  ...(hold && { hold }),
})
export const text = (path: string, content: Text): Part<'file'> => ({
  what: 'file',
  hold: 'own',
  path,
  content,
  mode: typeof content === 'string' ? '0640' : '0600',
  owner: 'root',
  group: 'root',
})

/** One line for each variable; a secret is a hole. */
export const envFile = (path: string, variables: { readonly [name: string]: ReadonlyArray<string | Hole> }): Part<'file'> =>
  text(
    path,
    Object.entries(variables).flatMap(([name, value]) => [`${name}=`, ...value, '\n']),
  )

const digestOf = ({ image, block, starts }: Service): Text => [
  { digest: [image, JSON.stringify(block), ...starts.map(({ content }) => content)] },
]

const wantedOf = (service: Service, project: string): ServiceWanted => ({
  ...service,
  project,
  digest: digestOf(service),
  stamp:
    service.reloads === undefined ? [] : [text(service.reloads.stamp, [{ digest: service.reloads.files.map(({ content }) => content) }])],
})

const before = ({ folders, starts, follows, reloads }: Service): ReadonlyArray<Part> => [
  ...folders,
  ...starts,
  ...follows,
  ...(reloads?.files ?? []),
]
const partsOf = (want: ServiceWanted): ReadonlyArray<Part> => [...before(want), ...want.stamp]

const containerOf = ({ project, name, digest }: ServiceWanted) =>
  ({ ask: 'container', key: `${project}/${name}`, via: ENGINE, match: digest }) as const

const fieldsFor = ({ image }: ServiceWanted, seen: Asks['container'] | undefined): ReadonlyArray<Field> => {
  if (seen === undefined) return [{ name: 'container', to: 'running' }]
  if (!seen.running) return [{ name: 'container', from: 'exited', to: 'running' }]
  return seen.same === true ? [] : [{ name: 'container', from: seen.image, to: image }]
}

const diff = (want: ServiceWanted, seen: ServiceSeen | undefined): Diff => {
  const parts = differing(partsOf(want), seen?.parts)
  const fields = [...fieldsOf(parts, seen?.parts), ...fieldsFor(want, seen?.container)]
  const files = filesOf(parts, seen?.parts)
  if (seen?.container === undefined) return { action: 'create', fields, files }
  return fields.length + files.length === 0 ? NONE : { action: 'update', fields, files }
}

/** What would replace the running one is tried before that stops. */
const steps = (want: ServiceWanted, seen: ServiceSeen | undefined): ReadonlyArray<Step> => {
  const { project, name: service, image, digest, reloads } = want
  const restarts = fieldsFor(want, seen?.container).length > 0
  const stamps = differing(want.stamp, seen?.parts)
  const of = { project, service, root: ROOT }
  const up: ReadonlyArray<Step> = [
    { do: 'pull', via: ENGINE, image },
    { do: 'try', via: ENGINE, ...of, ports: [], scratch: [], ready: { seconds: 1 } },
    { do: 'up', via: ENGINE, ...of, image, digest, files: [], ready: { seconds: 1 }, opens: [] },
  ]
  return [
    ...stepsOf(HOST, differing(before(want), seen?.parts)),
    ...(restarts
      ? up
      : stamps.length > 0
        ? [{ do: 'signal', via: ENGINE, project, service, signal: reloads?.signal ?? 'SIGHUP' } as const]
        : []),
    ...stepsOf(HOST, stamps),
  ]
}

type Said<S> = Pick<Kind<S, never, never>, 'kind' | 'after' | 'codec'> & {
  readonly service: (self: Addr, spec: S, facts: Facts) => Service
  readonly offers?: Kind<S, never, never>['offers']
  readonly checks?: (want: ServiceWanted) => ReturnType<Kind<S, never, never>['checks']>
}

/** A kind whose resource is a service of the stack. */
export const serviceKind = <S>({ service, ...said }: Said<S>): Kind<S, ServiceWanted, ServiceSeen> =>
  kind<S, ServiceWanted, ServiceSeen>({
    ...said,
    want: (self, spec, facts) => wantedOf(service(self, spec, facts), environmentOf(facts).name),
    sentence: ({ image }) => image,
    claims: want => [
      ...claimsOf(HOST, partsOf(want)),
      { what: 'container', id: `${want.project}/${want.name}`, via: ENGINE, hold: 'own' } satisfies Claim,
      { what: 'image', id: want.image, via: ENGINE, hold: 'share' } satisfies Claim,
    ],
    probes: (want): ReadonlyArray<Probe> => [...probesOf(HOST, partsOf(want)), containerOf(want)],
    read: (want, answers: Answers) => {
      const container = presentOf(answers.of(containerOf(want)))
      return { parts: readParts(HOST, partsOf(want), answers), ...(container && { container }) }
    },
    diff,
    steps,
  })
