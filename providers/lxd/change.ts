import type { StepOf } from '../../engine/contract.js'
import { type Attempt, attempt, E, fail, need } from '../../specs/fp.js'
import { sizeOf } from '../../specs/size.js'
import { acceptedOf, carryOut, type Deed, oursOrNone, type Settings, writeOver } from './deed.js'
import { instanceAt, pathOf, strays, type Tagged } from './instances.js'
import { configOfLabels } from './marks.js'
import { start, stop } from './power.js'
import { rootOf } from './seen.js'
import { type Devices, type Instance, isRunning } from './shapes.js'
import { type Following, followingOf, instanceWanted, limitsOf } from './wanted.js'

/** One of its name that is ours is taken as it is; a creation that was cut off is finished. */
export const create = (deed: Deed<'machine create'>, userData: string): Attempt<void> =>
  attempt(async () => {
    const before = await need(oursOrNone(deed))
    if (before !== undefined) return need(adopt(deed, before))
    const { lxd, batch, step, hosts, tell } = deed
    const wanted = await need(instanceWanted(step, await need(hosts.given(step.name, userData)), batch, lxd))
    const asked = { method: 'POST', path: '/1.0/instances', body: wanted } as const
    let reply = await need(lxd.api.carryOut(asked, tell))
    let made = await need(oursOrNone(deed))
    /** A server that was started again in between has dropped it, and knows nothing of it any more. */
    if (made === undefined && reply.is === 'done') {
      reply = await need(lxd.api.carryOut(asked, tell))
      made = await need(oursOrNone(deed))
    }
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
    const { step, lxd } = deed
    const before = await need(oursOrNone(deed))
    if (before === undefined) return
    const following = step.extra === undefined ? undefined : await need(followingOf(step.extra, lxd))
    const ran = isRunning(before.instance)
    const stops = ran && wantsStop(deed, before.instance)
    if (stops) {
      await need(writeOver(deed, before, () => ({ config: {} })))
      await need(stop(deed, before.instance))
    }
    const now = stops ? await need(oursOrNone(deed)) : before
    if (now === undefined) return
    const written = await writeOver(deed, now, instance => settingsOf(deed, instance, following))()
    if (stops && E.isLeft(written)) await need(start(deed, now.instance))
    need(written)
    const after = await need(instanceAt(lxd.api, step.name))
    if (after === undefined) return
    if (step.running ?? (ran && (stops || following !== undefined))) await need(start(deed, after.instance))
    else if (step.running === false) await need(stop(deed, after.instance))
  })

/** A running container gets new limits at once, a virtual machine when it starts. */
const wantsStop = ({ step }: Deed<'machine update'>, { type }: Instance): boolean =>
  step.restart === true || (type === 'virtual-machine' && resized(step).length > 0)

const SIZES = ['cpus', 'memory', 'disk'] as const
const resized = (step: StepOf<'machine update'>): ReadonlyArray<string> => SIZES.filter(size => step[size] !== undefined)

const settingsOf = ({ step }: Deed<'machine update'>, instance: Instance, following: Following | undefined): Settings => {
  const changed = [...resized(step), ...(following === undefined ? [] : ['settings'])]
  const config = { ...following?.configOf(instance), ...limitsOf(step), ...configOfLabels(step.labels ?? {}) }
  const devices = { ...rootFor(step, instance), ...following?.devices }
  return {
    config,
    ...(following !== undefined && { profiles: following.profiles }),
    ...(Object.keys(devices).length > 0 && { devices }),
    ...(changed.length > 0 && { what: `change ${changed.join(' and ')} of ${instance.name} in place` }),
  }
}

const rootFor = ({ disk }: StepOf<'machine update'>, { expanded_devices }: Instance): Devices => {
  const root = disk === undefined ? undefined : rootOf(expanded_devices)
  if (disk === undefined || root === undefined) return {}
  const [name, device] = root
  return { [name]: { ...device, size: sizeOf(disk) } }
}

/** Of another project, too, where it is not in this one. */
export const remove = (deed: Deed<'machine delete'>): Attempt<void> =>
  attempt(async () => {
    const { lxd, step, batch, hosts } = deed
    const before = await need(oursOrNone(deed))
    hosts.forgotten(step.name)
    if (before !== undefined) return need(removeThere(deed, before))
    for (const { name, project } of await need(strays(lxd.api, batch.environment))) {
      const there = { ...deed, lxd: { ...lxd, api: lxd.api.in(project) } }
      const stray = name === step.name ? await need(oursOrNone(there)) : undefined
      if (stray !== undefined) await need(removeThere(there, stray))
    }
  })

const PROTECTION = 'security.protection.delete'
const isOn = (setting = ''): boolean => /^(true|1|yes|on)$/i.test(setting)

/** Stopped first, at once: nothing on it is kept. */
const removeThere = (deed: Deed<'machine delete'>, before: Tagged): Attempt<void> =>
  attempt(async () => {
    const { lxd, step } = deed
    if (isOn(before.instance.expanded_config[PROTECTION])) {
      return need(fail({ code: 'MACHINE_PROTECTED', machine: step.name, setting: PROTECTION }))
    }
    await need(writeOver(deed, before, () => ({ config: {} })))
    await need(stop(deed, before.instance, true))
    const reply = await need(carryOut(deed, { method: 'DELETE', path: pathOf(step.name) }))
    const left = reply.is === 'refused' && !reply.gone ? await need(instanceAt(lxd.api, step.name)) : undefined
    if (left !== undefined) await need(acceptedOf(reply, deed, left))
  })
