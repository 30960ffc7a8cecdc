import { type Fault, retryOf } from '../../specs/fault.js'
import type { Channel, Event, Look, Machine, Outcome } from '../channel.js'
import type { Probe } from '../contract.js'
import { type Decision, decide, type Entry } from '../plan/decide.js'
import type { Task } from '../plan-value.js'
import type { Root } from '../routes.js'
import { type World, worldOf } from '../world.js'
import { type Part, partsOf } from './batches.js'
import { doingOf } from './doing.js'
import { endOf } from './end.js'
import { lookFor } from './gather.js'
import { inTurn } from './in-turn.js'
import type { Performing } from './performing.js'

/** What is left to do of a task. */
export type Doing = Pick<Decision, 'steps' | 'claims' | 'releases'>
/** The world as it is now that all is as wanted, or why it isn't and whether that may pass. */
export type Tried = { readonly world: World } | { readonly fault: Fault; readonly again: boolean } | LeftOff
/** Ended because somebody asked for it: between two batches, or before what may pass was tried again. */
export interface LeftOff {
  readonly leftOff: true
  readonly fault?: Fault
}

/** Sends a task's batches one after the other, and asks whether all is as wanted. */
export const act = async (task: Task, doing: Doing, performing: Performing): Promise<Tried> => {
  const { planned, stop } = performing
  const { routes, input } = planned
  const entry = planned.entries.get(task.addr)
  const looks: Array<readonly [ReadonlyArray<Probe>, Look]> = []
  const parts = partsOf(doing, routes)
  const end = endOf(task, parts.at(-1), performing)
  for (const part of parts) {
    if (looks.length > 0 && stop.aborted) return { leftOff: true }
    const channel = await channelTo(part.root, performing)
    if (!('act' in channel)) return { fault: channel.fault, again: retryOf(channel.fault) === 'soon' }
    const verify = part.last ? (entry?.probes ?? []).filter(({ via }) => routes.rootOf(via) === part.root) : []
    const soon = part === parts.at(-1) ? end.soon : []
    const asking = { asked: [...verify, ...soon.flatMap(({ probes }) => probes)], forNext: soon.length > 0 }
    end.begins(part)
    const outcome = await inTurn(part, performing.queues, heard =>
      send(task, part, asking, {
        channel,
        performing,
        heard: event => {
          heard(event)
          end.heard(part, event)
        },
      }),
    )
    if (outcome.is === 'unknown') return { fault: outcome.fault, again: true }
    if (outcome.is === 'failed') return { fault: outcome.fault, again: retryOf(outcome.fault) === 'soon' }
    /** Only after the last part at a place has its ledger lost what the task gives up. */
    looks.push([asking.asked, part.last ? outcome.look : { ...outcome.look, ledger: [] }])
    noteMachines(verify, outcome.look, performing)
  }
  const places = new Set(parts.map(({ root }) => root))
  const whole = entry?.probes.every(({ via }) => places.has(routes.rootOf(via))) ?? true
  const hosts = new Map([
    ...planned.world.hosts,
    ...looks.flatMap(([, look], index) => (look.host ? [[parts[index]?.root as Root, look.host] as const] : [])),
  ])
  const rest = { environment: input.wish.environment, machines: performing.machines, hosts, unreachable: new Map() }
  const seen = worldOf(looks, rest)
  const tried = verified(task, entry, whole ? seen : await lookFor(entry, performing), performing)
  if ('world' in tried) for (const addr of end.next()) performing.ahead.set(addr, Promise.resolve(seen))
  return tried
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

interface Asking {
  readonly asked: ReadonlyArray<Probe>
  readonly forNext: boolean
}
interface Sending {
  readonly channel: Channel
  readonly performing: Performing
  readonly heard: (event: Event) => void
}

const send = (task: Task, part: Part, { asked, forNext }: Asking, { channel, performing, heard }: Sending): Promise<Outcome> => {
  const { planned, journal, report } = performing
  const { addr } = task
  const { claims, steps, releases } = part
  const batch = {
    environment: planned.plan.environment,
    addr,
    run: journal.run,
    fence: journal.fence,
    claims,
    steps,
    releases,
    verify: asked,
    ...(forNext && { forNext }),
  }
  return channel.act(batch, planned.input.reveal, event => {
    heard(event)
    const step = part.steps[event.step]
    if (event.is === 'started' && step !== undefined) report({ at: 'doing', addr, says: doingOf(step) })
    if (event.is === 'progress') report({ at: 'doing', addr, says: event.text })
  })
}

const channelTo = async (root: Root, performing: Performing): Promise<Channel | { readonly fault: Fault }> => {
  const { planned, machines } = performing
  if (root === 'provider' || root === 'operator') return planned.input.provider
  /** One that starts may have got its address since. */
  if (!machines.get(root)?.seen.addresses.length) await lookFor(undefined, performing)
  const machine = machines.get(root)
  if (machine === undefined) return { fault: { code: 'MACHINE_MISSING', addr: root } }
  if (machine.seen.addresses.length > 0) return planned.links.to(machine)
  return { fault: { code: 'UNREACHABLE', host: machine.name, why: 'it has no address yet' } }
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
