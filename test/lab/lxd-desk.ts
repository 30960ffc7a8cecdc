import type { Channel, Provider } from '../../engine/channel.js'
import { type Hosts, type LxdSection, lxd } from '../../providers/lxd/index.js'
import { E } from '../../specs/fp.js'

/** Apart from whatever else is on this machine's LXD, with its images and profiles. */
export const PROJECT = 'dl-lab'
export const SYSTEM = 'debian/13'
/** What hosts need to start on this machine; nothing of the product. */
export const EXTRA = {
  profiles: ['default'],
  project: PROJECT,
  config: { 'raw.lxc': 'lxc.init.cmd=/sbin/init SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1', 'security.nesting': true },
  type: 'container',
} as const

/** Machines get what the batch says, and no key of their own. */
const strangers: Hosts = { given: (_, userData) => async () => E.right(userData), forgotten: () => {} }

const nobody: Channel = {
  look: () => Promise.reject(new Error('no host is spoken to here')),
  act: () => Promise.reject(new Error('no host is spoken to here')),
  close: async () => {},
}

export const sleep = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))

export interface Here {
  readonly pause?: (ms: number) => Promise<void>
  readonly now?: () => number
  readonly env?: { readonly [name: string]: string }
}
export const lxdHere = (section: LxdSection = { project: PROJECT }, { pause = sleep, now = Date.now, env = {} }: Here = {}): Provider =>
  lxd({ section, connect: () => nobody, hosts: strangers, home: { home: '/nowhere', env }, now, sleep: pause })
