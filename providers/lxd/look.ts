import type { Busy, Look } from '../../engine/channel.js'
import type { Answer, Held, Holder, Probe } from '../../engine/contract.js'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, E, need } from '../../specs/fp.js'
import { isAbout, operationsOfOthers, pathOf, strays } from './instances.js'
import { heldOf, holderOfInstance, runOf } from './marks.js'
import { claimOfOthers } from './refusal.js'
import { seenOf } from './seen.js'
import type { Lxd } from './server.js'
import { type Instance, type InstanceState, isRunning } from './shapes.js'
import { groundFor, type Named } from './wanted.js'

export interface Looking {
  readonly lxd: Lxd
  readonly network?: string
  /** Whose machines are told; of others is said whose they are. Left out: everybody's. */
  readonly environment?: string
  /** What a machine that is not there would need. Left out: whether it is there is not looked up. */
  readonly needs?: Named
  /** Only what this one holds. */
  readonly holder?: Holder
}

/** Everything in two questions, and one more for every machine that runs and is asked for. */
export const lookAt = (probes: ReadonlyArray<Probe>, looking: Looking): Attempt<Look> =>
  attempt(async () => {
    const { lxd, holder, environment } = looking
    const [instances, operations] = await Promise.all([
      need(lxd.api.get<ReadonlyArray<Instance> | null>('/1.0/instances?recursion=1')),
      need(operationsOfOthers(lxd.api)),
    ])
    const all = await need(withStrays(instances ?? [], probes, looking))
    const answers = await Promise.all(probes.map(probe => answerTo(probe, all, looking)))
    const busy = all
      .flatMap(instance => (operations.some(isAbout(instance.name)) ? busyWith(instance) : []))
      .filter(one => environment === undefined || one.environment === environment)
    const ledger = all.flatMap(heldOf).filter(held => holder === undefined || held.by.some(isSame(holder)))
    return { answers, ledger: ledger satisfies ReadonlyArray<Held>, busy }
  })

/** Before a machine counts as absent, it is looked for in the projects beside this one. */
const withStrays = (
  here: ReadonlyArray<Instance>,
  probes: ReadonlyArray<Probe>,
  { lxd, environment }: Looking,
): Attempt<ReadonlyArray<Instance>> =>
  attempt(async () => {
    const missing = probes.some(({ ask, key }) => ask === 'machine' && !here.some(({ name }) => name === key))
    return missing && environment !== undefined ? [...here, ...(await need(strays(lxd.api, environment, here)))] : here
  })

const isSame =
  (one: Holder) =>
  ({ environment, addr }: Holder): boolean =>
    one.environment === environment && one.addr === addr

const busyWith = (instance: Instance): ReadonlyArray<Busy> => {
  const holder = holderOfInstance(instance)
  return holder === undefined ? [] : [{ ...holder, run: runOf(instance) }]
}

const answerTo = async (probe: Probe, instances: ReadonlyArray<Instance>, looking: Looking): Promise<Answer<unknown>> => {
  const { lxd, network, environment, needs } = looking
  if (probe.ask !== 'machine') return unasked(probe, notAsked(probe))
  const instance = instances.find(({ name }) => name === probe.key)
  if (instance === undefined) return needs === undefined ? { is: 'absent' } : makeable(probe, needs, lxd)
  const foreign = environment === undefined ? undefined : claimOfOthers(instance, environment)
  if (foreign !== undefined) return unasked(probe, foreign)
  if (!isRunning(instance)) return { is: 'present', value: seenOf(instance, undefined, network) }
  const state = await lxd.api.in(instance.project).find<InstanceState>(`${pathOf(instance.name)}/state`)()
  return E.isLeft(state) ? unasked(probe, state.left) : { is: 'present', value: seenOf(instance, state.right, network) }
}

/** Absent is only what can be made: what keeps it from that is told before anybody agrees to a plan. */
const makeable = async (probe: Probe, needs: Named, lxd: Lxd): Promise<Answer<never>> => {
  const ground = await groundFor(needs, lxd)()
  return E.isLeft(ground) ? unasked(probe, ground.left) : { is: 'absent' }
}

const notAsked = ({ ask, key }: Probe): Fault => ({
  code: 'PROVIDER_CANNOT',
  provider: 'lxd',
  what: `answer ${ask} ${key}`,
  why: 'it only knows of machines',
})

const unasked = ({ via }: Probe, fault: Fault): Answer<never> => ({ is: 'unasked', via, fault })

export const nothingSeen = (probes: ReadonlyArray<Probe>, fault: Fault): Look => ({
  answers: probes.map(probe => unasked(probe, fault)),
  ledger: [],
  busy: [],
  unreachable: fault,
})
