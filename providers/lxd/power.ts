import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import { acceptedOf, carryOut, type Deed } from './deed.js'
import { pathOf, settledInstance } from './instances.js'
import { addressesOf, type Nic, nicOf } from './nic.js'
import { type Instance, type InstanceState, isRunning, type Network } from './shapes.js'

type Powered = Deed<'machine create' | 'machine update' | 'machine delete'>
type Action = 'start' | 'stop' | 'unfreeze'

const POLITE_SECONDS = 60
const STATE_SECONDS = 60

const stateRequest = ({ step }: Powered, action: Action, force = false) =>
  ({
    method: 'PUT',
    path: `${pathOf(step.name)}/state`,
    body: { action, force, timeout: action === 'stop' && !force ? POLITE_SECONDS : STATE_SECONDS },
  }) as const

const stateOf = ({ step, lxd }: Powered): Attempt<InstanceState | undefined> => lxd.api.find(`${pathOf(step.name)}/state`)

/** Whatever somebody else is about to do with it is waited for. */
const runsAfterAll = ({ step, lxd }: Powered): Attempt<boolean> =>
  attempt(async () => {
    const tagged = await need(settledInstance(lxd.api, step.name))
    return tagged !== undefined && isRunning(tagged.instance)
  })

/** Runs, and has an address. */
export const start = (deed: Powered, instance: Instance): Attempt<void> =>
  attempt(async () => {
    if (!isRunning(instance)) {
      const reply = await need(carryOut(deed, stateRequest(deed, instance.status === 'Frozen' ? 'unfreeze' : 'start')))
      if (reply.is === 'refused' && !(await need(runsAfterAll(deed)))) await need(acceptedOf(reply, deed, { instance }))
    }
    await need(addressThere(deed, instance))
  })

/** What does not end by itself within a minute is ended. */
export const stop = (deed: Powered, instance: Instance, force = false): Attempt<void> =>
  attempt(async () => {
    if (instance.status === 'Stopped') return
    const polite = force ? undefined : await need(carryOut(deed, stateRequest(deed, 'stop')))
    if (polite?.is === 'done') return
    const reply = await need(carryOut(deed, stateRequest(deed, 'stop', true)))
    if (reply.is === 'refused' && (await need(runsAfterAll(deed)))) await need(acceptedOf(reply, deed, { instance }))
  })

const ADDRESS_SECONDS: { readonly [type: string]: number } = { 'virtual-machine': 300 }
const PAUSE_MS = 200
/** Where IPv4 is given out too, it may come a moment after IPv6, or never. IPv6 after it nobody waits for. */
const FAMILY_MS = 10_000

const addressThere = (deed: Powered, instance: Instance): Attempt<void> =>
  attempt(async () => {
    const { network, now, sleep, step } = deed
    const nic = nicOf(instance, network)
    if (nic === undefined) return
    const seconds = ADDRESS_SECONDS[instance.type] ?? 120
    const patience = (await need(givesIpv4(nic, deed))) ? FAMILY_MS : 0
    const began = now()
    let first: number | undefined
    for (;;) {
      const state = await need(stateOf(deed))
      const found = state === undefined ? [] : addressesOf(nic, state)
      if (found.some(isIpv4)) return
      if (found.length > 0) first ??= now()
      if (first !== undefined && now() - first >= patience) return
      if (first === undefined && now() - began >= seconds * 1000) {
        return need(fail({ code: 'MACHINE_SILENT', machine: step.name, network: nic.network, seconds }))
      }
      await sleep(PAUSE_MS)
    }
  })

const isIpv4 = (address: string): boolean => !address.includes(':')

/** Of a network that is not LXD's own nobody knows. */
const givesIpv4 = ({ network }: Nic, { lxd }: Powered): Attempt<boolean> =>
  attempt(async () => {
    const found = network === '' ? undefined : await need(lxd.api.find<Network>(`/1.0/networks/${encodeURIComponent(network)}`))
    return found === undefined || !found.managed || (found.config['ipv4.address'] ?? 'none') !== 'none'
  })
