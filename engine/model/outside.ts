import type { Asks, Probe } from '../contract.js'
import { announcingOf, portsOf, serviceOf } from '../outside.js'
import { isOpen } from './effects/reach.js'
import type { View } from './view.js'

type Proto = 'tcp' | 'udp'

/** What a step did not say otherwise of what opened. It is kept under its port, `6969/udp`: what strangers are told. */
const TAKEN: Asks['announce'] = { taken: true, interval: 300, known: 'own', scraped: true }
const PAGE: Asks['http'] = { status: 200, body: '' }
const GUARDED: Asks['api'] = { right: true, wrong: false, status: 200 }

/** What a host of a model answers to whoever asks from outside; undefined: nothing. */
export const outsideValue = ({ ask, key }: Probe, view: View): unknown => {
  switch (ask) {
    case 'announce':
      return announceValue(key, view)
    case 'api':
      return reaches(serviceOf(key), 'tcp', view) ? (view.at('api', portOf(key)) ?? GUARDED) : undefined
    case 'http':
      return reaches(serviceOf(key), 'tcp', view) ? (view.at('http', portOf(key)) ?? PAGE) : undefined
    case 'open':
      return { open: portsOf(key).ports.filter(port => isOpenAt(port, view)) } satisfies Asks['open']
    default:
      return undefined
  }
}

const portOf = (key: string): string => `${serviceOf(key).port}/tcp`

const announceValue = (key: string, view: View): Asks['announce'] | undefined => {
  const { scheme, port, api, admit = [] } = announcingOf(key)
  const proto = scheme === 'udp' ? 'udp' : 'tcp'
  if (!reaches({ port }, proto, view)) return undefined
  if (admit.length === 0) return view.at('announce', `${port}/${proto}`) ?? TAKEN
  return api !== undefined && reaches({ ...api, through: 'host' }, 'tcp', view) ? TAKEN : undefined
}

const reaches = ({ port, through }: { readonly port: number; readonly through?: 'host' }, proto: Proto, view: View): boolean =>
  through === 'host' ? listener(`${port}/${proto}`, view) !== undefined : isOpenAt(`${port}/${proto}`, view)

const isOpenAt = (key: string, view: View): boolean => {
  const [port, proto] = key.split('/')
  const listens = listener(key, view)
  return listens !== undefined && listens.inside !== true && isOpen(view, Number(port), proto === 'udp' ? 'udp' : 'tcp')
}

/** Who listens on a port. */
export const listener = (key: string, view: View): Asks['port'] | undefined => view.at('port', key) ?? sshListens(key, view)

const sshListens = (key: string, view: View): Asks['port'] | undefined => {
  const [port, proto] = key.split('/')
  return proto === 'tcp' && view.at('sshd', 'sshd')?.ports.includes(Number(port)) === true ? { process: 'sshd' } : undefined
}
