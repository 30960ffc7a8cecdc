import type { Asks, Change, Check, Field, ProbeOf } from '../../engine/contract.js'
import type { Stack } from '../stack.js'
import { HOME, OWNED } from './block.js'
import { SQLITE } from './databases.js'

export type DatabaseFile = ProbeOf<'file'>

/** Where the container's folder for what lasts is on the host. */
export const databaseFile = ({ root, host }: Pick<Stack, 'root' | 'host'>): DatabaseFile => ({
  ask: 'file',
  key: `${root}/${HOME}/lib/${SQLITE.slice(LASTS.length)}`,
  via: host,
  numeric: true,
  bare: true,
})
const LASTS = '/var/lib/torrust/tracker/'

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
    ? `its database ${key} was deleted. The running tracker still holds it, and its next restart loses it. ` +
      `To save it: as root on the host, find /proc/[0-9]*/fd -lname '*/${nameOf(key)}*' shows where it still is; ` +
      `copy one of these there, chown it ${OWNED.owner}:${OWNED.group}, and docker restart the container`
    : `its database ${key} was deleted, and nothing holds it any more: the next start begins an empty one, unless a copy lies there by then`
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const FIELD = 'database file'
export const EMPTIED: Field = { name: FIELD, from: 'deleted', to: 'new and empty', follows: true }
/** Of the one field, so that a plan names it only where it is so. */
export const isEmptied = ({ name, from }: Field): boolean => name === FIELD && from === 'deleted'
export const LOSS = 'its SQLite database (keys, whitelist, completed counts), whose file was deleted: it begins with an empty one'
