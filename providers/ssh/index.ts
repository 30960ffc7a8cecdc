import type { Channel, Machine } from '../../engine/contract.js'
import { type SshOptions, sshChannel } from './channel.js'

export { type SshOptions, sshChannel } from './channel.js'
export { type HostKeys, hostKeysIn } from './host-keys.js'
export { pin, pinned, unpin } from './known-hosts.js'
export { shellOver } from './shell.js'
export type { Target } from './target.js'
export type { Met, Trust } from './trust.js'

/** How a provider of real machines speaks to the hosts on them. A host's key is pinned under its machine's name. */
export const overSsh =
  (options: SshOptions) =>
  ({ name, seen, login }: Machine): Channel =>
    sshChannel({ name, addresses: seen.addresses, login }, options)
