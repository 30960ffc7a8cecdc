import { basename } from 'node:path'

/** A machine to begin with. */
export type First =
  | { readonly provider: 'sandbox' | 'lxd' | 'hetzner'; readonly name: string }
  | { readonly provider: 'ssh'; readonly name: string; readonly host: string }

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

# ssh:
#   user: torrust     # the default; needs sudo without a password
#   port: 22
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
# prometheus: {}
# grafana: {}
# backup: { schedule: "0 3 * * *", retention: 7d }
# Nothing but the tracker and ssh is reachable from outside unless this file says so.
`

/** Found without being named. */
export const isDefaultName = (file: string): boolean => /^environment\.(ya?ml|toml|json)$/.test(basename(file))
