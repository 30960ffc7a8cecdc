import { type Attempt, attempt, E, need } from '../../specs/fp.js'
import { sizeOf } from '../../specs/size.js'
import { acceptedOf, carryOut, type Deed, oursOrNone, type Settings, writeOver } from './deed.js'
import { instanceAt, pathOf, type Tagged } from './instances.js'
import { configOfLabels } from './marks.js'
import { start, stop } from './power.js'
import { rootOf } from './seen.js'
import { type Instance, isRunning } from './shapes.js'
import { instanceWanted, limitsOf } from './wanted.js'

/** One of its name that is ours is taken as it is; a creation that was cut off is finished. */
export const create = (deed: Deed<'machine create'>, userData: string): Attempt<void> =>
  attempt(async () => {
    const before = await need(oursOrNone(deed))
    if (before !== undefined) return need(adopt(deed, before))
    const { lxd, batch, step, hosts, tell } = deed
    const wanted = await need(instanceWanted(step, await need(hosts.given(step.name, userData)), batch, lxd))
    const reply = await need(lxd.api.carryOut({ method: 'POST', path: '/1.0/instances', body: wanted }, tell))
    const made = await need(oursOrNone(deed))
    if (made === undefined) {
      const image = 'mode' in wanted.source ? { image: step.image } : {}
      await need(acceptedOf(reply, deed, { devices: wanted.devices, ...image }))
      return
    }
    await need(reply.is === 'done' ? start(deed, made.instance) : adopt(deed, made))
  })

const adopt = (deed: Deed<'machine create'>, tagged: Tagged): Attempt<void> =>
  attempt(async () => {
    await need(writeOver(deed, tagged, () => ({ config: {} })))
    const { instance } = tagged
    if (isRunning(instance) || wasNeverStarted(instance)) await need(start(deed, instance))
  })

/** LXD has no word for it but a date in 1970. */
const wasNeverStarted = ({ last_used_at }: Instance): boolean => last_used_at === undefined || new Date(last_used_at).getTime() <= 0

export const update = (deed: Deed<'machine update'>): Attempt<void> =>
  attempt(async () => {
    const { step } = deed
    const before = await need(oursOrNone(deed))
    if (before === undefined) return
    const ran = isRunning(before.instance)
    /** A running container gets new limits at once, a virtual machine when it starts. */
    const stops = before.instance.type === 'virtual-machine' && ran && resized(deed).length > 0
    if (stops) {
      await need(writeOver(deed, before, () => ({ config: {} })))
      await need(stop(deed, before.instance))
    }
    const now = stops ? await need(oursOrNone(deed)) : before
    if (now === undefined) return
    const written = await writeOver(deed, now, instance => settingsOf(deed, instance))()
    if (stops && E.isLeft(written)) await need(start(deed, now.instance))
    need(written)
    const after = await need(instanceAt(deed.lxd.api, step.name))
    if (after === undefined) return
    if (step.running ?? (stops && ran)) await need(start(deed, after.instance))
    else if (step.running === false) await need(stop(deed, after.instance))
  })

const SIZES = ['cpus', 'memory', 'disk'] as const
const resized = ({ step }: Deed<'machine update'>): ReadonlyArray<string> => SIZES.filter(size => step[size] !== undefined)

const settingsOf = (deed: Deed<'machine update'>, { name: machine, expanded_devices }: Instance): Settings => {
  const { step } = deed
  const sizes = resized(deed)
  const what = sizes.length === 0 ? {} : { what: `change ${sizes.join(' and ')} of ${machine} in place` }
  const config = { ...limitsOf(step), ...configOfLabels(step.labels ?? {}) }
  const root = rootOf(expanded_devices)
  if (step.disk === undefined || root === undefined) return { config, ...what }
  const [name, device] = root
  return { config, ...what, devices: { [name]: { ...device, size: sizeOf(step.disk) } } }
}

/** Stopped first, at once: nothing on it is kept. */
export const remove = (deed: Deed<'machine delete'>): Attempt<void> =>
  attempt(async () => {
    const { lxd, step, hosts } = deed
    const before = await need(oursOrNone(deed))
    hosts.forgotten(step.name)
    if (before === undefined) return
    await need(writeOver(deed, before, () => ({ config: {} })))
    await need(stop(deed, before.instance, true))
    const reply = await need(carryOut(deed, { method: 'DELETE', path: pathOf(step.name) }))
    const left = reply.is === 'refused' && !reply.gone ? await need(instanceAt(lxd.api, step.name)) : undefined
    if (left !== undefined) await need(acceptedOf(reply, deed, left))
  })
