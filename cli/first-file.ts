import { isIPv6 } from 'node:net'
import { basename } from 'node:path'
import { HostName } from '../specs/address.js'
import { type AnyCodec, decode } from '../specs/codec.js'
import { Port, UserName } from '../specs/name.js'

/** A machine to begin with. */
export type First =
  | { readonly provider: 'sandbox' | 'lxd' | 'hetzner'; readonly name: string }
  | ({ readonly provider: 'ssh'; readonly name: string } & Server)

/** As a person names it: `ann@tracker.example.com:2222`. */
export interface Server {
  readonly host: string
  readonly user?: string
  readonly port?: number
}

/** A commented first environment file. */
export const firstFile = (first: First): string => `${HEADS[first.provider]}
name: ${first.name}
${providerOf(first)}
${TRACKER}`

const HEADS: { readonly [P in First['provider']]: string } = {
  sandbox: '# A BitTorrent tracker on a simulated host: nothing real happens, so try anything.',
  lxd: '# A BitTorrent tracker on an LXD machine of this computer.',
  hetzner: '# A BitTorrent tracker on a Hetzner cloud server. It costs money from apply to destroy.',
  ssh: '# A BitTorrent tracker on a server that exists: Debian 12 or 13, Ubuntu 22.04 or 24.04.',
}

const providerOf = (first: First): string => {
  switch (first.provider) {
    case 'sandbox':
      return 'provider: sandbox\n'
    case 'lxd':
      return `provider: lxd

vm:
  cpus: 2
  memory: 2GiB
  disk: 10GiB
# ssh:
#   key: ~/.ssh/id_ed25519     # the default
`
    case 'hetzner':
      return `provider:
  kind: hetzner
  location: fsn1
  # api_token: { env: HCLOUD_TOKEN }     # the default: read from this variable

vm:
  server_type: cx22
# ssh:
#   key: ~/.ssh/id_ed25519     # the default
`
    case 'ssh':
      return `provider:
  kind: ssh
  host: ${JSON.stringify(first.host)}

${first.user === undefined && first.port === undefined ? '# ' : ''}ssh:
${first.user === undefined ? '#   user: torrust     # the default; needs sudo without a password' : `  user: ${JSON.stringify(first.user)}`}
${first.port === undefined ? '#   port: 22' : `  port: ${first.port}`}
#   key: ~/.ssh/id_ed25519     # else what ssh itself would take
`
  }
}

const TRACKER = `tracker:
  udp: [6969]          # reachable from everywhere, IPv4 and IPv6
  # http: [7070]
  # listed: true       # only torrents on the whitelist
  # database: mysql    # together with the mysql section below

# More sections; each exists when it is written, and {} is enough for its defaults:
# mysql: {}
# Read and checked, and not acted on by this version yet: prometheus, grafana, caddy, backup.
# Nothing but the tracker and ssh is reachable from outside unless this file says so.
`

/** Undefined: none that could be reached. */
export const serverIn = (typed: string): Server | undefined => {
  const plain = typed.replace(/^ssh:\/\//, '').replace(/\/$/, '')
  const at = plain.lastIndexOf('@')
  const user = at < 0 ? undefined : plain.slice(0, at)
  const place = plain.slice(at + 1)
  const [, host = '', port] = isIPv6(place)
    ? ['', place]
    : (/^(?:\[(.+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(place) ?? []).filter(one => one !== undefined)
  const isServer = isOf(HostName, host) && (user === undefined || isOf(UserName, user)) && (port === undefined || isOf(Port, Number(port)))
  if (!isServer) return undefined
  return { host, ...(user !== undefined && { user }), ...(port !== undefined && { port: Number(port) }) }
}

const isOf = (codec: AnyCodec, value: unknown): boolean => decode(codec, value).value !== undefined

/** Found without being named. */
export const isDefaultName = (file: string): boolean => /^environment\.(ya?ml|toml|json)$/.test(basename(file))
