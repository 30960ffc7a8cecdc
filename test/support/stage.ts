import type { Look, Reveal } from '../../engine/channel.js'
import type { Addr, Answer, AnyKind, Ask, Change, Claim, Facts, Held, Host, Probe, Rule, Step } from '../../engine/contract.js'
import { marksOf } from '../../engine/mark.js'
import { answerOf } from '../../engine/model/answers.js'
import { sshPort } from '../../engine/model/effects/reach.js'
import { heldAt, hold, release } from '../../engine/model/ledger.js'
import { change, emptyModel, type Model, type Place, perform, placeOf, viewOf } from '../../engine/model/model.js'
import { objection } from '../../engine/model/objection.js'
import { type SealedStep, seal } from '../../engine/model/seal.js'
import { type Decision, decide, decideDelete, type Entry, entryOf } from '../../engine/plan/decide.js'
import { type Routes, routesOf } from '../../engine/routes.js'
import type { Declared } from '../../engine/wish.js'
import { type World, worldOf } from '../../engine/world.js'
import { machinesHeld } from '../../providers/sandbox/look.js'
import { E } from '../../specs/fp.js'

/** One resource of one environment, with the facts that it sees. */
export interface Role {
  readonly environment: string
  readonly declared: Declared
  readonly kind: AnyKind
  readonly facts: Facts
}

const SALT = 'salt'
export const reveal: Reveal = text => async () =>
  E.right(typeof text === 'string' ? text : text.map(part => (typeof part === 'string' ? part : JSON.stringify(part))).join(''))

/** A model in which decisions are made and done as the engine makes and does them, but a step at a time. */
export interface Stage {
  readonly model: Model
}
export const copyOf = ({ model }: Stage): Stage => ({ model: structuredClone(model) })

/** A provider with nothing, or with a machine whose host has been changed so. */
export const stageWith = (host?: Host, name = 'demo', before: ReadonlyArray<Change> = []): Stage => {
  const model = emptyModel()
  if (host === undefined) return { model }
  const place = placeOf(name, host)
  for (const one of before) change(place, one)
  model.hosts.set(name, place)
  const machine = {
    id: name,
    image: `${host.os}/${host.version}`,
    cpus: 2,
    memory: 0,
    disk: 0,
    running: true,
    addresses: [],
    labels: {},
    config: {},
  }
  change(model.provider, { ask: 'machine', key: name, to: machine })
  return { model }
}

export const routesFor = ({ facts, kind, declared }: Role): Routes => routesOf([...facts, ...kind.offers(declared.addr, declared.spec)])
export const entryFor = ({ declared, kind, facts }: Role): Entry => entryOf(declared, kind, facts)

const placeFor = (stage: Stage, role: Role, via: Probe['via']): Place | undefined => {
  const routes = routesFor(role)
  const root = routes.rootOf(via)
  return root === 'provider' ? stage.model.provider : stage.model.hosts.get(routes.machines.get(root as Addr)?.name ?? '')
}

/** Looks at all that this resource asks. */
export const lookAs = async (stage: Stage, role: Role): Promise<World> => {
  const entry = entryFor(role)
  const routes = routesFor(role)
  const [addr, machine] = [...routes.machines][0] ?? []
  const host = stage.model.hosts.get(machine?.name ?? '')
  const running = viewOf(stage.model.provider).at('machine', machine?.name ?? '')?.running === true
  const answers = await Promise.all(entry.probes.map(probe => answerTo(stage, role, probe)))
  const ledger = [...machinesHeld(stage.model), ...(host === undefined ? [] : heldAt(host))]
  const look: Look = { answers, ledger, busy: [] }
  const hosts = new Map(addr !== undefined && host !== undefined && running ? [[addr, host.host]] : [])
  return worldOf([[entry.probes, look]], { environment: role.environment, machines: new Map(), hosts, unreachable: new Map() })
}

export const answerTo = async (stage: Stage, role: Role, probe: Probe): Promise<Answer<unknown>> => {
  const place = placeFor(stage, role, probe.via)
  const machine = [...routesFor(role).machines.values()][0]
  const isHost = place !== stage.model.provider
  const running = viewOf(stage.model.provider).at('machine', machine?.name ?? '')?.running === true
  if (place === undefined || (isHost && !running)) return { is: 'unasked', via: probe.via, fault: { code: 'NOT_BEFORE', via: probe.via } }
  const wanted = probe.match === undefined ? undefined : await clear(probe.match)
  return answerOf(probe, { model: stage.model, place, salt: SALT, ...(wanted !== undefined && { wanted }) })
}

