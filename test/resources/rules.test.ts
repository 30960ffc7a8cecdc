import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { decodeEnvironment } from '../../resources/environment.js'

/** What is added to a small good file, and which issues that gives: `CODE path`, warnings with a question mark. */
interface Case {
  readonly title: string
  readonly good: ReadonlyArray<string>
  readonly bad: ReadonlyArray<readonly [text: string, ...issues: ReadonlyArray<string>]>
}

const CASES: ReadonlyArray<Case> = [
  {
    title: 'a tracker has a listener',
    good: ['tracker: { udp: [6969] }', 'tracker: { http: [7070] }'],
    bad: [
      ['tracker: {}', 'LISTENER_MISSING tracker'],
      ['tracker: { udp: [], http: [] }', 'LISTENER_MISSING tracker'],
      ['description: no tracker at all', 'LISTENER_MISSING tracker'],
    ],
  },
  {
    title: 'a private tracker has no UDP',
    good: ['tracker: { private: true, http: [7070] }', 'tracker: { listed: true, udp: [6969] }'],
    bad: [['tracker: { private: true, udp: [6969], http: [7070] }', 'PRIVATE_UDP tracker.private']],
  },
  {
    title: 'HTTP trackers all have TLS or none',
    good: [
      'tracker: { http: [{ port: 7070, domain: a.example.com }, { port: 7071, domain: b.example.com }] }\ncaddy: { email: a@b.example }',
      'tracker: { http: [7070, { port: 7071, domain: b.example.com, tls: false }] }',
    ],
    bad: [
      [
        'tracker: { http: [{ port: 7070, domain: a.example.com }, 7071, { port: 7072, domain: c.example.com, tls: false }] }\ncaddy: { email: a@b.example }',
        'TLS_MIXED tracker.http.1',
        'TLS_MIXED tracker.http.2',
      ],
    ],
  },
  {
    title: 'TLS needs a domain',
    good: ['tracker: { udp: [6969], api: { domain: a.example.com, tls: true } }\ncaddy: { email: a@b.example }'],
    bad: [['tracker: { udp: [6969], api: { tls: true } }', 'VALUE_INVALID tracker.api.tls']],
  },
  {
    title: 'TLS needs caddy, and caddy needs TLS, of whichever service',
    good: [
      'tracker: { udp: [6969], health: { domain: a.example.com } }\ncaddy: { email: a@b.example }',
      'tracker: { udp: [{ port: 6969, domain: a.example.com }] }',
      'tracker: { udp: [6969] }\nprometheus: {}\ngrafana: { domain: a.example.com }\ncaddy: { email: a@b.example }',
      'tracker: { udp: [6969], api: { domain: a.example.com, tls: false } }',
    ],
    bad: [
      ['tracker: { udp: [6969], health: { domain: a.example.com } }', 'TLS_WITHOUT_CADDY tracker.health.domain'],
      ['tracker: { http: [{ port: 7070, domain: a.example.com }] }', 'TLS_WITHOUT_CADDY tracker.http.0.domain'],
      ['tracker: { udp: [6969] }\nprometheus: {}\ngrafana: { domain: a.example.com }', 'TLS_WITHOUT_CADDY grafana.domain'],
      ['tracker: { udp: [{ port: 6969, domain: a.example.com }] }\ncaddy: { email: a@b.example }', 'CADDY_WITHOUT_TLS caddy'],
      ['tracker: { udp: [6969], api: { domain: a.example.com, tls: false } }\ncaddy: { email: a@b.example }', 'CADDY_WITHOUT_TLS caddy'],
    ],
  },
  {
    title: 'a service behind caddy publishes nothing itself',
    good: ['tracker: { udp: [6969], api: { domain: a.example.com, tls: false, bind: public } }'],
    bad: [
      [
        'tracker: { udp: [6969], api: { domain: a.example.com, bind: public } }\ncaddy: { email: a@b.example }',
        'DOMAIN_WITH_BIND tracker.api.bind',
      ],
      [
        'tracker: { udp: [6969], api: { domain: a.example.com, from: [192.0.2.7] } }\ncaddy: { email: a@b.example }',
        'DOMAIN_WITH_BIND tracker.api.from',
      ],
    ],
  },
  {
    title: 'a domain with TLS belongs to one service',
    good: [
      'tracker: { udp: [{ port: 6969, domain: a.example.com }], http: [{ port: 7070, domain: a.example.com }] }\ncaddy: { email: a@b.example }',
      'tracker: { http: [{ port: 7070, domain: a.example.com, tls: false }], api: { domain: a.example.com } }\ncaddy: { email: a@b.example }',
    ],
    bad: [
      [
        'tracker: { http: [{ port: 7070, domain: a.example.com }], api: { domain: A.example.com } }\ncaddy: { email: a@b.example }',
        'DOMAIN_TWICE tracker.api.domain',
      ],
    ],
  },
  {
    title: 'what a service publishes has a way in',
    good: [
      'tracker: { udp: [6969] }\ncompose-stack: { services: { x: { ports: ["8080:80"], networks: [metrics, default] } } }',
      'tracker: { udp: [6969] }\ncompose-stack: { services: { x: { ports: [], networks: [database] } } }',
      'tracker: { udp: [6969] }\ncompose-stack: { services: { x: { ports: ["8080:80"], network_mode: bridge } } }',
    ],
    bad: [
      [
        'tracker: { udp: [6969] }\ncompose-stack: { services: { x: { ports: [{ published: 80, target: 80 }], networks: { database: {}, metrics: {} } } } }',
        'VALUE_INVALID compose-stack.services.x.ports',
      ],
    ],
  },
  {
    title: 'a port of the host belongs to one service',
    good: [
      'tracker: { udp: [6969], http: [6969] }',
      'tracker: { udp: [{ port: 6969, bind: 0.0.0.0 }, { port: 6969, bind: "::" }] }',
      'tracker: { udp: [{ port: 6969, bind: 192.0.2.1 }, { port: 6969, bind: 192.0.2.2 }] }',
      'tracker: { http: [{ port: 3000, bind: 192.0.2.1 }] }\nprometheus: {}\ngrafana: { bind: loopback }',
      'tracker: { http: [80, 443, 9090, 3000] }',
      'tracker: { http: [{ port: 443, domain: a.example.com }] }\ncaddy: { email: a@b.example }',
      'tracker: { udp: [6969] }\ncompose-stack: { services: { x: { ports: ["8080:80", "127.0.0.1:8081:80"] } } }',
    ],
    bad: [
      ['tracker: { udp: [6969, 6969] }', 'PORT_CONFLICT tracker.udp.1'],
      ['tracker: { udp: [6969, { port: 6969, bind: "::" }] }', 'PORT_CONFLICT tracker.udp.1'],
      ['tracker: { udp: [{ port: 6969, bind: 0.0.0.0 }, { port: 6969, bind: 192.0.2.1 }] }', 'PORT_CONFLICT tracker.udp.1'],
      ['tracker: { http: [22] }', 'PORT_CONFLICT tracker.http.0'],
      ['tracker: { http: [2222] }\nssh: { port: 2222 }', 'PORT_CONFLICT tracker.http.0'],
      ['tracker: { http: [1212] }', 'PORT_CONFLICT tracker.http.0'],
      ['tracker: { http: [1313] }', 'PORT_CONFLICT tracker.http.0'],
      ['tracker: { http: [{ port: 1212, bind: 192.0.2.1 }] }', 'PORT_CONFLICT tracker.http.0'],
      ['tracker: { http: [9090] }\nprometheus: {}', 'PORT_CONFLICT tracker.http.0'],
      ['tracker: { http: [3000] }\nprometheus: {}\ngrafana: {}', 'PORT_CONFLICT tracker.http.0'],
      ['tracker: { udp: [1], api: { port: 9090 } }\nprometheus: {}', 'PORT_CONFLICT tracker.api.port'],
      ['tracker: { udp: [1] }\nprometheus: { port: 3000 }\ngrafana: {}', 'PORT_CONFLICT prometheus.port'],
      ['tracker: { udp: [443], api: { domain: a.example.com } }\ncaddy: { email: a@b.example }', 'PORT_CONFLICT tracker.udp.0'],
      ['tracker: { http: [{ port: 1212, domain: a.example.com }] }\ncaddy: { email: a@b.example }', 'PORT_CONFLICT tracker.http.0'],
      [
        'tracker: { http: [{ port: 7070, domain: a.example.com }, { port: 7070, domain: b.example.com }] }\ncaddy: { email: a@b.example }',
        'PORT_CONFLICT tracker.http.1',
      ],
      [
        'tracker: { udp: [6969], http: [7070] }\ncompose-stack: { services: { x: { ports: ["6969:1/udp", { published: 7070, target: 1 }] } } }',
        'PORT_CONFLICT compose-stack.services.x.ports.0',
        'PORT_CONFLICT compose-stack.services.x.ports.1',
      ],
    ],
  },
  {
    title: 'nothing binds to IPv6 where it is disabled',
    good: [
      'tracker: { udp: [{ port: 1, bind: "::1" }] }',
      'tracker: { udp: [{ port: 1, bind: 0.0.0.0 }] }\ncompose-stack: { ipv6: disabled }',
    ],
    bad: [['tracker: { udp: [2, { port: 1, bind: "::" }] }\ncompose-stack: { ipv6: disabled }', 'VALUE_INVALID tracker.udp.1']],
  },
  {
    title: 'the database is run here or elsewhere',
    good: [
      'tracker: { udp: [1], database: mysql }\nmysql: {}',
      'tracker: { udp: [1], database: { driver: mysql } }\nmysql: {}',
      'tracker: { udp: [1], database: { driver: mysql, host: db.example.net, password: { env: P } } }',
    ],
    bad: [
      ['tracker: { udp: [1], database: mysql }', 'DATABASE_MISSING tracker.database'],
      ['tracker: { udp: [1] }\nmysql: {}', '?DATABASE_UNUSED mysql'],
      [
        'tracker: { udp: [1], database: { driver: mysql, host: db.example.net, password: { env: P } } }\nmysql: {}',
        '?DATABASE_UNUSED mysql',
      ],
    ],
  },
  {
    title: 'who may come has to be of the family that it answers over',
    good: [
      'tracker: { udp: [1], api: { bind: public, from: [192.0.2.0/24, any] }, health: { bind: "::", from: ["2001:db8::/32"] } }',
      'tracker: { udp: [1], api: { from: ["2001:db8::/32"] } }',
    ],
    bad: [
      ['tracker: { udp: [1], api: { bind: public, from: [192.0.2.0/24, "2001:db8::/32"] } }', '?VALUE_INVALID tracker.api.from.1'],
      ['tracker: { udp: [1], health: { bind: "::", from: [192.0.2.7] } }', '?VALUE_INVALID tracker.health.from.0'],
    ],
  },
  {
    title: 'grafana needs prometheus',
    good: ['tracker: { udp: [1] }\nprometheus: {}\ngrafana: {}'],
    bad: [['tracker: { udp: [1] }\ngrafana: {}', 'GRAFANA_WITHOUT_PROMETHEUS grafana']],
  },
  {
    title: 'a machine is described as its provider can',
    good: [
      'provider: { kind: hetzner, location: nbg1 }\nvm: { server_type: cx22 }\ntracker: { udp: [1] }',
      'provider: sandbox\nvm: { server_type: cx22 }\ntracker: { udp: [1] }',
      'provider: { kind: ssh, host: h.example }\nvm: { timezone: UTC }\ntracker: { udp: [1] }',
    ],
    bad: [
      ['provider: { kind: hetzner, location: nbg1 }\ntracker: { udp: [1] }', 'KEY_MISSING vm.server_type'],
      [
        'provider: { kind: hetzner, location: nbg1 }\nvm: { server_type: cx22, cpus: 2, disk: 20GiB }\ntracker: { udp: [1] }',
        'PROVIDER_FIELD vm.cpus',
        'PROVIDER_FIELD vm.disk',
      ],
      [
        'provider: { kind: ssh, host: h }\nvm: { image: debian/13, memory: 2GiB }\ntracker: { udp: [1] }',
        'PROVIDER_FIELD vm.image',
        'PROVIDER_FIELD vm.memory',
      ],
      ['provider: lxd\nvm: { server_type: cx22 }\ntracker: { udp: [1] }', 'PROVIDER_FIELD vm.server_type'],
    ],
  },
  {
    title: 'somebody can log in to a machine that is made',
    good: ['provider: { kind: ssh, host: h }\nssh: { user: root, authorized_keys: [] }\ntracker: { udp: [1] }'],
    bad: [
      ['ssh: { user: root }\ntracker: { udp: [1] }', 'VALUE_INVALID ssh.user'],
      ['ssh: { authorized_keys: [] }\ntracker: { udp: [1] }', 'VALUE_INVALID ssh.authorized_keys'],
    ],
  },
  {
    title: 'a firewall that is left alone is given no rules',
    good: ['firewall: { managed: false }\ntracker: { udp: [1] }'],
    bad: [['firewall: { managed: false, ssh_from: [192.0.2.0/24] }\ntracker: { udp: [1] }', 'VALUE_INVALID firewall.ssh_from']],
  },
  {
    title: 'the host does not reboot while its backup runs',
    good: [
      'backup: {}\ntracker: { udp: [1] }',
      'backup: { schedule: "0 2 * * *" }\ntracker: { udp: [1] }',
      'backup: { schedule: "0 2 * * *" }\nvm: { reboot: never }\ntracker: { udp: [1] }',
      'backup: { schedule: "0 2 * * *" }\nvm: { upgrades: none }\ntracker: { udp: [1] }',
      'provider: { kind: ssh, host: h }\nbackup: { schedule: "0 2 * * *" }\ntracker: { udp: [1] }',
    ],
    bad: [
      ['backup: { schedule: "*/10 * * * *" }\ntracker: { udp: [1] }', '?REBOOT_DURING_BACKUP backup.schedule'],
      ['backup: {}\nvm: { reboot: "03:20" }\ntracker: { udp: [1] }', '?REBOOT_DURING_BACKUP vm.reboot'],
      ['backup: { schedule: "0 0 * * *" }\nvm: { reboot: "23:58" }\ntracker: { udp: [1] }', '?REBOOT_DURING_BACKUP vm.reboot'],
    ],
  },
  {
    title: 'clients may announce as often as they are asked to',
    good: ['tracker: { udp: [1], announce: { interval: 5m, interval_min: 300s } }'],
    bad: [['tracker: { udp: [1], announce: { interval_min: 6m } }', 'VALUE_INVALID tracker.announce.interval_min']],
  },
  {
    title: 'peers are kept until they announce again',
    good: ['tracker: { udp: [1], announce: { interval: 10m } }'],
    bad: [['tracker: { udp: [1], announce: { interval: 30m } }', '?VALUE_INVALID tracker.peer_timeout']],
  },
  {
    title: 'tracker.config holds what has no field here',
    good: [
      'tracker: { udp: [1], config: { core: { inactive_peer_cleanup_interval: 600, tracker_policy: { remove_peerless_torrents: true } } } }',
    ],
    bad: [
      [
        'tracker: { udp: [1], config: { logging: { threshold: info }, core: { private: true, database: { driver: mysql } }, udp_trackers: [] } }',
        'FIELD_MODELLED tracker.config.logging.threshold',
        'FIELD_MODELLED tracker.config.core.private',
        'FIELD_MODELLED tracker.config.core.database',
        'FIELD_MODELLED tracker.config.udp_trackers',
      ],
    ],
  },
  {
    title: 'options of mysql are those that deployer does not set',
    good: ['tracker: { udp: [1], database: mysql }\nmysql: { config: { max_connections: 200 } }'],
    bad: [
      ['tracker: { udp: [1], database: mysql }\nmysql: { config: { bind-address: 0.0.0.0 } }', 'FIELD_MODELLED mysql.config.bind-address'],
    ],
  },
  {
    title: 'mirrors of docker are written once',
    good: ['docker: { daemon: { debug: true } }\ntracker: { udp: [1] }'],
    bad: [['docker: { daemon: { registry-mirrors: [] } }\ntracker: { udp: [1] }', 'FIELD_MODELLED docker.daemon.registry-mirrors']],
  },
  {
    title: 'protect is true only where this version acts',
    good: ['vm: { protect: true }\ntracker: { udp: [1], protect: false }'],
    bad: [['backup: { protect: true }\ntracker: { udp: [1], protect: true }', '?SECTION_LATER backup.protect']],
  },
  {
    title: 'services of the user have names of their own',
    good: ['compose-stack: { services: { exporter: { image: a } } }\ntracker: { udp: [1] }'],
    bad: [['compose-stack: { services: { mysql: { image: a } } }\ntracker: { udp: [1] }', 'VALUE_INVALID compose-stack.services.mysql']],
  },
]

