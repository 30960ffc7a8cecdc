import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { renderStep } from '../../../cli/render/steps.js'
import type { Step } from '../../../engine/vocabulary.js'

const via = 'vm.main'
const TRACKER = { project: 'demo', service: 'tracker', root: '/opt/torrust' }
const owned = { mode: '0644', owner: 'root', group: 'root' }
const rule = { allow: true, port: '6969', proto: 'udp', from: 'any' } as const

const cases: ReadonlyArray<readonly [Step, string]> = [
  [
    {
      do: 'machine create',
      via: 'provider',
      name: 'demo',
      image: 'debian/13',
      cpus: 2,
      memory: 2 * 1024 ** 3,
      disk: 10 * 1024 ** 3,
      labels: { environment: 'demo' },
      userData: ['#cloud-config\npassword: ', { secret: 'vm.password', as: ['yaml'] }, '\n'],
      first: [{ ask: 'setting', key: 'hostname', to: { value: 'demo' } }],
      extra: { profiles: ['default'] },
      done: { ask: 'machine', key: 'demo', via: 'provider' },
    },
    [
      'make machine demo: debian/13, 2 cpus, memory 2GiB, disk 10GiB, unless machine demo is there already, via provider',
      '  | label environment: demo',
      '  | profiles: [default]',
      '  | #cloud-config',
      '  | password: (secret vm.password)',
      '  | afterwards setting hostname: { value: demo }',
    ].join('\n'),
  ],
  [
    { do: 'machine update', via: 'provider', name: 'demo', memory: 512 * 1024 ** 2, running: true },
    'change machine demo: memory 512MiB, start, via provider',
  ],
  [{ do: 'machine delete', via: 'provider', name: 'demo' }, 'delete machine demo, via provider'],
  [{ do: 'wait ready', via, seconds: 300 }, 'wait until the machine answers and is set up, at most 300 s, via vm.main'],
  [
    { do: 'put', via, path: '/etc/motd', content: 'one\n\ntwo\n', ...owned },
    'write /etc/motd, 0644 root:root, 3 lines, via vm.main\n  | one\n  |\n  | two',
  ],
  [{ do: 'put', via, path: '/etc/empty', content: '', ...owned }, 'write /etc/empty, 0644 root:root, 0 lines, via vm.main'],
  [{ do: 'dir', via, path: '/opt/torrust', ...owned, mode: '0755' }, 'make folder /opt/torrust, 0755 root:root, via vm.main'],
  [{ do: 'remove', via, path: '/opt/torrust' }, 'remove /opt/torrust, via vm.main'],
  [{ do: 'install', via, packages: ['docker.io', 'ufw'], upgrade: true }, 'install docker.io ufw, the newest, via vm.main'],
  [{ do: 'uninstall', via, packages: ['ufw'] }, 'uninstall ufw, via vm.main'],
  [{ do: 'unit', via, name: 'ssh.service', active: true, enabled: false }, 'unit ssh.service: start, disable, via vm.main'],
  [{ do: 'unit', via, name: 'cron.service', again: 'reload' }, 'unit cron.service: reload, via vm.main'],
  [
    { do: 'user', via, name: 'torrust', shell: '/bin/bash', sudo: true, keys: ['ssh-ed25519 AAAA me'] },
    'user torrust: /bin/bash, sudo, 1 key, via vm.main\n  | ssh-ed25519 AAAA me',
  ],
  [{ do: 'user delete', via, name: 'torrust' }, 'delete user torrust, via vm.main'],
  [{ do: 'group add', via, user: 'torrust', group: 'docker' }, 'add user torrust to group docker, via vm.main'],
  [{ do: 'group remove', via, user: 'torrust', group: 'docker' }, 'take user torrust out of group docker, via vm.main'],
  [{ do: 'sysctl', via, key: 'net.core.rmem_max', value: '4194304' }, 'kernel setting net.core.rmem_max = 4194304, via vm.main'],
  [{ do: 'setting', via, key: 'timezone', value: 'UTC' }, 'timezone UTC, via vm.main'],
  [
    { do: 'sshd load', via, ports: [22, 2222], passwords: false, root: false },
    'sshd loads its files: ports 22 2222, passwords no, root no, via vm.main',
  ],
  [
    { do: 'firewall', via, active: true, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: true },
    'firewall on: incoming deny, outgoing allow, routed deny, IPv4 and IPv6, via vm.main',
  ],
  [{ do: 'rule add', via, rule, comment: 'demo firewall.main' }, 'add rule allow 6969/udp, marked demo firewall.main, via vm.main'],
  [{ do: 'rule remove', via, rule: { ...rule, from: '192.0.2.0/24' } }, 'remove rule allow 6969/udp from 192.0.2.0/24, via vm.main'],
  [
    { do: 'chain', via, name: 'DEMO', ipv4: ['-A DEMO -j DROP'], ipv6: [] },
    'chain DEMO: 1 rule for IPv4, 0 for IPv6, via vm.main\n  | IPv4 -A DEMO -j DROP',
  ],
  [
    { do: 'arm', via, name: 'ssh', seconds: 60, things: [{ what: 'file', id: '/etc/ssh/sshd_config' }] },
    'arm undo ssh: puts back 1 thing after 60 s unless confirmed, via vm.main\n  | file /etc/ssh/sshd_config',
  ],
  [{ do: 'confirm', via, name: 'ssh', port: 2222 }, 'confirm ssh over a new connection to port 2222, via vm.main'],
  [
    { do: 'engine config', via, path: '/etc/docker/daemon.json', content: '{}\n', config: {} },
    'write /etc/docker/daemon.json and have the engine load it, 1 line, via vm.main\n  | {}',
  ],
  [
    { do: 'restore', via, what: 'file', id: '/etc/motd', before: 'present', kept: '/var/lib/x/1' },
    'put back file /etc/motd as it was before, from /var/lib/x/1, via vm.main',
  ],
  [{ do: 'restore', via, what: 'package', id: 'ufw', before: 'absent' }, 'take away package ufw, which was not there before, via vm.main'],
  [
    { do: 'network', via, name: 'demo', bridge: 'dp1', labels: { a: 'b' } },
    'make network demo, bridge dp1, IPv4 only, via vm.main\n  | label a: b',
  ],
  [{ do: 'network remove', via, name: 'demo' }, 'remove network demo, via vm.main'],
  [
    { do: 'fetch', via, images: ['mysql:8.4@sha256:41d2', 'b@sha256:7'] },
    'begin to pull mysql:8.4@sha256:41d2 and b@sha256:7, via vm.main',
  ],
  [{ do: 'pull', via, image: 'mysql:8.4@sha256:41d2' }, 'pull mysql:8.4@sha256:41d2, via vm.main'],
  [{ do: 'pull', via, image: 'a@sha256:41d2', login: '/etc/x' }, 'pull a@sha256:41d2, with the credentials in /etc/x, via vm.main'],
  [{ do: 'try', via, ...TRACKER, ports: [], scratch: [], ready: { seconds: 1 } }, 'try demo/tracker in a throwaway container, via vm.main'],
  [
    {
      do: 'up',
      via,
      ...TRACKER,
      image: 'torrust/tracker',
      digest: [{ digest: ['canary'] }],
      files: [],
      networks: [],
      ready: { seconds: 1 },
      opens: [],
    },
    'start demo/tracker from torrust/tracker, via vm.main',
  ],
  [{ do: 'down', via, project: 'demo', service: 'tracker' }, 'stop and remove demo/tracker, via vm.main'],
  [{ do: 'signal', via, project: 'demo', service: 'tracker', signal: 'SIGHUP' }, 'send SIGHUP to demo/tracker, via vm.main'],
  [
    {
      do: 'sql',
      via,
      project: 'demo',
      service: 'mysql',
      folder: '/p',
      statement: ["ALTER USER t IDENTIFIED BY '", { secret: 'mysql.password', as: [] }, "'"],
      grants: ['ALL'],
    },
    "sql at demo/mysql: ALTER USER t IDENTIFIED BY '(secret mysql.password)', via vm.main\n  | grant ALL",
  ],
  [
    { do: 'cron', via, path: '/etc/cron.d/b', lines: ['0 3 * * * root b'] },
    'cron /etc/cron.d/b, 1 line, via vm.main\n  | 0 3 * * * root b',
  ],
  [
    { do: 'run', via, argv: ['sh', '-c', 'a\nb', [{ secret: 's', as: [] }]], effects: [{ ask: 'dir', key: '/x', to: undefined }] },
    'run sh -c "a\\nb" (secret s), via vm.main\n  | afterwards dir /x: absent',
  ],
]

for (const [step, words] of cases)
  test(`a step in words: ${words.split('\n')[0]}`, () => {
    assert.is(renderStep(step), words)
  })

test.run()
