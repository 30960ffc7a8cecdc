import type { Host } from '../../engine/contract.js'
import type { Part } from '../part.js'
import { codenameOf } from '../systems.js'
import { ARCHIVE_KEY } from './archive-key.js'

export type Source = 'distribution' | 'docker'
export type System = Pick<Host, 'os' | 'version'>

const ROOTED = { mode: '0644', owner: 'root', group: 'root' } as const
const FROM_DOCKER = ['docker-ce', 'docker-ce-cli', 'containerd.io', 'docker-compose-plugin']
const FROM_DEBIAN = ['docker.io', 'docker-cli', 'docker-compose']
const FROM_UBUNTU = ['docker.io', 'docker-compose-v2']

/** Debian 12 has a compose of 2021, another program that knows neither our file nor our commands. */
const isTooOld = ({ os, version }: System): boolean => os === 'debian' && version === '12'

export const sourceOn = (asked: Source, system: System): Source => (isTooOld(system) ? 'docker' : asked)

/** An engine of Debian 12 that is there already stays; only its compose comes from elsewhere. */
const BESIDE_OLD = ['docker.io', 'docker-compose-plugin']

export const packagesOf = (source: Source, system: System): ReadonlyArray<string> => {
  if (source === 'docker') return FROM_DOCKER
  if (isTooOld(system)) return BESIDE_OLD
  return system.os === 'ubuntu' ? FROM_UBUNTU : FROM_DEBIAN
}

/** Whose packages come from Docker's archive, all or some of them. */
export const fromArchive = (system: System): ReadonlyArray<Source> => (isTooOld(system) ? ['docker', 'distribution'] : ['docker'])

/** As Docker's own instructions call it, then and now. Named twice with another key, an archive is refused by apt, and all others with it. */
export const THEIR_SOURCES: ReadonlyArray<string> = ['/etc/apt/sources.list.d/docker.list', '/etc/apt/sources.list.d/docker.sources']

/** An upgrade of the engine restarts it, so that a person says when: docs/decisions/009-engine-upgrades.md. */
export const pinnedPart = (): Part => ({
  what: 'file',
  path: '/etc/apt/apt.conf.d/60-deployer-docker',
  content: 'Unattended-Upgrade::Package-Blacklist {\n  "^docker";\n  "^containerd";\n  "^runc$";\n};\n',
  ...ROOTED,
})

const KEYRING = '/etc/apt/keyrings/deployer-docker.asc'

/** Docker's archive, trusted for nothing but its own packages. */
export const archiveParts = ({ os, version }: System): ReadonlyArray<Part> => [
  { what: 'dir', path: '/etc/apt/keyrings', mode: '0755', owner: 'root', group: 'root' },
  { what: 'file', path: KEYRING, content: ARCHIVE_KEY, ...ROOTED },
  {
    what: 'file',
    path: '/etc/apt/sources.list.d/deployer-docker.sources',
    content: [
      'Types: deb',
      `URIs: https://download.docker.com/linux/${os}`,
      `Suites: ${codenameOf({ os, version }) ?? version}`,
      'Components: stable',
      `Signed-By: ${KEYRING}`,
      '',
    ].join('\n'),
    ...ROOTED,
  },
]

export const saysFrom = (asked: Source, system: System): string => {
  if (sourceOn(asked, system) === 'distribution')
    return `engine and compose, from ${system.os === 'ubuntu' ? "Ubuntu's" : "Debian's"} archive`
  return `engine and compose, from Docker's archive${asked === 'docker' ? '' : ", since Debian 12's compose is too old"}`
}
