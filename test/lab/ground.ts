import { existsSync } from 'node:fs'
import { clearRules } from './leftovers.js'
import { type Entry, find, instances, isOurs, lxc, MARK, query } from './lxd.js'

export const NETWORK = 'lxdbr0'
export const POOL = 'default'

/** Where the lab's registry listens, for hosts. */
export const MIRROR = 'http://10.77.0.1:5000'
/** The one that wants a login, as in an image's name. */
export const CLOSED = '10.77.0.1:5001'

/** With both families, so that IPv6 can be tested from the machine and from a second host. */
/** This machine, as its hosts reach it. */
export const GATEWAYS = ['10.77.0.1', 'fd77:1::1'] as const
const ADDRESSES = [`ipv4.address=${GATEWAYS[0]}/24`, 'ipv4.nat=true', `ipv6.address=${GATEWAYS[1]}/64`, 'ipv6.nat=false']

const isLegacyCgroup = !existsSync('/sys/fs/cgroup/cgroup.controllers')

/** Docker runs in a host that may nest. systemd 257 refuses the first version of cgroups unless it is told. */
export const CONFIG: { readonly [key: string]: string } = {
  'security.nesting': 'true',
  ...(isLegacyCgroup && { 'raw.lxc': 'lxc.init.cmd=/sbin/init SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1' }),
}

export const DEVICES = {
  root: { type: 'disk', path: '/', pool: POOL },
  eth0: { type: 'nic', name: 'eth0', network: NETWORK },
}

interface Profile extends Entry {
  readonly description: string
  readonly devices: { readonly [name: string]: unknown }
}

const networkPath = `/1.0/networks/${NETWORK}`
const poolPath = `/1.0/storage-pools/${POOL}`
const profilePath = '/1.0/profiles/default'

/** A profile that somebody made for machines of theirs stays as it is. */
const isBlank = ({ config, devices, used_by }: Profile): boolean =>
  Object.keys(config).length + Object.keys(devices).length + used_by.length === 0

export interface Ground {
  readonly network: boolean
  readonly pool: boolean
  readonly profile: boolean
}

/** What is still missing under the feet of a host. */
export const missingGround = async (): Promise<Ground> => ({
  network: (await find(networkPath)) === undefined,
  pool: (await find(poolPath)) === undefined,
  profile: isBlank(await query<Profile>(profilePath)),
})

const FILLING = { config: { ...CONFIG, [MARK]: 'filled' }, devices: DEVICES }

const without = (of: object, names: object): object => Object.fromEntries(Object.entries(of).filter(([name]) => !(name in names)))

const editProfile = (description: string, config: object, devices: object): Promise<string> =>
  lxc(['profile', 'edit', 'default'], { input: JSON.stringify({ description, config, devices }) })

export const makeGround = async (missing: Ground): Promise<void> => {
  if (missing.network) await lxc(['network', 'create', NETWORK, ...ADDRESSES, `${MARK}=made`])
  if (missing.pool) await lxc(['storage', 'create', POOL, 'dir', `${MARK}=made`])
  if (missing.profile) await editProfile('Default LXD profile', FILLING.config, FILLING.devices)
}

/** Whose machines and volumes stand on ours, by their paths. */
const othersOn = (entry: Entry | undefined): ReadonlyArray<string> =>
  (entry?.used_by ?? []).filter(path => path !== profilePath).map(path => path.replace('/1.0/', ''))

/** With its rules still there LXD 5.0 fails half-way, and leaves a dnsmasq behind that no longer ends. */
const deleteNetwork = async (): Promise<void> => {
  await clearRules(NETWORK)
  await lxc(['network', 'delete', NETWORK])
}

/** Takes away what the lab made, unless somebody else uses it: those are returned. */
export const takeGround = async (): Promise<ReadonlyArray<string>> => {
  const [profile, network, pool] = [await find<Profile>(profilePath), await find<Entry>(networkPath), await find<Entry>(poolPath)]
  const ours = [profile, network, pool].filter(entry => entry !== undefined && isOurs(entry))
  const others = [...new Set(ours.flatMap(entry => othersOn(entry)))]
  if (others.length > 0) return others
  if (profile !== undefined && isOurs(profile))
    await editProfile(profile.description, without(profile.config, FILLING.config), without(profile.devices, FILLING.devices))
  if (network !== undefined && isOurs(network)) await deleteNetwork()
  if (pool !== undefined && isOurs(pool)) await lxc(['storage', 'delete', POOL])
  return []
}

/** Whether anybody but the lab has machines or images in this LXD. */
export const isUsedByOthers = async (): Promise<boolean> =>
  (await instances()).some(instance => !isOurs(instance)) || (await query<ReadonlyArray<string>>('/1.0/images')).length > 0
