import type { Answer, Busy, Held, Holder, Look, Probe } from '../../engine/contract.js'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, E, need } from '../../specs/fp.js'
import { isAbout, operationsOfOthers, pathOf } from './instances.js'
import { heldOf, holderOfInstance, runOf } from './marks.js'
import { seenOf } from './seen.js'
import type { Lxd } from './server.js'
import { type Instance, type InstanceState, isRunning } from './shapes.js'

export interface Looking {
  readonly lxd: Lxd
  readonly network?: string
  /** Only what this one holds. */
  readonly holder?: Holder
}

/** Everything in two questions, and one more for every machine that runs and is asked for. */
export const lookAt = (probes: ReadonlyArray<Probe>, { lxd, network, holder }: Looking): Attempt<Look> =>
  attempt(async () => {
    const [instances, operations] = await Promise.all([
      need(lxd.api.get<ReadonlyArray<Instance> | null>('/1.0/instances?recursion=1')),
      need(operationsOfOthers(lxd.api)),
    ])
    const all = instances ?? []
    const answers = await Promise.all(probes.map(probe => answerTo(probe, all, { lxd, ...(network !== undefined && { network }) })))
    const busy = all.flatMap(instance => (operations.some(isAbout(instance.name)) ? busyWith(instance) : []))
    const ledger = all.flatMap(heldOf).filter(held => holder === undefined || held.by.some(isSame(holder)))
    return { answers, ledger: ledger satisfies ReadonlyArray<Held>, busy }
  })

const isSame =
  (one: Holder) =>
  ({ environment, addr }: Holder): boolean =>
    one.environment === environment && one.addr === addr

const busyWith = (instance: Instance): ReadonlyArray<Busy> => {
  const holder = holderOfInstance(instance)
  return holder === undefined ? [] : [{ ...holder, run: runOf(instance) }]
}

const answerTo = async (probe: Probe, instances: ReadonlyArray<Instance>, { lxd, network }: Looking): Promise<Answer<unknown>> => {
  if (probe.ask !== 'machine') return unasked(probe, notAsked(probe))
  const instance = instances.find(({ name }) => name === probe.key)
  if (instance === undefined) return { is: 'absent' }
  if (!isRunning(instance)) return { is: 'present', value: seenOf(instance, undefined, network) }
  const state = await lxd.api.find<InstanceState>(`${pathOf(instance.name)}/state`)()
  return E.isLeft(state) ? unasked(probe, state.left) : { is: 'present', value: seenOf(instance, state.right, network) }
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
