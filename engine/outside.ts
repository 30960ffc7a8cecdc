import type { Addr, Probe } from './vocabulary.js'

/** A service of one of our machines as whoever is outside finds it. */
export interface Outside {
  readonly machine: Addr
  readonly port: number
  /** Left out: whichever answers. */
  readonly family?: 4 | 6
  /** One address of the machine instead of those by which it is known. */
  readonly address?: string
  /** Not from outside: on the host itself at 127.0.0.1, or at `address`, by way of its ssh. */
  readonly through?: 'host'
}
export interface Announcing extends Omit<Outside, 'through'> {
  readonly scheme: 'udp' | 'http'
  readonly family: 4 | 6
  /** Where the API is on the host, at 127.0.0.1 unless told: there the peer is read back, and let in. */
  readonly api?: { readonly port: number; readonly address?: string }
  /** What a peer needs: its torrent on the whitelist, a key. Made through the API, and taken away afterwards. */
  readonly admit?: ReadonlyArray<'listing' | 'key'>
}
export interface Service extends Outside {
  readonly scheme: 'http' | 'https'
  readonly path: string
}

/** Key of an `announce`: `udp://vm.main:6969/announce?family=4&api=127.0.0.1:1212&admit=listing`. */
export const announceKey = ({ scheme, api, admit = [], ...at }: Announcing): string => {
  const { port, address = '127.0.0.1' } = api ?? {}
  return urlOf(scheme, '/announce', at, {
    ...(port !== undefined && { api: `${bracketed(address)}:${port}` }),
    ...(admit.length > 0 && { admit: admit.join(',') }),
  })
}

/** Key of an `api` or, asked by the operator's machine, an `http`: `http://vm.main:1212/api/v1/stats?through=host`. */
export const serviceKey = ({ scheme, path, ...at }: Service): string => urlOf(scheme, path, at, {})

/** Key of an `open`: `vm.main 1212/tcp 3306/tcp`. */
export const openKey = (machine: Addr, ports: ReadonlyArray<string>): string => [machine, ...ports].join(' ')

const urlOf = (scheme: string, path: string, { machine, port, ...at }: Outside, more: { readonly [name: string]: string }): string => {
  const words = Object.entries({ ...at, ...more }).map(([name, value]) => `${name}=${value}`)
  return `${scheme}://${machine}:${port}${path}${words.length === 0 ? '' : `?${words.join('&')}`}`
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)

/** The machine that is asked about; undefined: the question is about none of ours. */
export const machineAsked = ({ ask, key }: Probe): Addr | undefined => {
  if (ask === 'open') return key.split(' ', 1)[0] as Addr
  if (ask !== 'announce' && ask !== 'api' && ask !== 'http') return undefined
  return /^[a-z]+:\/\/([a-z][a-z0-9-]*\.[a-z][a-z0-9_-]*)(?=[:/]|$)/.exec(key)?.[1] as Addr | undefined
}

export const announcingOf = (key: string): Announcing => {
  const { url, words, ...at } = parsed(key)
  const api = /^\[?(.*?)\]?:(\d+)$/.exec(words.get('api') ?? '')
  const admit = (words.get('admit') ?? '').split(',').filter(one => one === 'listing' || one === 'key')
  return {
    ...at,
    scheme: url.protocol === 'udp:' ? 'udp' : 'http',
    family: at.family ?? 4,
    ...(api !== null && { api: { port: Number(api[2]), address: api[1] ?? '' } }),
    ...(admit.length > 0 && { admit }),
  }
}

export const serviceOf = (key: string): Service => {
  const { url, words, ...at } = parsed(key)
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  return { ...at, scheme, path: url.pathname, ...(words.get('through') === 'host' && { through: 'host' }) }
}

export const portsOf = (key: string): { readonly machine: Addr; readonly ports: ReadonlyArray<string> } => {
  const [machine = '', ...ports] = key.split(' ')
  return { machine: machine as Addr, ports }
}

const parsed = (key: string) => {
  const url = new URL(key)
  const words = url.searchParams
  const [family, address] = [words.get('family'), words.get('address')]
  return {
    url,
    words,
    machine: url.hostname as Addr,
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    ...(family !== null && { family: family === '6' ? (6 as const) : (4 as const) }),
    ...(address !== null && { address }),
  }
}
