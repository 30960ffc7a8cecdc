import type { Ask, Asks, Host, Owned } from '../../contract.js'
import { systemUser } from './accounts.js'
import { IDLE } from './firewall.js'
import { imageOf } from './images.js'
import { packageVersion, unitsOf } from './packages.js'

/** What a new host is called and runs. */
export interface Newborn {
  readonly name: string
  readonly host: Host
}
type Baselines = { readonly [A in Ask]?: (newborn: Newborn, key: string) => Asks[A] | undefined }

const ROOT: Owned = { mode: '0755', owner: 'root', group: 'root' }
const FOLDERS = new Set(
  `/ /boot /etc /etc/apt /etc/apt/apt.conf.d /etc/apt/keyrings /etc/apt/preferences.d /etc/apt/sources.list.d /etc/cron.daily
  /etc/default /etc/logrotate.d /etc/modules-load.d /etc/profile.d /etc/security /etc/ssh /etc/ssh/sshd_config.d /etc/ssl /etc/sudoers.d
  /etc/sysctl.d /etc/systemd /etc/systemd/system /etc/tmpfiles.d /etc/ufw /home /mnt /opt /root /run /srv /tmp
  /usr /usr/local /usr/local/bin /usr/local/lib /usr/local/sbin /usr/local/share /var /var/backups /var/cache /var/lib /var/log /var/spool
  /var/tmp`.split(/\s+/),
)

const MODES: { readonly [path: string]: string } = { '/etc/sudoers.d': '0750', '/root': '0700', '/tmp': '1777', '/var/tmp': '1777' }

const SERVICES = new Set(['ssh.service', 'systemd-journald.service', 'systemd-modules-load.service', 'systemd-timesyncd.service'])
const COMMON = ['openssh-server', 'sudo', 'ca-certificates', 'systemd', 'apt', 'bash', 'python3', 'cloud-init', 'iproute2']
const PACKAGES: { readonly [image: string]: ReadonlyArray<string> } = {
  'debian/12': COMMON,
  'debian/13': COMMON,
  'ubuntu/22.04': [...COMMON, 'cron', 'curl', 'iptables', 'ufw', 'unattended-upgrades'],
  'ubuntu/24.04': [...COMMON, 'cron', 'curl', 'iptables', 'ufw', 'unattended-upgrades'],
}
const packagesOf = (host: Host): ReadonlyArray<string> => PACKAGES[imageOf(host)] ?? COMMON

const SYSCTLS: { readonly [key: string]: string } = {
  'fs.file-max': '9223372036854775807',
  'fs.inotify.max_user_watches': '65536',
  'kernel.pid_max': '4194304',
  'net.core.netdev_max_backlog': '1000',
  'net.core.rmem_default': '212992',
  'net.core.rmem_max': '212992',
  'net.core.somaxconn': '4096',
  'net.core.wmem_default': '212992',
  'net.core.wmem_max': '212992',
  'net.ipv4.ip_local_port_range': '32768\t60999',
  'net.ipv4.tcp_congestion_control': 'cubic',
  'net.ipv4.tcp_syncookies': '1',
  'net.netfilter.nf_conntrack_max': '65536',
  'vm.max_map_count': '1048576',
  'vm.swappiness': '60',
}

const BASELINES: Baselines = {
  dir: ({ host }, path) =>
    FOLDERS.has(path) || (path === '/etc/cron.d' && imageOf(host) !== 'debian/13')
      ? { ...ROOT, mode: MODES[path] ?? ROOT.mode }
      : undefined,
  package: ({ host }, name) => (packagesOf(host).includes(name) ? { version: packageVersion(host, name) } : undefined),
  unit: ({ host }, name) => {
    if (SERVICES.has(name)) return { active: true, enabled: true }
    if (name === 'ssh.socket') return imageOf(host) === 'ubuntu/24.04' ? { active: true, enabled: true } : { active: false, enabled: false }
    return packagesOf(host).some(one => unitsOf(one).includes(name)) ? { active: true, enabled: true } : undefined
  },
  user: (_, name) => systemUser(name),
  sysctl: (_, key) => (/^(dev|fs|kernel|net|user|vm)\./.test(key) ? { value: SYSCTLS[key] ?? '0' } : undefined),
  setting: ({ name }, key) => (key === 'hostname' ? { value: name } : key === 'timezone' ? { value: 'Etc/UTC' } : undefined),
  sshd: (_, key) => (key === 'sshd' ? { ports: [22], passwords: true, root: true } : undefined),
  firewall: ({ host }, key) => (key === 'ufw' && packagesOf(host).includes('ufw') ? IDLE : undefined),
  rules: ({ host }, key) => (key === 'ufw' && packagesOf(host).includes('ufw') ? { rules: [] } : undefined),
}

/** What a host that nobody has touched yet answers; undefined: absent. The provider has no such answers. */
export const baseline = <A extends Ask>(newborn: Newborn, ask: A, key: string): Asks[A] | undefined =>
  newborn.host.os === ''
    ? undefined
    : (BASELINES[ask] as ((newborn: Newborn, key: string) => Asks[A] | undefined) | undefined)?.(newborn, key)
