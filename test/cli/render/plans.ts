import type { Plan, Task } from '../../../engine/plan-value.js'

/** The samples of the user's guide as values. */

export const task = (addr: Task['addr'], action: Task['action'], sentence: string, more: Partial<Task> = {}): Task => ({
  addr,
  kind: addr.split('.')[0] ?? '',
  action,
  sentence,
  reasons: [],
  predicted: false,
  fields: [],
  files: [],
  impact: { stops: [] },
  steps: [],
  claims: [],
  releases: [],
  after: [],
  ...more,
})

export const plan = (more: Partial<Plan> = {}): Plan => ({
  format: 1,
  environment: 'demo',
  provider: 'lxd',
  simulated: false,
  tasks: [],
  unchanged: [],
  unhandled: [],
  drift: [],
  dangers: [],
  consequences: [],
  reachable: [],
  overrides: [],
  busy: [],
  blocked: [],
  vanished: [],
  fingerprint: '7f3a9c215d0e4b7a'.padEnd(64, '0'),
  ...more,
})

const run = { do: 'run', via: 'vm.main', argv: ['true'], effects: [] } as const
const predicted = { predicted: true, steps: [run] }

export const firstTime = plan({
  tasks: [
    task('vm.main', 'create', 'container, debian/13, 2 cpus, 2GiB, disk 10GiB', { steps: [{ ...run, via: 'provider' }] }),
    task('firewall.main', 'create', 'denies incoming but the ports below, IPv4 and IPv6', predicted),
    task('docker.main', 'create', "engine and compose, from Debian's archive", predicted),
    task('compose-stack.main', 'create', '/opt/torrust, project demo, 2 files', {
      ...predicted,
      files: [{ path: '/opt/torrust/docker-compose.yml', lines: ['@@ -0,0 +1,1 @@', '+services: {}'] }],
    }),
    task('tracker.main', 'create', 'torrust/tracker:develop, sqlite', {
      ...predicted,
      fields: [
        { name: 'log_level', to: 'info' },
        { name: 'udp 6969', to: 'public', notable: true },
        { name: 'http 7070', to: 'public, without TLS', notable: true },
        { name: 'api 1212', to: 'loopback', notable: true },
        { name: 'api.admin_token', to: { generate: 32 }, secret: true },
      ],
    }),
  ],
  reachable: ['22/tcp', '6969/udp', '7070/tcp'],
})

export const changes = plan({
  host: '10.77.0.20',
  fingerprint: 'c41f7a02b8e64d10'.padEnd(64, '0'),
  unchanged: ['vm.main', 'docker.main', 'mysql.main'],
  consequences: [
    'Tracker restarts, about 2 s without announces; its peer list starts empty and fills within one announce interval (5 min). No stored data is touched.',
    'Clients that announce to udp 6970 get no answer any more.',
  ],
  tasks: [
    task('firewall.main', 'update', '', {
      fields: [
        { name: 'rule', from: 'allow 6970/udp', source: 'file' },
        { name: 'rule', to: 'allow 6971/udp', source: 'file' },
        { name: 'rule', to: 'allow 7070/tcp', source: 'host' },
      ],
    }),
    task('compose-stack.main', 'update', 'restarts nothing itself', {
      fields: [{ name: 'docker-compose.yml', from: 'tracker.ports: 6970/udp', to: '6971/udp', source: 'file' }],
    }),
    task('tracker.main', 'update', 'restarts tracker', {
      fields: [
        { name: 'udp 6970', from: null, source: 'file' },
        { name: 'udp 6971', to: null, source: 'file' },
        { name: 'api.admin_token', from: 'canary-before', to: 'canary-after', secret: true, source: 'secret' },
      ],
      files: [
        {
          path: '/opt/torrust/storage/tracker/etc/tracker.toml',
          source: 'file',
          lines: [
            '@@ -18,4 +18,4 @@',
            ' [[udp_trackers]]',
            '-bind_address = "0.0.0.0:6970"',
            '+bind_address = "0.0.0.0:6971"',
            ' [[udp_trackers]]',
            '-bind_address = "[::]:6970"',
            '+bind_address = "[::]:6971"',
          ],
        },
      ],
    }),
    task('prometheus.main', 'update', 'reloads, no gap', {
      fields: [{ name: 'token file', from: 1, to: 2, secret: true, source: 'secret' }],
    }),
    task('grafana.main', 'update', 'starts grafana', {
      fields: [{ name: 'container', from: 'exited', to: 'running', source: 'host' }],
    }),
  ],
  drift: [
    { addr: 'firewall.main', says: 'rule allow 7070/tcp gone', fate: 'put back' },
    { addr: 'grafana.main', says: 'container stopped', fate: 'put back' },
    { addr: 'firewall.main', says: 'rule allow 9090/tcp from any, not ours', fate: 'left alone' },
  ],
  reachable: ['22/tcp', '6969/udp', '6971/udp', '7070/tcp', '9090/tcp (rule not ours, nothing listens)'],
})

const lost = 'its disk: SQLite database, about 80 MiB (keys, whitelist, completed counts); no backup elsewhere'
const again = { reasons: ['again, because vm.main is replaced'] }

export const dangerous = plan({
  host: '10.77.0.20',
  fingerprint: '3be0954d61c2f708'.padEnd(64, '0'),
  dangers: [
    { word: 'DATA LOST', addr: 'vm.main', says: lost },
    { word: 'DATA LEFT', addr: 'tracker.main', says: 'starts on an empty MySQL; nothing is copied over' },
    { word: 'DOWN', says: 'everything, about 40 s; the address 10.77.0.20 may change' },
  ],
  consequences: ['Peers are not lost: they come back within one announce interval (5 min).'],
  tasks: [
    task('vm.main', 'replace', 'deleted, then made again', {
      fields: [{ name: 'image', from: 'debian/12', to: "debian/13, lxd can't in place", source: 'file' }],
      impact: { stops: [], data: lost },
    }),
    task('firewall.main', 'create', 'again, because vm.main is replaced', again),
    task('docker.main', 'create', 'again, because vm.main is replaced', again),
    task('compose-stack.main', 'create', 'again, because vm.main is replaced', again),
    task('mysql.main', 'create', 'mysql:8.4, database tracker, user tracker'),
    task('tracker.main', 'create', 'again, because vm.main is replaced', {
      ...again,
      fields: [{ name: 'database', from: 'sqlite', to: 'mysql', source: 'file' }],
      impact: { stops: [], data: 'starts on an empty MySQL; nothing is copied over' },
    }),
  ],
})

export const destruction = plan({
  host: '10.77.0.20',
  fingerprint: '90d2e6f100000000'.padEnd(64, '0'),
  dangers: [{ word: 'DATA LOST', addr: 'vm.main', says: lost }],
  tasks: [
    task('tracker.main', 'delete', 'udp 6969 and http 7070 stop answering'),
    task('compose-stack.main', 'delete', 'with the machine'),
    task('docker.main', 'delete', 'with the machine'),
    task('firewall.main', 'delete', 'with the machine'),
    task('vm.main', 'delete', 'container demo, and its address 10.77.0.20', { impact: { stops: [], data: lost } }),
  ],
})
