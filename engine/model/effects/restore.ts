import type { Change, Thing } from '../../contract.js'
import type { Kept, View } from '../view.js'
import { downContainer, downNetwork } from './containers.js'
import { putFile, removePath } from './files.js'
import { IDLE } from './firewall.js'
import { deleteMachine } from './machine.js'
import { uninstall } from './packages.js'
import { addRule, removeRule, ruleIn, rulesAs } from './rules.js'
import { reload } from './units.js'
import { addMember, memberOf, removeMember, removeUser } from './users.js'

/** By which the rules come back after a reboot. */
export const chainUnit = (name: string): string => `deployer-chain-${name}.service`

/** Puts a thing back as it was kept, with what hangs on it. */
export const putBack = (what: Thing, id: string, kept: unknown, view: View): ReadonlyArray<Change> => {
  if (kept === undefined) return []
  if (what === 'file') return putFile(view, id, kept as Kept<'file'>)
  if (what === 'rule') return putRule(kept as Kept<'rule'>, view)
  if (what === 'user') return putAccount(id, kept as Kept<'user'>, view)
  if (what === 'member') return addMember(...memberOf(id), view)
  if (what === 'engine') return reload(view)
  // One that somebody removed since is not installed, made or fetched again.
  if (what === 'package' || what === 'container' || what === 'network' || what === 'image') return []
  return [{ ask: what, key: id, to: kept } as Change]
}

const putRule = (rule: Kept<'rule'>, view: View): ReadonlyArray<Change> => addRule(view, rule, rule.comment)

/** Groups are held apart, as members. */
const putAccount = (name: string, kept: Kept<'user'>, view: View): ReadonlyArray<Change> => [
  { ask: 'user', key: name, to: { ...kept, groups: view.at('user', name)?.groups ?? kept.groups } },
]

/** Takes away a thing that was not there before. What every host has cannot go. */
export const takeAway = (what: Thing, id: string, view: View): ReadonlyArray<Change> => {
  switch (what) {
    case 'file':
    case 'dir':
    case 'cron':
      return removePath(view, id)
    case 'package':
      return uninstall({ do: 'uninstall', via: 'operator', packages: [id] }, view)
    case 'user':
      return removeUser(id, view)
    case 'rule':
      return removeRule(view, ruleIn(id))
    case 'machine':
      return deleteMachine(id, view)
    case 'firewall':
      return [{ ask: 'firewall', key: id, to: view.at('package', 'ufw') === undefined ? undefined : IDLE }]
    case 'unit':
      return view.at('unit', id) === undefined ? [] : [{ ask: 'unit', key: id, to: { active: false, enabled: false } }]
    case 'member':
      return removeMember(...memberOf(id), view)
    case 'engine':
    case 'setting':
    case 'sshd':
    case 'sysctl':
      return []
    case 'chain':
      return [
        ...(view.at('chain', id) === undefined ? [] : [{ ask: 'chain', key: id, to: undefined } as const]),
        ...(view.at('unit', chainUnit(id)) === undefined ? [] : [{ ask: 'unit', key: chainUnit(id), to: undefined } as const]),
      ]
    case 'container':
      return downContainer(id, view)
    case 'image':
      return isUsed(id, view) ? [] : gone(what, id, view)
    case 'network':
      return view.at('network', id) === undefined ? [] : downNetwork(id, view)
    case 'account':
      return gone(what, id, view)
  }
}

const gone = (what: 'image' | 'account', id: string, view: View): ReadonlyArray<Change> =>
  view.at(what, id) === undefined ? [] : [{ ask: what, key: id, to: undefined }]

const isUsed = (image: string, view: View): boolean => [...view.keys('container')].some(key => view.at('container', key)?.image === image)

/** One thing of an undo. */
export const asKept = (kept: Change, view: View): ReadonlyArray<Change> => {
  if (kept.ask === 'rules') return rulesAs(view, kept.to?.rules ?? [])
  const what = kept.ask as Thing
  return kept.to === undefined ? takeAway(what, kept.key, view) : putBack(what, kept.key, kept.to, view)
}
