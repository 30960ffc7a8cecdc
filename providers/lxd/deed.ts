import type { Batch } from '../../engine/channel.js'
import type { Do, StepOf } from '../../engine/contract.js'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import type { Reply } from './api.js'
import { pathOf, settledInstance, type Tagged } from './instances.js'
import { configOfWriter } from './marks.js'
import type { Tell } from './operation.js'
import { isBusy, objectionTo, refusalOf } from './refusal.js'
import type { Lxd } from './server.js'
import type { Config, Devices, Instance, Operation } from './shapes.js'
import type { Request } from './wire.js'

export interface Clock {
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

/** How the hosts on machines are known. */
export interface Hosts {
  /** What a new machine is told when it starts for the first time, made known by it. */
  given(machine: string, userData: string): Attempt<string>
  forgotten(machine: string): void
}

/** One step of a batch, and all that it takes to do it. */
export interface Deed<D extends Do> extends Clock {
  readonly step: StepOf<D>
  readonly batch: Batch
  readonly lxd: Lxd
  readonly network?: string
  readonly hosts: Hosts
  readonly tell: Tell
}

/** The machine as it is, once it is clear that we may change it; undefined: there is none. */
export const oursOrNone = ({
  step,
  batch,
  lxd,
}: Deed<'machine create' | 'machine update' | 'machine delete'>): Attempt<Tagged | undefined> =>
  attempt(async () => {
    const tagged = await need(settledInstance(lxd.api, step.name))
    const objection = tagged === undefined ? undefined : objectionTo(tagged.instance, batch)
    return objection === undefined ? tagged : need(fail(objection))
  })

const BUSY_MS = 30_000
const PAUSE_MS = 500

/** LXD does one thing at a time with a machine, and refuses another one for a moment only. */
export const carryOut = ({ lxd, now, sleep, tell }: Deed<Do>, request: Request): Attempt<Reply<Operation | undefined>> =>
  attempt(async () => {
    for (const until = now() + BUSY_MS; ; ) {
      const reply = await need(lxd.api.carryOut(request, tell))
      if (reply.is === 'done' || !isBusy(reply.why) || now() >= until) return reply
      await sleep(PAUSE_MS)
    }
  })

/** The value of a reply, or the fault that a refusal comes to. */
export const acceptedOf = <A, D extends Do>(
  reply: Reply<A>,
  deed: Deed<D>,
  about: { readonly instance?: Instance; readonly devices?: Devices; readonly image?: string; readonly what?: string },
): Attempt<A> =>
  attempt(async () => {
    if (reply.is === 'done') return reply.value
    const { step, batch } = deed
    const devices = about.devices ?? about.instance?.expanded_devices ?? {}
    return need(fail(refusalOf(reply.why, { ...about, step: step as never, batch, devices })))
  })

export interface Settings {
  readonly config: Config
  readonly devices?: Devices
  readonly profiles?: ReadonlyArray<string>
  /** What LXD may be unable to do. */
  readonly what?: string
}

/** Somebody else may write between our look and our writing. */
const TRIES = 5

/** Writes settings only on top of what was seen; the writer's fence goes with them, which is looked at again after every collision. */
export const writeOver = (
  deed: Deed<'machine create' | 'machine update' | 'machine delete'>,
  seen: Tagged,
  settings: (instance: Instance) => Settings,
): Attempt<void> =>
  attempt(async () => {
    const { batch, step } = deed
    let tagged: Tagged | undefined = seen
    for (let tries = 0; tagged !== undefined && tries < TRIES; tries++) {
      const { config, devices, profiles, what } = settings(tagged.instance)
      const body = { config: { ...config, ...configOfWriter(batch) }, ...(devices && { devices }), ...(profiles && { profiles }) }
      const match = tagged.etag === undefined ? {} : { match: tagged.etag }
      const reply = await need(carryOut(deed, { method: 'PATCH', path: pathOf(step.name), body, ...match }))
      if (reply.is === 'done') return
      if (!reply.moved) await need(acceptedOf(reply, deed, { ...tagged, ...(what !== undefined && { what }) }))
      tagged = await need(oursOrNone(deed))
    }
    if (tagged !== undefined) await need(fail(alwaysMoving(step.name)))
  })

const alwaysMoving = (name: string): Fault => ({
  code: 'PROVIDER_FAILED',
  provider: 'lxd',
  why: `${name} is being changed by somebody else`,
})
