import { isIP, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import { BROKEN, type Codec, scalar, text } from './codec.js'
import type { At, Read } from './reading.js'

/** An IP address in its usual form: IPv6 in lower case and shortened. */
export const Address: Codec<string> = scalar(
  'address',
  'an IP address',
  { type: 'string', examples: ['10.77.0.20', '2001:db8::20'] },
  (input, at) => {
    const written = text.read(input, at)
    if (written === BROKEN) return BROKEN
    return addressOf(written) ?? at.error('VALUE_INVALID', 'not an address.', 'Expected one such as 10.77.0.20 or "2001:db8::20".')
  },
)

/** The usual form of an address, or undefined for what is none. */
export const addressOf = (written: string): string | undefined => {
  if (written.includes('%') || isIP(written) === 0) return undefined
  return isIPv6(written) ? new URL(`http://[${written}]/`).hostname.slice(1, -1) : written
}

/** `any`, an address, or a network in CIDR form. */
export const Source: Codec<string> = scalar(
  'source',
  'any, an address or a network such as 192.0.2.0/24',
  { type: 'string', examples: ['any', '192.0.2.0/24', '2001:db8::/32'] },
  (input, at) => {
    const written = text.read(input, at)
    if (written === BROKEN || written === 'any') return written
    return written.includes('/') ? networkAt(written, at) : (addressOf(written) ?? noSource(at))
  },
)

const noSource = (at: At): typeof BROKEN =>
  at.error('VALUE_INVALID', 'neither an address nor a network.', 'Expected any, 192.0.2.7, 192.0.2.0/24 or "2001:db8::/32".')

const networkAt = (written: string, at: At): Read<string> => {
  const [, head = '', bits = ''] = /^(.*)\/(\d{1,3})$/.exec(written) ?? []
  const address = addressOf(head)
  if (address === undefined) return noSource(at)
  const most = isIPv6(address) ? 128 : 32
  if (Number(bits) > most) return at.error('VALUE_INVALID', `/${bits} is out of range.`, `Expected /0 to /${most}.`)
  const network = `${networkOf(address, Number(bits))}/${Number(bits)}`
  if (networkOf(address, Number(bits)) !== address)
    return at.error('VALUE_INVALID', 'this is an address inside of a network.', `Write ${network}.`)
  return network
}

const networkOf = (address: string, bits: number): string => {
  const groups = isIPv6(address) ? groupsOf(address) : address.split('.').map(Number)
  const width = isIPv6(address) ? 16 : 8
  const kept = groups.map((group, index) => {
    const left = Math.min(width, Math.max(0, bits - index * width))
    return group & (((1 << left) - 1) << (width - left))
  })
  if (width === 8) return kept.join('.')
  return addressOf(kept.map(group => group.toString(16)).join(':')) ?? address
}

const groupsOf = (address: string): ReadonlyArray<number> => {
  const [head = '', tail] = address.split('::')
  const parse = (part: string): number[] => (part === '' ? [] : part.split(':').map(group => Number.parseInt(group, 16)))
  if (tail === undefined) return parse(head)
  const missing = 8 - parse(head).length - parse(tail).length
  return [...parse(head), ...Array<number>(missing).fill(0), ...parse(tail)]
}

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/

/** A whole domain name, in lower case. */
export const Domain: Codec<string> = scalar(
  'domain',
  'a domain name such as tracker.example.com',
  { type: 'string', pattern: '^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9-]{2,63}$', examples: ['tracker.example.com'] },
  (input, at) => {
    const written = text.read(input, at)
    if (written === BROKEN) return BROKEN
    const name = written.toLowerCase()
    if (isDomain(name)) return name
    return at.error('VALUE_INVALID', domainTrouble(name), 'Expected a whole domain name such as tracker.example.com.')
  },
)

export const isDomain = (name: string): boolean => {
  const labels = name.split('.')
  return labels.length >= 2 && name.length <= 253 && labels.every(label => LABEL.test(label)) && /[a-z]/.test(labels.at(-1) ?? '')
}

const domainTrouble = (name: string): string => {
  if (/^[a-z]+:\/\//.test(name)) return 'this is a URL.'
  if (/:\d+$/.test(name)) return 'this has a port.'
  if (isIP(name) !== 0) return 'this is an address.'
  if (name.startsWith('*')) return 'this stands for many names.'
  if (!name.includes('.')) return 'this has no dot.'
  if (/[^ -~]/.test(name)) {
    const ascii = domainToASCII(name)
    return isDomain(ascii) ? `not all letters are of a-z; the name in DNS is ${ascii}.` : 'not all letters are of a-z.'
  }
  return 'not a domain name.'
}

/** A host's name or address, as `ssh` takes it. */
export const HostName: Codec<string> = scalar(
  'host',
  'a host name or an address',
  { type: 'string', examples: ['tracker.example.com', '192.0.2.10'] },
  (input, at) => {
    const written = text.read(input, at)
    if (written === BROKEN) return BROKEN
    const address = addressOf(written)
    if (address !== undefined) return address
    if (
      written.length <= 253 &&
      written
        .toLowerCase()
        .split('.')
        .every(label => LABEL.test(label)) &&
      !/^[\d.]+$/.test(written)
    )
      return written.toLowerCase()
    if (written.includes('@')) return at.error('VALUE_INVALID', 'this names a user too.', 'Write the user in ssh.user.')
    if (/^[^:]+:\d+$/.test(written)) return at.error('VALUE_INVALID', 'this has a port.', 'Write the port in a key of its own.')
    return at.error('VALUE_INVALID', 'neither a host name nor an address.', 'Expected one such as tracker.example.com or 192.0.2.10.')
  },
)

/** http or https, without user and password. */
export const Url: Codec<string> = scalar(
  'URL',
  'a URL such as https://mirror.example.com',
  { type: 'string', pattern: '^https?://', examples: ['https://mirror.example.com'] },
  (input, at) => {
    const written = text.read(input, at)
    if (written === BROKEN) return BROKEN
    if (!/^https?:\/\/[^\s"'{}\\]+$/.test(written) || !URL.canParse(written))
      return at.error('VALUE_INVALID', 'not a URL.', 'Expected one such as https://mirror.example.com.')
    const { username, password } = new URL(written)
    if (username !== '' || password !== '')
      return at.error('VALUE_INVALID', 'this holds a user or a password.', 'Leave them out of the URL.')
    return written
  },
)

/** Caddy and the certificate authority take nothing more unusual than this. */
export const Email: Codec<string> = scalar(
  'e-mail',
  'an e-mail address such as ops@example.com',
  { type: 'string', pattern: '^[A-Za-z0-9.!#%&*+/=?^_~-]+@[A-Za-z0-9.-]+$', examples: ['ops@example.com'] },
  (input, at) => {
    const written = text.read(input, at)
    if (written === BROKEN) return BROKEN
    const [, local = '', domain = ''] = /^([A-Za-z0-9!#%&*+/=?^_~-]+(?:\.[A-Za-z0-9!#%&*+/=?^_~-]+)*)@([^@]+)$/.exec(written) ?? []
    if (local !== '' && local.length <= 64 && isDomain(domain.toLowerCase())) return written
    return at.error('VALUE_INVALID', 'not an e-mail address.', 'Expected one such as ops@example.com.')
  },
)
