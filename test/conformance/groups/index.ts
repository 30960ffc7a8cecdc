import type { Group } from '../case.js'
import type { Debian } from '../sandbox.js'
import { accounts } from './accounts.js'
import { containersOn } from './containers.js'
import { engineOn } from './engine.js'
import { files, matches } from './files.js'
import { chains, firewalls, rules } from './firewall.js'
import { fresh } from './fresh.js'
import { ledger, turns } from './ledger.js'
import { settings } from './settings.js'
import { sshd } from './sshd.js'
import { undo } from './undo.js'
import { units } from './units.js'
import { users } from './users.js'

/** In the order in which they happen to one host. */
export const groupsOn = (debian: Debian): ReadonlyArray<Group> => [
  fresh,
  files,
  matches,
  users,
  settings,
  units,
  sshd,
  firewalls,
  rules,
  chains,
  undo,
  ledger,
  turns,
  engineOn(debian),
  containersOn(debian),
  accounts,
]
