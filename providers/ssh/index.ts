import type { Channel, Machine } from '../../engine/channel.js'
import { type SshOptions, sshChannel } from './channel.js'

export { type SshOptions, sshChannel } from './channel.js'
export { type HostKeys, hostKeysIn } from './host-keys.js'
export { pin, pinned, unpin } from './known-hosts.js'
export { shellOver } from './shell.js'
export type { Target } from './target.js'
export type { Met, Trust } from './trust.js'

/**
 * How a provider of real machines speaks to the hosts on them. A host's key is pinned under its machine's name. What that needs
 * is loaded while the provider is still being asked where they are.
 */
export const overSsh = (options: SshOptions): ((machine: Machine) => Channel) => {
  if (options.ahead?.isBegun !== true) import('zx/core').catch(() => undefined)
  return ({ name, seen, login }) => sshChannel({ name, addresses: seen.addresses, login }, options)
}