const clear = async (text: NonNullable<Probe['match']>): Promise<string> => {
  const revealed = await reveal(text, SALT)()
  if (E.isLeft(revealed)) throw new Error(revealed.left.code)
  return revealed.right
}

export const decideAs = async (stage: Stage, role: Role): Promise<Decision> =>
  decide(entryFor(role), { world: await lookAs(stage, role), routes: routesFor(role), environment: role.environment, blank: false })

export const decideDeleteAs = async (stage: Stage, role: Role): Promise<Decision> =>
  decideDelete(role.declared.addr, role.kind, {
    world: await lookAs(stage, role),
    routes: routesFor(role),
    environment: role.environment,
    blank: false,
  })

type Doing = Pick<Decision, 'claims' | 'steps' | 'releases'>

/** Claims before the first step at their place, then each step, then what is given up; `each` is told after every step. */
export const act = async (
  stage: Stage,
  role: Role,
  { claims, steps, releases }: Doing,
  each: () => void = () => undefined,
): Promise<void> => {
  for (const step of steps) {
    for (const claim of claims) ledgerOf(stage, role, claim, hold)
    await doStep(stage, role, step)
    each()
  }
  for (const claim of claims) ledgerOf(stage, role, claim, hold)
  for (const claim of releases) ledgerOf(stage, role, claim, release)
}

const ledgerOf = (stage: Stage, role: Role, claim: Claim, write: typeof hold): void => {
  const place = placeFor(stage, role, claim.via)
  if (place !== undefined && place !== stage.model.provider)
    write(place, claim, { environment: role.environment, addr: role.declared.addr })
}

export const doStep = async (stage: Stage, role: Role, step: Step, part?: number): Promise<void> => {
  if (step.done !== undefined && (await answerTo(stage, role, step.done)).is === 'present') return
  const place = placeFor(stage, role, step.via)
  if (place === undefined) throw new Error(`nowhere to do ${JSON.stringify(step)}`)
  const sealed = await seal(marked(step, role), reveal, SALT)()
  if (E.isLeft(sealed)) throw new Error(sealed.left.code)
  const objected = objection(sealed.right as SealedStep, viewOf(place))
  if (objected !== undefined) throw new Error(`${step.do}: ${objected}`)
  if (step.do === 'confirm' && sshPort(viewOf(place), step.port) !== step.port) throw new Error(`nobody gets in at ${step.port}`)
  perform(stage.model, place, sealed.right, part === undefined ? {} : { part })
}

const marked = (step: Step, { environment, declared }: Role): Step =>
  step.do === 'machine create' ? { ...step, labels: { ...step.labels, ...marksOf({ environment, addr: declared.addr }) } } : step

/** Decides and acts until nothing is left to do, at most so often. */
export const settle = async (stage: Stage, role: Role, each?: () => void): Promise<Decision> => {
  const decision = await decideAs(stage, role)
  if (decision.refused !== undefined) throw new Error(JSON.stringify(decision.refused))
  await act(stage, role, decision, each)
  return decision
}

/** Everything that was ever touched, as it is now: equal pictures, equal worlds. */
export const pictureOf = ({ model }: Stage, like: ReadonlyArray<Stage> = []): { readonly [thing: string]: unknown } => {
  const picture: { [thing: string]: unknown } = {}
  for (const name of new Set([model, ...like.map(one => one.model)].flatMap(one => ['provider', ...one.hosts.keys()]))) {
    const place = name === 'provider' ? model.provider : model.hosts.get(name)
    for (const [ask, key] of touched(name, [model, ...like.map(one => one.model)])) {
      picture[`${name} ${ask} ${key}`] = place === undefined ? undefined : orderless(viewOf(place).at(ask, key))
    }
  }
  return picture
}

/** Of rules that all allow, the order means nothing. */
const orderless = (value: unknown): unknown => {
  const { rules } = (value ?? {}) as { readonly rules?: ReadonlyArray<Rule> }
  return rules === undefined ? value : rules.map(rule => JSON.stringify(rule)).sort()
}

const touched = (name: string, models: ReadonlyArray<Model>): ReadonlyArray<readonly [Ask, string]> =>
  models.flatMap(model => {
    const place = name === 'provider' ? model.provider : model.hosts.get(name)
    return [...(place?.things ?? [])].flatMap(([ask, known]) => [...known.keys()].map(key => [ask, key] as const))
  })

export const ledgersOf = ({ model }: Stage): ReadonlyArray<Held> => [...model.hosts.values()].flatMap(place => heldAt(place))
