import type { Answer, Ask, Asks, Login, Owned, Probe } from '../contract.js'
import { accountValue, databaseValue } from './effects/database.js'
import { sshPort } from './effects/reach.js'
import { type Model, type Place, viewOf } from './model.js'
import { listener, outsideValue } from './outside.js'
import { digestOf, isText } from './seal.js'
import type { Kept, View } from './view.js'

export interface Asking {
  readonly model: Model
  readonly place: Place
  readonly salt: string
  /** How the host is spoken to. */
  readonly login?: Login
  /** The probe's match, revealed. */
  readonly wanted?: string
}

const ENGINE_ONLY: ReadonlyArray<Ask> = ['container', 'image', 'network']

/** What a model answers to a probe. */
export const answerOf = (probe: Probe, asking: Asking): Answer<unknown> => {
  const view = viewOf(asking.place)
  if (ENGINE_ONLY.includes(probe.ask) && isStopped(view)) {
    const fault = { code: 'LOOK_FAILED', host: view.name, ask: probe.ask, why: 'the engine does not run' } as const
    return { is: 'unasked', via: probe.via, fault }
  }
  const value = valueAt(probe, asking, view)
  return value === undefined ? { is: 'absent' } : { is: 'present', value }
}

/** There, but nobody can ask it what it has. */
const isStopped = (view: View): boolean =>
  view.at('engine', 'docker') === undefined && ['docker.io', 'docker-ce'].some(name => view.at('package', name) !== undefined)

const valueAt = (probe: Probe, asking: Asking, view: View): unknown => {
  const { ask, key, via } = probe
  if (via === 'operator' && asking.place !== asking.model.provider) return outsideValue(probe, view)
  if (ask === 'image' && asking.place === asking.model.provider) return { digest: `sha256:${digestOf(key, 'registry')}` }
  if (ENGINE_ONLY.includes(ask) && view.at('engine', 'docker') === undefined) return undefined
  switch (ask) {
    case 'file':
      return owned(probe.bare === true ? bareOf(view.at('file', key)) : fileValue(view.at('file', key), asking), probe)
    case 'dir':
      return owned(view.at('dir', key), probe)
    case 'firewall':
      return firewallValue(view.at('firewall', key), view)
    case 'container':
      return containerValue(view.at('container', key), asking)
    case 'account':
      return accountValue(key, { wanted: asking.wanted, salt: asking.salt, view })
    case 'database':
      return databaseValue(key, view)
    case 'port':
      return listener(key, view)
    case 'login':
      return loginValue(asking, view)
    case 'http':
      return ownPage(key, view)
    default:
      return view.at(ask, key)
  }
}

/** Of the names that a host gives numbers, a model knows one. */
const owned = <A extends Owned>(value: A | undefined, { numeric }: Probe): A | undefined =>
  value === undefined || numeric !== true ? value : { ...value, owner: numbered(value.owner), group: numbered(value.group) }
const numbered = (name: string): string => (name === 'root' ? '0' : name)

const bareOf = (file: Kept<'file'> | undefined): Asks['file'] | undefined =>
  file && { mode: file.mode, owner: file.owner, group: file.group }

const fileValue = (file: Kept<'file'> | undefined, { wanted, salt }: Asking): Asks['file'] | undefined => {
  if (file === undefined) return undefined
  const { mode, owner, group, content, sealed } = file
  if (wanted !== undefined) {
    const kept = content ?? (sealed === undefined ? '' : { sealed })
    return { mode, owner, group, same: isText(kept, wanted, salt) }
  }
  return content === undefined ? { mode, owner, group } : { mode, owner, group, content }
}

const FORWARDING = ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding']

/** What is not forwarded at all is not routed by anybody's policy. */
const firewallValue = (firewall: Asks['firewall'] | undefined, view: View): Asks['firewall'] | undefined => {
  if (firewall === undefined) return undefined
  const forwards = FORWARDING.some(key => view.at('sysctl', key)?.value === '1')
  return { ...firewall, routed: forwards ? (firewall.routed === 'disabled' ? 'deny' : firewall.routed) : 'disabled' }
}

const containerValue = (container: Kept<'container'> | undefined, { wanted }: Asking): Asks['container'] | undefined => {
  if (container === undefined) return undefined
  const { opens: _, ...answer } = container
  return wanted === undefined ? answer : { ...answer, same: answer.digest === wanted }
}

const loginValue = ({ login }: Asking, view: View): Asks['login'] | undefined => {
  if (login === undefined || view.at('user', login.user) === undefined) return undefined
  const port = sshPort(view, login.port)
  return port === undefined ? undefined : { user: login.user, port }
}

/** What answers at a URL of the host itself. */
const ownPage = (key: string, view: View): Asks['http'] | undefined => {
  if (!URL.canParse(key)) return undefined
  const port = `${new URL(key).port || 80}/tcp`
  return listener(port, view) === undefined ? undefined : (view.at('http', port) ?? { status: 200, body: '' })
}
