import type { Step } from '../contract.js'

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
    default:
      return step.do
  }
}
