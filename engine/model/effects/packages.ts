import type { Asks, Change, Host } from '../../contract.js'
import type { SealedStepOf } from '../seal.js'
import type { View } from '../view.js'
import { loadedConfig } from './engine.js'
import { firewallOf, withoutFirewall } from './firewall.js'
import { imageOf } from './images.js'

/** As the archives of the images have them; another package has the version of its name's making, the same on every run. */
const VERSIONS: { readonly [image: string]: { readonly [name: string]: string } } = {
  'debian/12': {
    cron: '3.0pl1-162',
    'docker-ce': '5:28.5.2-1~debian.12~bookworm',
    'docker-compose-plugin': '2.40.3-1~debian.12~bookworm',
    'docker.io': '20.10.24+dfsg1-1+deb12u1+b6',
    'docker-compose': '1.29.2-3',
    iptables: '1.8.9-2',
    'openssh-server': '1:9.2p1-2+deb12u10',
    sudo: '1.9.13p3-1+deb12u4',
    ufw: '0.36.2-1',
    'unattended-upgrades': '2.9.1+nmu3',
  },
  'debian/13': {
    cron: '3.0pl1-197',
    'docker.io': '26.1.5+dfsg1-9+deb13u1',
    'docker-cli': '26.1.5+dfsg1-9+deb13u1',
    'docker-compose': '2.26.1-4',
    iptables: '1.8.11-2',
    'openssh-server': '1:10.0p1-7+deb13u4',
    sudo: '1.9.16p2-3+deb13u2',
    ufw: '0.36.2-9',
    'unattended-upgrades': '2.12',
  },
  'ubuntu/22.04': { 'docker.io': '20.10.12-0ubuntu4', 'docker-compose-v2': '2.20.2+ds1-0ubuntu1~22.04.1', ufw: '0.36.1-4ubuntu0.1' },
  'ubuntu/24.04': { 'docker.io': '24.0.7-0ubuntu4', 'docker-compose-v2': '2.24.6+ds1-0ubuntu2', ufw: '0.36.2-6' },
}
const EVERYWHERE: { readonly [name: string]: string } = {
  'docker-ce': '5:28.5.2-1',
  'docker-ce-cli': '5:28.5.2-1',
  'docker-compose-plugin': '2.40.3-1',
  'containerd.io': '1.7.29-1',
}
export const packageVersion = (host: Host, name: string): string => VERSIONS[imageOf(host)]?.[name] ?? EVERYWHERE[name] ?? '1.0-1'

const UNITS: { readonly [name: string]: ReadonlyArray<string> } = {
  'docker.io': ['docker.service', 'docker.socket'],
  'docker-ce': ['docker.service', 'docker.socket'],
  containerd: ['containerd.service'],
  'containerd.io': ['containerd.service'],
  cron: ['cron.service'],
  fail2ban: ['fail2ban.service'],
  ufw: ['ufw.service'],
  'unattended-upgrades': ['unattended-upgrades.service'],
}
/** Enabled by their packages and not started, as seen on Debian 12 and 13. */
const UNSTARTED = new Set(['ufw.service'])

/** Debian starts and enables what a package brings. */
export const unitsOf = (name: string): ReadonlyArray<string> => UNITS[name] ?? []

/** An engine that starts has the host forward. */
export const FORWARDING = 'net.ipv4.ip_forward'
export const FORWARDS: ReadonlyArray<Change> = [{ ask: 'sysctl', key: FORWARDING, to: { value: '1' } }]

const ENGINES = ['docker-ce', 'docker.io']
const PLUGINS = ['docker-compose-plugin', 'docker-compose-v2', 'docker-compose']
const numberOf = (version: string): string => /\d+\.\d+\.\d+/.exec(version)?.[0] ?? version
/** The first compose was a program of its own, of which the engine's client knows nothing. */
const pluginOf = (version: string | undefined): string => (version === undefined || version.startsWith('1.') ? '' : numberOf(version))

type Versions = (name: string) => string | undefined
const firstOf = (names: ReadonlyArray<string>, versions: Versions): string | undefined =>
  names.map(versions).find(version => version !== undefined)

/** The engine that these packages make, running with `config`. */
export const engineOf = (versions: Versions, config: Asks['engine']['config']): Asks['engine'] | undefined => {
  const version = firstOf(ENGINES, versions)
  return version === undefined ? undefined : { version: numberOf(version), compose: pluginOf(firstOf(PLUGINS, versions)), config }
}

export const installed =
  (view: View): Versions =>
  name =>
    view.at('package', name)?.version

/** Of the engine that is installed, whether it runs or not. */
export const engineVersion = (view: View): string | undefined => {
  const version = firstOf(ENGINES, installed(view))
  return version === undefined ? undefined : numberOf(version)
}

const isEngine = (name: string): boolean => ENGINES.includes(name)
const isDocker = (name: string): boolean => isEngine(name) || PLUGINS.includes(name)

/** As dpkg does it: a package counts as installed when all that comes with it is there. */
export const install = ({ packages }: SealedStepOf<'install'>, view: View): ReadonlyArray<Change> => {
  const before = installed(view)
  const missing = [...new Set(packages)].filter(name => before(name) === undefined)
  const upTo =
    (last: number): Versions =>
    name =>
      before(name) ?? (missing.slice(0, last + 1).includes(name) ? packageVersion(view.host, name) : undefined)
  return missing.flatMap(
    (name, index): ReadonlyArray<Change> => [
      ...unitsOf(name).map((key): Change => ({ ask: 'unit', key, to: { active: !UNSTARTED.has(key), enabled: true } })),
      ...(name === 'ufw' ? firewallOf(view) : []),
      ...(isDocker(name) ? engineAfter(view, upTo(index), missing.slice(0, index + 1).some(isEngine)) : []),
      { ask: 'package', key: name, to: { version: packageVersion(view.host, name) } },
    ],
  )
}

const engineAfter = (view: View, versions: Versions, starts: boolean): ReadonlyArray<Change> => {
  const running = view.at('engine', 'docker')
  const config = running?.config ?? (starts ? loadedConfig(view) : undefined)
  return config === undefined ? [] : [...FORWARDS, { ask: 'engine', key: 'docker', to: engineOf(versions, config) }]
}

export const uninstall = ({ packages }: SealedStepOf<'uninstall'>, view: View): ReadonlyArray<Change> => {
  const before = installed(view)
  const there = [...new Set(packages)].filter(name => before(name) !== undefined)
  const after: Versions = name => (there.includes(name) ? undefined : before(name))
  const running = view.at('engine', 'docker')
  return there.flatMap(
    (name): ReadonlyArray<Change> => [
      ...(isDocker(name) && running !== undefined ? [{ ask: 'engine', key: 'docker', to: engineOf(after, running.config) } as const] : []),
      ...(name === 'ufw' ? withoutFirewall(view) : []),
      ...unitsOf(name).map((key): Change => ({ ask: 'unit', key, to: undefined })),
      { ask: 'package', key: name, to: undefined },
    ],
  )
}
