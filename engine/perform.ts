import { type Fault, retryOf } from '../specs/fault.js'
import { type Part, partsOf } from './batches.js'
import type { Addr, Channel, Look, Machine, Outcome, Probe } from './contract.js'
import { covers } from './covers.js'
import { type Decision, decide, decideDelete, type Entry, unaskedOf } from './decide.js'
import { doingOf } from './doing.js'
import type { Task } from './plan-value.js'
import { rememberOf } from './remember.js'
import type { Root } from './routes.js'
import type { RunInput } from './run.js'
import type { Remembered, TaskResult } from './store.js'
import { lookAt, type World, worldOf } from './world.js'

export interface Performing extends RunInput {
  readonly memo: ReadonlyMap<Addr, Remembered>
  /** As the run goes on: a task may make one. */
  readonly machines: Map<Addr, Machine>
  /** By host: steps of the package manager never overlap. */
  readonly queues: Map<Root, Promise<unknown>>
  /** What could begin and waits for a free place. */
  readonly ready: Array<Task>
  readonly gathering: { open?: { readonly probes: Array<Probe>; readonly world: Promise<World> } | undefined }
  /** Looks that asked for a predicted task before it began. */
  readonly ahead: Map<Addr, Promise<World>>
}

export type Done = { readonly fault: Fault } | { readonly remember: NonNullable<TaskResult['remember']> }

type Doing = Pick<Decision, 'steps' | 'claims' | 'releases'>
type Tried = { readonly world: World } | { readonly fault: Fault; readonly again: boolean }

/** What passes by itself is waited for this long. */
const PATIENCE_MS = 10 * 60_000
const PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000

/**
 * Acts, and asks again. After what passes by itself, or a lost connection, the world is looked at and the rest decided anew;
 * what then is decided may be less than the plan showed, never more.
 */
export const perform = async (task: Task, performing: Performing): Promise<Done> => {
  const { clock, report, stop } = performing
  const deadline = clock.now() + PATIENCE_MS
  let doing: Doing | undefined = task.predicted ? undefined : task
  for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const tried = doing === undefined ? await decideAgain(task, performing) : await act(task, doing, performing)
    if ('world' in tried) return { remember: rememberedOf(task, tried.world, performing) }
    if ('doing' in tried) {
      doing = tried.doing
      pause = PAUSE_MS / 2
      continue
    }
    if (!tried.again || clock.now() + pause > deadline || stop.aborted) return { fault: tried.fault }
    report({ at: 'again', addr: task.addr, fault: tried.fault, inSeconds: pause / 1000 })
    await clock.sleep(pause)
    doing = undefined
  }
}

const rememberedOf = (task: Task, world: World, { planned, memo }: Performing): NonNullable<TaskResult['remember']> => {
  const entry = planned.entries.get(task.addr)
  return entry === undefined ? 'forget' : rememberOf(entry, world, memo.get(task.addr))
}

const decideAgain = async (task: Task, performing: Performing): Promise<Tried | { readonly doing: Doing }> => {
  const { planned } = performing
  const { routes, input } = planned
  const entry = planned.entries.get(task.addr)
  const world = await (lookedAhead(task, performing) ?? lookFor(entry, performing))
  const deciding = { world, routes, environment: input.wish.environment, blank: false }
  if (entry === undefined) {
    const held = world.held.get(task.addr) ?? []
    if (held.length === 0) return { world }
    const kind = input.kinds.get(task.kind)
    return kind === undefined
      ? { fault: { code: 'KIND_UNKNOWN', addr: task.addr }, again: false }
      : { doing: decideDelete(task.addr, kind, deciding) }
  }
  const unasked = unaskedOf(entry, world)
  if (unasked !== undefined) return { fault: unasked.fault, again: retryOf(unasked.fault) === 'soon' }
  const decision = decide(entry, deciding)
  if (decision.refused !== undefined) return { fault: decision.refused, again: false }
  if (decision.action === 'none') return { world }
  if (!covers(task.steps, decision.steps)) return { fault: movedOf(task, decision), again: false }
  return { doing: decision }
}

const movedOf = (task: Task, { steps }: Decision): Fault => ({
  code: 'PLAN_MOVED',
  expected: `what was shown for ${task.addr}`,
  found: 'more',
  moved: steps.filter(step => !covers(task.steps, [step])).map(step => `${task.addr}: ${doingOf(step)}`),
})

/** Tasks that look in the same turn of the event loop share one look. */
const lookFor = (entry: Entry | undefined, performing: Performing): Promise<World> => {
  const { gathering } = performing
  gathering.open ??= { probes: [], world: gather(performing) }
  gathering.open.probes.push(...(entry?.probes ?? []))
  return gathering.open.world
}

const gather = async (performing: Performing): Promise<World> => {
  await new Promise<void>(resolve => setImmediate(resolve))
  const { planned, machines, gathering } = performing
  const { routes, input, links } = planned
  const { open } = gathering
  gathering.open = undefined
  const probes = open === undefined ? [] : [...open.probes, ...probesAhead(open.world, performing)]
  const world = await lookAt(probes, { environment: input.wish.environment, routes, provider: input.provider, links, reveal: input.reveal })
  for (const [addr, machine] of world.machines) machines.set(addr, machine)
  return world
}

/** All that it needs is done: what is asked now is as good as what is asked when its turn comes. */
const probesAhead = (world: Promise<World>, { planned, ready, ahead }: Performing): ReadonlyArray<Probe> =>
  ready.flatMap(({ addr, predicted }) => {
    if (!predicted || ahead.has(addr)) return []
    ahead.set(addr, world)
    return planned.entries.get(addr)?.probes ?? []
  })

