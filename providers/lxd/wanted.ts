import type { Batch, StepOf } from '../../engine/contract.js'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import { sizeOf } from '../../specs/size.js'
import type { Api } from './api.js'
import { type Source, sourceOf } from './image.js'
import { configOfLabels, configOfMade, configOfWriter, madeOf, writtenConfig } from './marks.js'
import { imageIn, rootOf } from './seen.js'
import { type Lxd, nameIn, thereOr } from './server.js'
import type { Config, Device, Devices, Instance, Network, Profile } from './shapes.js'

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

/** All that it names is looked up before anything is made: what is missing changes nothing. */
export const instanceWanted = (step: Create, userData: string, batch: Batch, lxd: Lxd): Attempt<InstanceWanted> =>
  attempt(async () => {
    const { api, make, remotes, virtualMachines } = lxd
    const { name, image, extra } = step
    const type = wordOf(extra.type) ?? 'container'
    if (type === 'virtual-machine' && !virtualMachines) return need(fail(NO_VIRTUAL_MACHINES))
    const profiles = profilesIn(extra)
    const shared = await need(sharedDevices(profiles, api))
    const devices = { ...(await need(nicWanted(extra, shared, api))), ...(await need(rootWanted(step, shared, api))) }
    const source = await need(sourceOf(image, { api, make, remotes }))
    return { name, type, source, profiles, config: configWanted(step, userData, batch, lxd), devices }
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
const nicWanted = (extra: Extra, shared: Devices, api: Api): Attempt<Devices> =>
  attempt(async () => {
    const name = wordOf(extra.network)
    if (name === undefined) return {}
    const { managed } = await need(thereOr<Network>(api, 'network', '/1.0/networks', name))
    const device = Object.keys(shared).find(key => shared[key]?.type === 'nic') ?? 'eth0'
    const on: Device = managed ? { network: name } : { nictype: 'bridged', parent: name }
    return { [device]: { type: 'nic', name: shared[device]?.name ?? device, ...on } }
  })

const rootWanted = ({ extra, disk }: Create, shared: Devices, api: Api): Attempt<Devices> =>
  attempt(async () => {
    const [device, before] = rootOf(shared) ?? ['root', {}]
    const pool = await need(poolWanted(wordOf(extra.pool) ?? before.pool, api))
    return { [device]: { ...before, type: 'disk', path: '/', pool, size: sizeOf(disk) } }
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
    if (only === undefined || pools.length > 1)
      return need(fail({ code: 'PROVIDER_LACKS', provider: 'lxd', what: 'storage pool', name: 'named by a profile', known }))
    return nameIn(only)
  })

const profilesIn = ({ profiles }: Extra): ReadonlyArray<string> => wordsOf(profiles) ?? ['default']
const wordOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const wordsOf = (value: unknown): ReadonlyArray<string> | undefined =>
  Array.isArray(value) && value.every(one => typeof one === 'string') ? value : undefined