const issuesOf = (text: string) =>
  decodeEnvironment({ name: 'demo', provider: 'sandbox', ...parse(text) }).issues.map(
    ({ level, code, path }) => `${level === 'warning' ? '?' : ''}${code} ${path.join('.')}`,
  )

for (const { title, good, bad } of CASES) {
  test(title, () => {
    for (const text of good) assert.equal(issuesOf(text), [], text)
    for (const [text, ...issues] of bad) assert.equal(issuesOf(text), issues, text)
  })
}

test('a rule waits for what is broken, and the others speak', () => {
  assert.equal(issuesOf('tracker: { private: true, udp: [{ port: 0 }, 6969], api: { tls: true } }\ngrafana: { bind: nowhere }'), [
    'VALUE_INVALID tracker.udp.0.port',
    'VALUE_INVALID grafana.bind',
    'PRIVATE_UDP tracker.private',
    'VALUE_INVALID tracker.api.tls',
    'GRAFANA_WITHOUT_PROMETHEUS grafana',
  ])
})

test('warnings come with a value', () => {
  const { value, issues } = decodeEnvironment({ name: 'demo', provider: 'sandbox', tracker: { udp: [1] }, mysql: {} })
  assert.ok(value)
  assert.is(issues.length, 1)
})

test('an issue that speaks of something else in the file knows where that is', () => {
  const others = (text: string): unknown =>
    decodeEnvironment(parse(`name: demo\nprovider: sandbox\n${text}`)).issues.map(({ other }) => other)
  assert.equal(others('tracker: { udp: [6969, 6969] }'), [['tracker', 'udp', 0]])
  assert.equal(others('tracker: { http: [22] }'), [undefined])
  assert.equal(
    others(
      'tracker: { http: [7070, { port: 7071, domain: a.example.com }], api: { domain: a.example.com } }\ncaddy: { email: a@b.example }',
    ),
    [
      ['tracker', 'http', 1],
      ['tracker', 'http', 1, 'domain'],
    ],
  )
})

test.run()
