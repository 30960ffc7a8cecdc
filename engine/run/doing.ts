import type { Step } from '../contract.js'
import { ruleKey } from '../vocabulary.js'

const UNIT = { restart: 'restarting', reload: 'reloading' } as const
const MACHINE = { 'machine create': 'making', 'machine update': 'changing', 'machine delete': 'deleting' } as const

/** What a step is about, in a few words for a line of progress; also before `failed`. */
export const doingOf = (step: Step): string => {
  switch (step.do) {
    case 'machine create':
    case 'machine update':
    case 'machine delete':
      return `${MACHINE[step.do]} the machine ${step.name}`
    case 'network':
      return `making the network ${step.name}`
    case 'network remove':
      return `removing the network ${step.name}`
    case 'user':
      return `setting up the user ${step.name}`
    case 'user delete':
      return `removing the user ${step.name}`
    case 'install':
      return `${step.upgrade === true ? 'upgrading' : 'installing'} ${step.packages.join(', ')}`
    case 'uninstall':
      return `uninstalling ${step.packages.join(', ')}`
    case 'put':
    case 'cron':
    case 'engine config':
      return `writing ${step.path}`
    case 'dir':
      return `making ${step.path}`
    case 'remove':
      return `removing ${step.path}`
    case 'unit':
      return `${unitVerb(step)} ${step.name}`
    case 'up':
      return `starting ${step.service}`
    case 'down':
      return `taking down ${step.service}`
    case 'try':
      return `trying ${step.service}`
    case 'signal':
      return `telling ${step.service} ${step.signal}`
    case 'fetch':
      return `beginning to pull ${step.images.length === 1 ? 'one image' : `${step.images.length} images`}`
    case 'pull':
      return `pulling ${step.image}`
    case 'sysctl':
    case 'setting':
      return `setting ${step.key}`
    case 'rule add':
      return `adding the rule ${ruleKey(step.rule)}`
    case 'rule remove':
      return `removing the rule ${ruleKey(step.rule)}`
    case 'chain':
      return 'limiting published ports'
    case 'group add':
      return `adding ${step.user} to ${step.group}`
    case 'group remove':
      return `taking ${step.user} out of ${step.group}`
    case 'restore':
      return `putting back ${step.what} ${step.id}`
    case 'wait ready':
      return 'waiting until it answers'
    case 'firewall':
      return `turning the firewall ${step.active ? 'on' : 'off'}`
    case 'sshd load':
      return 'loading the settings of sshd'
    case 'arm':
      return 'arming an undo'
    case 'confirm':
      return 'trying a new connection'
    case 'sql':
      return 'changing the database'
    default:
      return step.do
  }
}

const unitVerb = ({ again, active, enabled }: Extract<Step, { readonly do: 'unit' }>): string => {
  if (again !== undefined) return UNIT[again]
  if (active !== undefined) return active ? 'starting' : 'stopping'
  return enabled === false ? 'disabling' : 'enabling'
}
