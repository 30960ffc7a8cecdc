import type { Environment } from './environment.js'
import { socketsOf } from './sockets.js'

/** A port as `6969/udp`, and what narrows it: `from 192.0.2.0/24`, `at 192.0.2.10`. */
interface Opening {
  readonly port: string
  readonly from?: string
  readonly at?: string
}

/** What can be reached from outside, in the order of ports; what not everybody or not every address has is said with it. */
export const reachableOf = (environment: Environment): ReadonlyArray<string> => {
  const openings = [...published(environment), ...allowed(environment)]
  const ports = [...new Set(openings.map(({ port }) => port))].sort(byNumber)
  return ports.flatMap(port => wordsOf(openings.filter(one => one.port === port)))
}

const published = (environment: Environment): ReadonlyArray<Opening> =>
  socketsOf(environment).flatMap(({ container, bind, port, proto, from: sources = ['any'] }) => {
    const opened = `${port}/${proto}`
    if (container === 'host') return environment.firewall.ssh_from.map(source => from(opened, source))
    if (!isOutside(bind)) return []
    const at = bind === 'public' ? {} : { at: FAMILIES[bind] ?? bind }
    return sources.map(source => ({ ...from(opened, source), ...at }))
  })

const allowed = ({ firewall }: Environment): ReadonlyArray<Opening> =>
  firewall.allow.map(({ port, proto, from: source }) => from(`${port}/${proto}`, source))

const from = (port: string, source: string): Opening => (source === 'any' ? { port } : { port, from: source })

const FAMILIES: { readonly [bind: string]: string } = { '0.0.0.0': 'every IPv4 address', '::': 'every IPv6 address' }

const isOutside = (bind: string | undefined): bind is string =>
  bind !== undefined && bind !== 'loopback' && !bind.startsWith('127.') && bind !== '::1'

const wordsOf = (openings: ReadonlyArray<Opening>): ReadonlyArray<string> => {
  const port = openings[0]?.port ?? ''
  if (openings.some(({ from, at }) => from === undefined && at === undefined)) return [port]
  const some = (word: string, values: ReadonlyArray<string | undefined>): ReadonlyArray<string> => {
    const said = [...new Set(values.filter(value => value !== undefined))]
    return said.length === 0 ? [] : [`${port} ${word} ${said.join(', ')}`]
  }
  return [
    ...some(
      'at',
      openings.map(({ at }) => at),
    ),
    ...some(
      'from',
      openings.map(({ from }) => from),
    ),
  ]
}

const byNumber = (a: string, b: string): number => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1)
