import type { Instance, InstanceState } from './shapes.js'

/** The network interface by which a machine is reached. */
export interface Nic {
  readonly network: string
  /** What its name is inside, and its hardware address, as far as LXD knows them. */
  readonly name: string
  readonly hwaddr?: string
}

/** On the network that is asked for, if it is on it; else the first that LXD gave. What runs inside makes interfaces too: those are no devices. */
export const nicOf = ({ config, expanded_devices }: Pick<Instance, 'config' | 'expanded_devices'>, wanted?: string): Nic | undefined => {
  const nics = Object.entries(expanded_devices)
    .filter(([, { type }]) => type === 'nic')
    .map(([device, { network, parent = '', name = device, hwaddr = config[`volatile.${device}.hwaddr`] }]) => ({
      network: network ?? parent,
      name: config[`volatile.${device}.name`] ?? name,
      ...(hwaddr !== undefined && { hwaddr }),
    }))
  return nics.find(({ network }) => network === wanted) ?? nics[0]
}

/** IPv4 first, as clients prefer to be told. */
export const addressesOf = ({ name, hwaddr }: Nic, { network }: InstanceState): ReadonlyArray<string> => {
  const all = Object.entries(network ?? {})
  const [, found] = all.find(([, one]) => hwaddr !== undefined && one.hwaddr === hwaddr) ?? all.find(([key]) => key === name) ?? []
  const global = (found?.addresses ?? []).filter(({ scope }) => scope === 'global')
  return ['inet', 'inet6'].flatMap(family => global.filter(one => one.family === family).map(({ address }) => address))
}
