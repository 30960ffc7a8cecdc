import type { Step } from '../contract.js'
import { ruleKey } from '../vocabulary.js'

/** What a step is about, in a few words for a line of progress. */
export const doingOf = (step: Step): string => {
  switch (step.do) {
    case 'machine create':
    case 'machine update':
    case 'machine delete':
    case 'network':
    case 'network remove':
    case 'user':
    case 'user delete':
      return `${step.do} ${step.name}`
    case 'install':
    case 'uninstall':
      return `${step.do}ing ${step.packages.join(', ')}`
    case 'put':
    case 'dir':
    case 'remove':
    case 'engine config':
    case 'cron':
      return `${step.do} ${step.path}`
    case 'unit':
      return `${step.again ?? (step.active === false ? 'stop' : 'start')} ${step.name}`
    case 'up':
    case 'down':
    case 'try':
    case 'signal':
      return `${step.do} ${step.service}`
    case 'pull':
      return `pulling ${step.image}`
    case 'sysctl':
    case 'setting':
      return `${step.do} ${step.key}`
    case 'rule add':
    case 'rule remove':
      return `${step.do} ${ruleKey(step.rule)}`
    case 'chain':
      return `${step.do} ${step.name}`
    case 'group add':
    case 'group remove':
      return `${step.do} ${step.group}`
    case 'restore':
      return `putting back ${step.what} ${step.id}`
    case 'wait ready':
      return 'waiting until it answers'
    case 'firewall':
      return `turning the firewall ${step.active ? 'on' : 'off'}`
    case 'arm':
      return 'arming an undo'
    case 'confirm':
      return 'trying a new connection'
    default:
      return step.do
  }
}
