import type { Environment } from './environment.js'
import { familyOf, isOf, type Socket, socketsOf } from './sockets.js'

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
  socketsOf(environment).flatMap(socket => {
    const { container, bind, port, proto, from: sources = ['any'] } = socket
    const opened = `${port}/${proto}`
    if (container === 'host') return environment.firewall.ssh_from.map(source => from(opened, source))
    if (!isOutside(bind)) return []
    const there = sources.filter(source => isOf(familyOf(socket), source))
    return there.map(source => ({ ...from(opened, source), ...atOf(socket, source) }))
  })

const allowed = ({ firewall }: Environment): ReadonlyArray<Opening> =>
  firewall.allow.map(({ port, proto, from: source }) => from(`${port}/${proto}`, source))

const from = (port: string, source: string): Opening => (source === 'any' ? { port } : { port, from: source })

/** A network says its family itself. */
const atOf = ({ bind = 'public', single }: Socket, source: string): Pick<Opening, 'at'> => {
  if (bind === 'public') return single === true && source === 'any' ? { at: EVERY_IPV4 } : {}
  return { at: FAMILIES[bind] ?? bind }
}

const EVERY_IPV4 = 'every IPv4 address'
const FAMILIES: { readonly [bind: string]: string } = { '0.0.0.0': EVERY_IPV4, '::': 'every IPv6 address' }

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
