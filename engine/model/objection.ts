import type { SealedStep } from './seal.js'
import type { View } from './view.js'

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'
const NO_ENGINE = 'Cannot connect to the Docker daemon. Is the docker daemon running?'

const withoutParent = (path: string, view: View): string | undefined =>
  view.at('dir', parentOf(path)) === undefined ? `${path}: No such file or directory` : undefined
const withoutEngine = (view: View): string | undefined => (view.at('engine', 'docker') === undefined ? NO_ENGINE : undefined)
const withoutFirewall = (view: View): string | undefined =>
  view.at('firewall', 'ufw') === undefined ? 'ufw: command not found' : undefined

/** What a host would say to a step that cannot work there; undefined: it can. */
export const objection = (step: SealedStep, view: View): string | undefined => {
  switch (step.do) {
    case 'put':
    case 'dir':
    case 'cron':
    case 'engine config':
      return withoutParent(step.path, view)
    case 'unit':
      return view.at('unit', step.name) === undefined ? `Unit ${step.name} not found.` : undefined
    case 'group add':
      if (view.at('user', step.user) === undefined) return `user '${step.user}' does not exist`
      return step.group === 'docker' && view.at('unit', 'docker.service') === undefined ? "group 'docker' does not exist" : undefined
    case 'sysctl':
      return view.at('sysctl', step.key) === undefined ? `cannot stat /proc/sys/${step.key.replaceAll('.', '/')}` : undefined
    case 'firewall':
    case 'rule add':
      return withoutFirewall(view)
    case 'network':
    case 'pull':
    case 'try':
    case 'up':
      return withoutEngine(view)
    case 'confirm':
      return view.at('undo', step.name) === undefined ? `the undo ${step.name} is not armed; it may have fired` : undefined
    default:
      return undefined
  }
}
