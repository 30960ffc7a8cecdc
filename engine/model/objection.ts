import { isGroup, isUser } from './effects/accounts.js'
import { unstartable, unstartableNow } from './effects/engine.js'
import { engineVersion } from './effects/packages.js'
import { toldPorts } from './effects/told.js'
import type { SealedStep, SealedStepOf } from './seal.js'
import type { View } from './view.js'

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'
const NO_ENGINE = 'Cannot connect to the Docker daemon. Is the docker daemon running?'

const withoutParent = (path: string, view: View): string | undefined =>
  view.at('dir', parentOf(path)) === undefined ? `${path}: No such file or directory` : undefined
const withoutEngine = (view: View): string | undefined => (view.at('engine', 'docker') === undefined ? NO_ENGINE : undefined)
const withoutFirewall = (view: View): string | undefined =>
  view.at('firewall', 'ufw') === undefined ? 'ufw: command not found' : undefined

const withoutOwner = ({ owner, group }: { readonly owner: string; readonly group: string }, view: View): string | undefined => {
  if (!isUser(view, owner)) return `chown: invalid user: '${owner}:${group}'`
  return isGroup(view, group) ? undefined : `chown: invalid group: '${owner}:${group}'`
}
const runs = ({ project, service }: SealedStepOf<'signal'>, view: View): boolean =>
  withoutEngine(view) === undefined && view.at('container', `${project}/${service}`)?.running === true
const inTheWay = (path: string, what: 'file' | 'dir', view: View): string | undefined => {
  if (view.at(what, path) === undefined) return undefined
  return what === 'dir' ? `cannot overwrite directory '${path}' with non-directory` : `cannot create directory '${path}': File exists`
}

const ofUnit = ({ name, active, enabled, again }: SealedStepOf<'unit'>, view: View): string | undefined => {
  const unit = view.at('unit', name)
  if (unit === undefined) return `Unit ${name} not found.`
  if (unit.masked && enabled !== true && (active === true || again !== undefined)) return `Unit ${name} is masked.`
  const version = name === 'docker.service' ? engineVersion(view) : undefined
  const starts = again === 'restart' || (active === true && !unit.active)
  const why = version !== undefined && starts ? unstartableNow(view) : undefined
  if (why !== undefined) return why
  const file = view.at('file', `/etc/systemd/system/${name}`)?.content
  const reloads = file === undefined || /^ExecReload=/m.test(file)
  return again === 'reload' && !reloads ? `Job type reload is not applicable for unit ${name}.` : undefined
}

const ofEngine = ({ content }: SealedStepOf<'engine config'>, view: View): string | undefined => {
  const version = engineVersion(view)
  return version === undefined || typeof content !== 'string' ? undefined : unstartable(content)
}

const ofSshd = ({ ports }: SealedStepOf<'sshd load'>, view: View): string | undefined => {
  const told = toldPorts(view)
  if (told === undefined) return 'Badly formatted port number.'
  return told.join() === [...ports].sort((a, b) => a - b).join() ? undefined : `sshd listens on ${told.join(' ')}`
}

const ofZone = (zone: string): string | undefined => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return undefined
  } catch {
    return `there is no time zone ${zone}`
  }
}

/** What a host would say to a step that cannot work there; undefined: it can. */
export const objection = (step: SealedStep, view: View): string | undefined => {
  switch (step.do) {
    case 'put':
      return withoutParent(step.path, view) ?? withoutOwner(step, view) ?? inTheWay(step.path, 'dir', view)
    case 'dir':
      return withoutParent(step.path, view) ?? inTheWay(step.path, 'file', view) ?? withoutOwner(step, view)
    case 'cron':
      return withoutParent(step.path, view) ?? inTheWay(step.path, 'dir', view)
    case 'engine config':
      return withoutParent(step.path, view) ?? inTheWay(step.path, 'dir', view) ?? ofEngine(step, view)
    case 'unit':
      return ofUnit(step, view)
    case 'sshd load':
      return ofSshd(step, view)
    case 'setting':
      return step.key === 'timezone' ? ofZone(step.value) : undefined
    case 'group add':
      if (view.at('user', step.user) === undefined) return `user '${step.user}' does not exist`
      return isGroup(view, step.group) ? undefined : `group '${step.group}' does not exist`
    case 'sysctl':
      return view.at('sysctl', step.key) === undefined ? `cannot stat /proc/sys/${step.key.replaceAll('.', '/')}` : undefined
    case 'firewall':
    case 'rule add':
      return withoutFirewall(view)
    case 'network':
    case 'fetch':
    case 'pull':
    case 'try':
    case 'up':
      return withoutEngine(view)
    case 'signal':
      return runs(step, view) ? undefined : `${step.service} does not run`
    case 'sql':
      return view.at('container', `${step.project}/${step.service}`)?.running === true
        ? undefined
        : `No such container: ${step.project}-${step.service}-1`
    case 'confirm':
      return view.at('undo', step.name) === undefined ? `the undo ${step.name} is not armed; it may have fired` : undefined
    default:
      return undefined
  }
}
