import type { Machine, Shell } from '../../engine/channel.js'
import { commandLine } from '../remote/command.js'
import { connectionTo } from './connection.js'
import { pinned } from './known-hosts.js'
import { programs } from './programs.js'
import { ALONE, sharing, type Target, trusted } from './target.js'
import type { Trust } from './trust.js'

const LOUD_ONLY = ['-o', 'LogLevel=ERROR']

/** A host's key is pinned under its machine's name, as for the channel. */
export const shellOver =
  (trust: Trust) =>
  ({ name, seen, login }: Machine): Shell => {
    const keys = pinned(trust.knownHosts, name)
    const target: Target = { name, addresses: seen.addresses, login }
    const connection = connectionTo(target, trust)
    const ssh = (how: ReadonlyArray<string>): ReadonlyArray<string> => {
      const way = connection.way()
      if (way === undefined) throw new Error('no way to the host has been found yet')
      return ['ssh', ...how, ...trusted(target, way, connection.believed()), way.address]
    }
    return {
      pinned: keys,
      shown: () => pinned(connection.believed().knownHosts, name),
      run: (script, as) => connection.run(script, { as }),
      command: (argv, { root, terminal }) => [
        ...ssh([...LOUD_ONLY, terminal ? '-t' : '-T', ...sharing(connection.socket())]),
        commandLine(argv, root && login.user !== 'root'),
      ],
      session: words => [...ssh(ALONE), ...words],
      isOpen: async () => {
        const $ = await programs()
        return (await $`${ssh([...sharing(connection.socket()), '-O', 'check'])}`).exitCode === 0
      },
      close: () => connection.close(),
    }
  }
