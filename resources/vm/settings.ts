import type { Part } from '../part.js'

/** A tracker lives on many small UDP packets from many peers: the kernel's own sizes drop them under load. */
export const UDP_LOAD: { readonly [key: string]: string } = {
  'net.core.netdev_max_backlog': '5000',
  'net.core.rmem_max': '8388608',
  'net.core.wmem_max': '8388608',
  'net.netfilter.nf_conntrack_max': '262144',
}

const ROOTED = { mode: '0644', owner: 'root', group: 'root' } as const

/** In force now, and again after a reboot. */
export const sysctlParts = (environment: string, settings: { readonly [key: string]: string }): ReadonlyArray<Part> => {
  const keys = Object.keys(settings).sort()
  if (keys.length === 0) return []
  const lines = keys.map(key => `${key} = ${settings[key]}\n`).join('')
  return [
    ...(keys.some(isTracked) ? [modules(environment)] : []),
    { what: 'file', hold: 'own', path: `/etc/sysctl.d/60-deployer-${environment}.conf`, content: lines, ...ROOTED },
    ...keys.map((key): Part => ({ what: 'sysctl', key, value: settings[key] as string })),
  ]
}

/** These settings are only there once the kernel tracks connections. */
export const isTracked = (key: string): boolean => key.startsWith('net.netfilter.nf_conntrack_')

const modules = (environment: string): Part<'file'> => ({
  what: 'file',
  hold: 'own',
  path: `/etc/modules-load.d/60-deployer-${environment}.conf`,
  content: 'nf_conntrack\n',
  ...ROOTED,
})

/** Installs them, and says on its way when a reboot is needed. */
export const UPGRADER = 'unattended-upgrades'

export type Upgrades = 'security' | 'all' | 'none'

const ORIGINS: { readonly [U in Upgrades]: ReadonlyArray<string> } = {
  security: [
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: unattended-upgrades fills these in.
    'origin=Debian,codename=${distro_codename}-security,label=Debian-Security',
    'origin=Ubuntu,archive=${distro_codename}-security',
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: end
  ],
  all: ['origin=*'],
  none: [],
}

/** Sorts after the package's own 20auto-upgrades and 50unattended-upgrades: apt takes the last value. */
export const upgradeParts = (upgrades: Upgrades, reboot: string): ReadonlyArray<Part> => [
  ...(upgrades === 'none' ? [] : [{ what: 'package', name: UPGRADER } as const]),
  { what: 'file', path: '/etc/apt/apt.conf.d/60-deployer-upgrades', content: upgradeFile(upgrades, reboot), ...ROOTED },
]

const upgradeFile = (upgrades: Upgrades, reboot: string): string =>
  upgrades === 'none'
    ? 'APT::Periodic::Unattended-Upgrade "0";\n'
    : [
        'APT::Periodic::Update-Package-Lists "1";',
        'APT::Periodic::Unattended-Upgrade "1";',
        '#clear Unattended-Upgrade::Allowed-Origins;',
        '#clear Unattended-Upgrade::Origins-Pattern;',
        'Unattended-Upgrade::Origins-Pattern {',
        ...ORIGINS[upgrades].map(origin => `  "${origin}";`),
        '};',
        ...rebootLines(reboot),
        '',
      ].join('\n')

const rebootLines = (reboot: string): ReadonlyArray<string> =>
  reboot === 'never'
    ? ['Unattended-Upgrade::Automatic-Reboot "false";']
    : ['Unattended-Upgrade::Automatic-Reboot "true";', `Unattended-Upgrade::Automatic-Reboot-Time "${reboot}";`]
