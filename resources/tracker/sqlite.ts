import type { Asks, Change, Check, Field, ProbeOf, Via } from '../../engine/contract.js'
import { HOME, OWNED } from './block.js'
import { SQLITE } from './databases.js'

/** Where the container's own folder for what lasts is on the host. */
const INSIDE = '/var/lib/torrust/tracker'

export type DatabaseFile = ProbeOf<'file'>

/** `path` is the container's; undefined: the user keeps it in a folder that is none of ours. */
export const databaseFile = (root: string, host: Via, path: string = SQLITE): DatabaseFile | undefined =>
  path.startsWith(`${INSIDE}/`)
    ? { ask: 'file', key: `${root}/${HOME}/lib${path.slice(INSIDE.length)}`, via: host, numeric: true, bare: true }
    : undefined

/** The tracker makes it at its start, where it is not there. */
export const madeAtStart = ({ key }: DatabaseFile): Change => ({
  ask: 'file',
  key,
  to: { mode: '0644', owner: OWNED.owner, group: OWNED.group },
})

export const fileCheck = (probe: DatabaseFile): Check => ({ says: 'database: there', probe, expect: {} })

/** What goes on without its file holds it until it ends: a copy is in `/proc`. */
export const goneWords = ({ key }: DatabaseFile, { running }: Asks['container']): string =>
  running
    ? `its database ${key} was deleted. The running tracker still holds it, and its next restart loses it and begins an empty one. ` +
      `To save it first, as root on the host: for f in /proc/[0-9]*/fd/*; do case $(readlink $f) in */${nameOf(key)}*deleted*) cat $f >${key}; break;; esac; done`
    : `its database ${key} was deleted, and nothing holds it any more: its next start begins an empty one. A copy can be put there before`
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

export const emptied = ({ key }: DatabaseFile): Field => ({ name: 'database file', from: 'deleted', to: 'new and empty', note: key, follows: true })
export const LOSS = 'its SQLite database (keys, whitelist, completed counts), whose file was deleted: it begins with an empty one'