/** Once: after a fault the world is looked at anew. */
const lookedAhead = ({ addr }: Task, { ahead }: Performing): Promise<World> | undefined => {
  const world = ahead.get(addr)
  ahead.delete(addr)
  return world
}

const act = async (task: Task, doing: Doing, performing: Performing): Promise<Tried> => {
  const { planned, stop } = performing
  const { routes, input } = planned
  const entry = planned.entries.get(task.addr)
  const looks: Array<readonly [ReadonlyArray<Probe>, Look]> = []
  const parts = partsOf(doing, routes)
  for (const part of parts) {
    if (looks.length > 0 && stop.aborted) return { fault: interruptedOf(performing), again: false }
    const channel = await channelTo(part.root, performing)
    if (!('act' in channel)) return { fault: channel.fault, again: retryOf(channel.fault) === 'soon' }
    const verify = part.last ? (entry?.probes ?? []).filter(({ via }) => routes.rootOf(via) === part.root) : []
    const outcome = await inTurn(part, performing, () => send(task, part, verify, channel, performing))
    if (outcome.is === 'unknown') return { fault: outcome.fault, again: true }
    if (outcome.is === 'failed') return { fault: outcome.fault, again: retryOf(outcome.fault) === 'soon' }
    /** Only after the last part at a place has its ledger lost what the task gives up. */
    looks.push([verify, part.last ? outcome.look : { ...outcome.look, ledger: [] }])
    noteMachines(verify, outcome.look, performing)
  }
  const asked = new Set(parts.map(({ root }) => root))
  const whole = entry?.probes.every(({ via }) => asked.has(routes.rootOf(via))) ?? true
  const hosts = new Map([
    ...planned.world.hosts,
    ...looks.flatMap(([, look], index) => (look.host ? [[parts[index]?.root as Root, look.host] as const] : [])),
  ])
  const rest = { environment: input.wish.environment, machines: performing.machines, hosts, unreachable: new Map() }
  const world = whole ? worldOf(looks, rest) : await lookFor(entry, performing)
  return verified(task, entry, world, performing)
}

const verified = (task: Task, entry: Entry | undefined, world: World, { planned }: Performing): Tried => {
  const { routes, input } = planned
  if (entry === undefined) {
    const left = world.held.get(task.addr) ?? []
    return left.length === 0
      ? { world }
      : notConverged(
          task,
          left.map(({ what, id }) => `${what} ${id} is still there`),
        )
  }
  const decision = decide(entry, { world, routes, environment: input.wish.environment, blank: false })
  if (decision.action === 'none') return { world }
  const fields = decision.diff.action === 'none' ? [] : decision.diff.fields
  const files = decision.diff.action === 'none' ? [] : decision.diff.files
  return notConverged(task, [
    ...fields.map(({ name, secret, from, to }) => (secret ? name : `${name} is ${JSON.stringify(from)}, wanted ${JSON.stringify(to)}`)),
    ...files.map(({ path }) => path),
    ...decision.stale.map(({ what, id }) => `${what} ${id} is still there`),
  ])
}

const notConverged = ({ addr }: Task, remains: ReadonlyArray<string>): Tried => ({
  fault: { code: 'NOT_CONVERGED', addr, remains },
  again: false,
})

const interruptedOf = ({ planned }: Performing): Fault => ({ code: 'INTERRUPTED', environment: planned.plan.environment, done: 0, left: 0 })

const send = (task: Task, part: Part, verify: ReadonlyArray<Probe>, channel: Channel, performing: Performing): Promise<Outcome> => {
  const { planned, journal, report } = performing
  const { addr } = task
  const { claims, steps, releases } = part
  const batch = { environment: planned.plan.environment, addr, run: journal.run, fence: journal.fence, claims, steps, releases, verify }
  return channel.act(batch, planned.input.reveal, event => {
    const step = part.steps[event.step]
    if (event.is === 'started' && step !== undefined) report({ at: 'doing', addr, says: doingOf(step) })
  })
}

const channelTo = async (root: Root, performing: Performing): Promise<Channel | { readonly fault: Fault }> => {
  const { planned, machines } = performing
  if (root === 'provider' || root === 'operator') return planned.input.provider
  if (!machines.has(root)) await lookFor(undefined, performing)
  const machine = machines.get(root)
  return machine === undefined ? { fault: { code: 'MACHINE_MISSING', addr: root } } : planned.links.to(machine)
}

/** A task that makes or changes a machine says so in its verifying answers. */
const noteMachines = (probes: ReadonlyArray<Probe>, look: Look, { planned, machines }: Performing): void => {
  for (const [addr, { name, login }] of planned.routes.machines) {
    const index = probes.findIndex(probe => probe.ask === 'machine' && probe.key === name)
    const answer = look.answers[index]
    if (answer?.is === 'present') machines.set(addr, { addr, name, login, seen: answer.value as Machine['seen'] })
    if (answer?.is === 'absent') machines.delete(addr)
  }
}

const inTurn = <A>({ root, steps }: Part, { queues }: Performing, body: () => Promise<A>): Promise<A> => {
  if (!steps.some(({ mutex }) => mutex === 'packages')) return body()
  const turn = (queues.get(root) ?? Promise.resolve()).then(body)
  queues.set(root, turn)
  return turn
}
