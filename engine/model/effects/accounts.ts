import type { Asks } from '../../contract.js'
import type { View } from '../view.js'
import { engineVersion } from './packages.js'

/** What base-passwd and the system's own packages make on Debian and Ubuntu, as far as files are given to them. */
const USERS = new Set(
  'root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody _apt sshd systemd-network'.split(' '),
)
const GROUPS = new Set(
  `root daemon bin sys adm tty disk lp mail news uucp man proxy kmem dialout fax voice cdrom floppy tape sudo audio dip www-data backup
  operator list irc src shadow video sasl plugdev staff games users nogroup crontab systemd-journal`.split(/\s+/),
)

/** Nobody logs in as one of these. */
export const systemUser = (name: string): Asks['user'] | undefined => {
  if (name === 'root') return { shell: '/bin/bash', groups: [], sudo: true, keys: [] }
  return USERS.has(name) ? { shell: name === 'sync' ? '/bin/sync' : '/usr/sbin/nologin', groups: [], sudo: false, keys: [] } : undefined
}

const isNumber = (name: string): boolean => /^\d+$/.test(name)

export const isUser = (view: View, name: string): boolean => isNumber(name) || view.at('user', name) !== undefined

/** A user brings a group of the same name, the engine its own. */
export const isGroup = (view: View, name: string): boolean =>
  isNumber(name) ||
  GROUPS.has(name) ||
  (view.at('user', name) !== undefined && !USERS.has(name)) ||
  (name === 'docker' && engineVersion(view) !== undefined)
