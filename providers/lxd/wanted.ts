import type { Batch } from '../../engine/channel.js'
import type { StepOf } from '../../engine/contract.js'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import { sizeOf } from '../../specs/size.js'
import type { Api } from './api.js'
import { type Source, sourceOf } from './image.js'
import { configOfLabels, configOfMade, configOfWriter, madeOf, writtenConfig } from './marks.js'
import { networkAt } from './network.js'
import { imageIn, rootOf } from './seen.js'
import { type Lxd, lacks, nameIn, thereOr } from './server.js'
import type { Config, Device, Devices, Instance, Profile } from './shapes.js'

/** What LXD is asked to make. */
export interface InstanceWanted {
  readonly name: string
  readonly type: string
  readonly source: Source
  readonly profiles: ReadonlyArray<string>
  readonly config: Config
  readonly devices: Devices
}
type Create = StepOf<'machine create'>
type Extra = Create['extra']

export const instanceWanted = (step: Create, userData: string, batch: Batch, lxd: Lxd): Attempt<InstanceWanted> =>
  attempt(async () => {
    const { type, profiles, nic, root, source } = await need(neededFor(step, lxd))
    const [disk, device] = root
    const devices = { ...nic, [disk]: { ...device, size: sizeOf(step.disk) } }
    return { name: step.name, type, source, profiles, config: configWanted(step, userData, batch, lxd), devices }
  })

/** All that a creation names, looked up before anything is made: what is missing changes nothing. */
export const neededFor = ({ image, extra }: Create, lxd: Lxd): Attempt<Ground & { readonly source: Source }> =>
  attempt(async () => {
    const [ground, source] = await Promise.all([need(groundFor(extra, lxd)), need(sourceOf(image, lxd))])
    return { ...ground, source }
  })

/** What the section `provider` says of every machine, in the words of the file. */
export interface Named {
  readonly type?: unknown
  readonly profiles?: unknown
  readonly network?: unknown
  readonly pool?: unknown
}
/** What has to be there before a machine. */
export interface Ground {
  readonly type: string
  readonly profiles: ReadonlyArray<string>
  readonly nic: Devices
  readonly root: readonly [name: string, device: Device]
}

export const groundFor = (named: Named, { api, virtualMachines }: Lxd): Attempt<Ground> =>
  attempt(async () => {
    const type = wordOf(named.type) ?? 'container'
    if (type === 'virtual-machine' && !virtualMachines) return need(fail(NO_VIRTUAL_MACHINES))
    const profiles = profilesIn(named)
    const shared = await need(sharedDevices(profiles, api))
    const [nic, root] = await Promise.all([need(nicWanted(named, shared, api)), need(rootWanted(named, shared, api))])
    return { type, profiles, nic, root }
  })

const NO_VIRTUAL_MACHINES: Fault = {
  code: 'PROVIDER_CANNOT',
  provider: 'lxd',
  what: 'make a virtual machine',
  why: 'this server has only containers (its machine lacks KVM or vhost_vsock, or LXD lacks QEMU)',
}

/** What the sections vm and provider say of the same goes by vm; the login is never overruled. */
const configWanted = (step: Create, userData: string, batch: Batch, { cloudInit }: Lxd): Config => ({
  ...configOfWritten(step),
  ...limitsOf(step),
  ...(userData === '' ? {} : { 'user.user-data': userData, ...(cloudInit && { 'cloud-init.user-data': userData }) }),
  ...configOfLabels(step.labels),
  ...configOfMade({ name: step.name, image: step.image, extra: step.extra }),
  ...configOfWriter(batch),
})

export const limitsOf = ({ cpus, memory }: { readonly cpus?: number; readonly memory?: number }): Config => ({
  ...(cpus !== undefined && { 'limits.cpu': `${cpus}` }),
  ...(memory !== undefined && { 'limits.memory': sizeOf(memory) }),
})

const configOfWritten = (made: { readonly extra: Extra }): Config =>
  Object.fromEntries(Object.entries(writtenConfig(made)).map(([key, value]) => [key, String(value)]))

/** What of a machine that is there follows what is asked for from now on. */
export interface Following {
  readonly profiles: ReadonlyArray<string>
  readonly devices: Devices
  readonly configOf: (instance: Instance) => Config
}

/** Here, too, all is looked up before anything is changed. An empty setting is one that LXD takes away. */
export const followingOf = (extra: Extra, { api }: Lxd): Attempt<Following> =>
  attempt(async () => {
    const profiles = profilesIn(extra)
    const devices = await need(nicWanted(extra, await need(sharedDevices(profiles, api)), api))
    const written = configOfWritten({ extra })
    const configOf = (instance: Instance): Config => {
      const made = madeOf(instance)
      const gone = Object.keys(writtenConfig(made)).filter(key => !(key in written))
      const image = made?.image ?? imageIn(instance.config)
      return { ...Object.fromEntries(gone.map(key => [key, ''])), ...written, ...configOfMade({ name: instance.name, image, extra }) }
    }
    return { profiles, devices, configOf }
  })

const sharedDevices = (profiles: ReadonlyArray<string>, api: Api): Attempt<Devices> =>
  attempt(async () => {
    const found = await Promise.all(profiles.map(name => need(thereOr<Profile>(api, 'profile', '/1.0/profiles', name))))
    return Object.assign({}, ...found.map(({ devices }) => devices)) as Devices
  })

/** In the place of the profiles' own interface, so that there is one. */
const nicWanted = (named: Named, shared: Devices, api: Api): Attempt<Devices> =>
  attempt(async () => {
    const name = wordOf(named.network)
    if (name === undefined) return {}
    const { managed } = await need(networkAt(api, name))
    const device = Object.keys(shared).find(key => shared[key]?.type === 'nic') ?? 'eth0'
    const on: Device = managed ? { network: name } : { nictype: 'bridged', parent: name }
    return { [device]: { type: 'nic', name: shared[device]?.name ?? device, ...on } }
  })

const rootWanted = (named: Named, shared: Devices, api: Api): Attempt<Ground['root']> =>
  attempt(async () => {
    const [device, before] = rootOf(shared) ?? ['root', {}]
    const pool = await need(poolWanted(wordOf(named.pool) ?? before.pool, api))
    return [device, { ...before, type: 'disk', path: '/', pool }]
  })

const POOLS = '/1.0/storage-pools'

const poolWanted = (named: string | undefined, api: Api): Attempt<string> =>
  attempt(async () => {
    if (named !== undefined) {
      await need(thereOr(api, 'storage pool', POOLS, named))
      return named
    }
    const pools = (await need(api.get<ReadonlyArray<string> | null>(POOLS))) ?? []
    const [only] = pools
    const known = pools.map(nameIn)
    if (only === undefined || pools.length > 1) return need(fail(lacks('storage pool', 'named by a profile', known)))
    return nameIn(only)
  })

const profilesIn = ({ profiles }: Named): ReadonlyArray<string> => wordsOf(profiles) ?? ['default']
const wordOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const wordsOf = (value: unknown): ReadonlyArray<string> | undefined =>
  Array.isArray(value) && value.every(one => typeof one === 'string') ? value : undefined
