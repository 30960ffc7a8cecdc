import { act, byHand, claim, does, type Group, install, look, ROOTED, restore, that, uninstall, type Words } from '../case.js'
import { type Debian, USER } from '../sandbox.js'

const DAEMON = '/etc/docker/daemon.json'
const ENGINE = ['engine docker', 'unit docker.service', 'unit docker.socket', `file ${DAEMON}`] as const
const config = (words: { readonly [key: string]: boolean | number }): Words => ({
  do: 'engine config',
  path: DAEMON,
  content: `${JSON.stringify(words)}\n`,
  config: words,
})
const SAFE = { 'live-restore': true, ip6tables: true, experimental: true }
const unit = (words: object, name = 'docker.service'): Words => ({ do: 'unit', name, ...words }) as Words

/** Last, since what comes with the engine stays. */
export const engineOn = (debian: Debian): Group => ({
  name: 'packages and the engine',
  cases: [
    does(
      'a package comes with its units, enabled and started',
      [install('unattended-upgrades')],
      ['package unattended-upgrades', 'unit unattended-upgrades.service'],
    ),
    does(
      'a package goes, with its units',
      [uninstall('unattended-upgrades')],
      ['package unattended-upgrades', 'unit unattended-upgrades.service'],
    ),
    does(
      'a package that is gone already can go again',
      [uninstall('unattended-upgrades', 'curl-that-is-not')],
      ['package unattended-upgrades'],
    ),
    does(
      'a configuration without an engine is only a file',
      [
        byHand('mkdir -p /etc/docker', { ask: 'dir', key: '/etc/docker', to: { mode: '0755', owner: 'root', group: 'root' } }),
        config(SAFE),
      ],
      ENGINE,
    ),
    does(
      'the group of an engine that is not there cannot be joined',
      [{ do: 'group add', user: USER, group: 'docker' }],
      [`member ${USER}/docker`],
    ),
    does(
      'the engine comes with its units, its group, and starts with the configuration that lies there',
      [install('docker.io', ...(debian === '13' ? ['docker-cli'] : []), 'docker-compose')],
      [
        ...ENGINE,
        'package docker.io',
        'package docker-cli',
        'package docker-compose',
        'dir /etc/docker',
        'sysctl net.ipv4.ip_forward',
        'firewall ufw',
        `member ${USER}/docker`,
      ],
    ),
    does('what is installed already stays so', [install('docker.io', 'docker-compose')], ENGINE),
    does(
      'the group of an engine that is there can be joined',
      [{ do: 'group add', user: USER, group: 'docker' }],
      [`member ${USER}/docker`, `user ${USER}`],
    ),
    does('the engine loads another configuration', [config({ ...SAFE, 'max-concurrent-downloads': 5 })], ENGINE),
    does('a configuration that is loaded already is loaded again', [config({ ...SAFE, 'max-concurrent-downloads': 5 })], ENGINE),
    does(
      'a configuration that somebody edited is not loaded',
      [byHand(`sleep 1; printf '{}\\n' >${DAEMON}`, { ask: 'file', key: DAEMON, to: { ...ROOTED, content: '{}\n' } })],
      ENGINE.slice(1),
    ),
    does('an engine that starts again loads what lies there', [unit({ again: 'restart' })], ENGINE),
    does(
      'a configuration that is broken is taken back',
      [{ do: 'engine config', path: DAEMON, content: '{"live-restore": tru', config: {} }],
      [],
    ),
    does('an engine that was given nonsense goes on as before', [], ENGINE),
    that(
      'an engine that somebody stopped is down',
      act([
        byHand(
          'systemctl stop docker.socket docker.service',
          { ask: 'unit', key: 'docker.service', to: { active: false, enabled: true } },
          { ask: 'unit', key: 'docker.socket', to: { active: false, enabled: true } },
          { ask: 'engine', key: 'docker', to: undefined },
        ),
      ]),
      look(...ENGINE),
    ),
    does('an engine that is down is started', [unit({ active: true })], ENGINE),
    does('an engine is stopped, and its socket is not', [unit({ active: false })], ENGINE),
    does('a configuration starts an engine that is down', [config(SAFE)], ENGINE),
    that(
      'an engine whose file is broken does not start',
      act([unit({ active: false }), byHand(`printf '{' >${DAEMON}`, { ask: 'file', key: DAEMON, to: { ...ROOTED, content: '{' } })]),
      act([unit({ active: true })]),
      look('engine docker', 'unit docker.service'),
    ),
    does('a configuration mends it', [config(SAFE)], ENGINE),
    that(
      'the configuration that was there comes back, and is loaded',
      act([config({ ...SAFE, 'live-restore': false })], [`file ${DAEMON}`], {
        claims: [claim('file', DAEMON), claim('engine', 'docker')],
        addr: 'docker.main',
      }),
      act([restore('file', DAEMON, 'present'), restore('engine', 'docker', 'present')], ENGINE, {
        releases: [claim('file', DAEMON), claim('engine', 'docker')],
        addr: 'docker.main',
      }),
    ),
    does(
      'ufw goes with its rules',
      [uninstall('ufw')],
      ['package ufw', 'firewall ufw', 'rules ufw', 'rule allow 22/tcp', 'unit ufw.service', 'dir /etc/ufw', 'login ssh'],
    ),
  ],
})
