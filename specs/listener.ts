import type * as t from 'io-ts'
import { addressOf, Domain, Source } from './address.js'
import { BROKEN, bool, type Codec, choice, field, isRecord, list, optional, scalar, short, spec, text, wrong } from './codec.js'
import { Port } from './name.js'
import type { At, Read } from './reading.js'

/** `public`: every address of the host, IPv4 and IPv6. `0.0.0.0` is all of IPv4, `::` all of IPv6. */
export const Bind: Codec<string> = scalar(
  'bind',
  'public, loopback or an address such as 10.77.0.20 or "::"',
  { type: 'string', examples: ['public', 'loopback', '10.77.0.20'] },
  (input, at) => {
    const written = text.read(input, at)
    if (written === BROKEN || written === 'public' || written === 'loopback') return written
    if (splitBind(written) !== undefined) return bindStyle(written, at)
    return (
      addressOf(written) ??
      at.error('VALUE_INVALID', 'not an address.', 'Expected public, loopback or an address such as 10.77.0.20 or "::".')
    )
  },
)

/** `127.0.0.1:6969:6969`, `0.0.0.0:6969`, `[::]:6969`, `6969:6969`, `6969/udp`. */
const splitBind = (written: string): { readonly bind?: string; readonly port: string } | undefined => {
  const [, head, port] = /^(?:(.+):)?(\d{1,5})(?:\/(?:tcp|udp))?$/.exec(written) ?? []
  if (port === undefined || addressOf(written) !== undefined) return undefined
  if (head === undefined || /^\d{1,5}$/.test(head)) return { port: head ?? port }
  const [, host = head, outer = port] = /^(.+):(\d{1,5})$/.exec(head) ?? []
  const bind = addressOf(host.replace(/^\[(.*)\]$/, '$1'))
  return bind === undefined ? { port: outer } : { bind, port: outer }
}

const bindStyle = (written: string, at: At): typeof BROKEN => {
  if (/^\d+$/.test(written)) return at.error('VALUE_INVALID', 'a port in quotes is text.', `Write port: ${written}.`)
  const { bind, port = '6969' } = splitBind(written) ?? {}
  const there = bind === '127.0.0.1' || bind === '::1' ? 'loopback' : bind?.includes(':') ? `"${bind}"` : bind
  return at.error('BIND_STYLE', 'an address and port in one.', `Write ${there === undefined ? port : `{ port: ${port}, bind: ${there} }`}.`)
}

const STYLE = 'Write port and bind, such as { port: 6969, bind: loopback }.'
const SPLIT = {
  bind_address: STYLE,
  address: STYLE,
  ip: STYLE,
  ports: STYLE,
  use_tls_proxy: 'A domain means TLS; tls: false keeps only the name.',
}

const NOTE = {
  port: 'The port, on the host and in the container.',
  bind: 'Where it can be reached: public, loopback, or one address of the host. Default: public.',
  domain: 'The name that clients use.',
}

const UdpMapping = spec(
  'udp listener',
  { port: field(Port, NOTE.port, 6969), bind: optional(Bind, undefined, NOTE.bind), domain: optional(Domain, undefined, NOTE.domain) },
  {
    instead: { ...SPLIT, tls: 'UDP trackers have no TLS; domain is only a name here.' },
    words: 'a port or a mapping with port, bind, domain',
  },
)
const HttpMapping = spec(
  'http listener',
  {
    port: field(Port, NOTE.port, 7070),
    bind: optional(Bind, undefined, NOTE.bind),
    domain: optional(Domain, undefined, `${NOTE.domain} It means TLS by Caddy; the port itself is then not published.`),
    tls: optional(bool, undefined, 'false: the domain is only a name, without TLS.'),
  },
  { instead: SPLIT, words: 'a port or a mapping with port, bind, domain, tls' },
)
export type UdpListener = t.TypeOf<typeof UdpMapping>
export type HttpListener = t.TypeOf<typeof HttpMapping>

const listener = <A extends { readonly port: number }>(name: string, mapping: Codec<A>): Codec<A> => {
  const words = 'a port or a mapping'
  const port = short(Port, number => ({ port: number }) as A)
  const styled: Codec<A> = scalar<A>(name, words, { not: {} }, (input, at): Read<A> => {
    if (typeof input !== 'string' || splitBind(input) === undefined) return wrong(input, words, at)
    return /^\d+$/.test(input)
      ? at.error('VALUE_INVALID', 'a port in quotes is text.', `Write ${input} without quotes.`)
      : bindStyle(input, at)
  })
  return choice(name, words, [
    { when: isRecord, codec: mapping },
    { when: input => typeof input === 'number', codec: port },
    { when: input => input !== null, codec: styled },
  ])
}

export const UdpListener: Codec<UdpListener> = listener('udp listener', UdpMapping)
export const HttpListener: Codec<HttpListener> = listener('http listener', HttpMapping)

/** Whether Caddy serves it: it then publishes no port of its own. */
export const hasTls = ({ domain, tls }: { readonly domain?: string; readonly tls?: boolean }): boolean =>
  domain !== undefined && tls !== false

/** The fields of a service that has one HTTP port. Left alone it is on loopback. */
export const httpService = (port: number, example: string) => ({
  port: optional(Port, port, NOTE.port),
  bind: optional(Bind, undefined, 'Where it can be reached: public, loopback, or one address of the host. Default: loopback.'),
  from: optional(
    list(Source, { least: 1, words: 'a list of any, addresses or networks' }),
    undefined,
    'Who may reach it there, where it is published without TLS. Default: any.',
    ['192.0.2.0/24'],
  ),
  domain: optional(Domain, undefined, `${NOTE.domain} It means TLS by Caddy; the port itself is then not published.`, example),
  tls: optional(bool, undefined, 'false: the domain is only a name, without TLS.'),
})
export const SPELLING = SPLIT
