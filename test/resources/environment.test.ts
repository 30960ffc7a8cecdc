import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { decodeEnvironment, Environment, PRESENCE } from '../../resources/environment.js'
import { decode, isSecretPath } from '../../specs/codec.js'
import { FILES } from '../support/ux-files.js'

const said = (text: string) => decodeEnvironment(parse(text)).issues.map(({ code, path, what }) => `${code} ${path.join('.')}: ${what}`)

for (const [name, text] of Object.entries(FILES)) {
  test(`${name} decodes without a word`, () => {
    assert.equal(decodeEnvironment(parse(text)).issues, [])
  })

  test(`${name}, written out with all defaults, decodes to the same without an error`, () => {
    const once = decode(Environment, parse(text)).value
    assert.ok(once)
    assert.equal(decodeEnvironment(Environment.encode(once)).value, once)
  })
}

test('what was written of a server that exists, or of one at Hetzner, can be read again', () => {
  for (const [provider, vm] of [
    [{ kind: 'ssh', host: '192.0.2.9' }, {}],
    [{ kind: 'hetzner', location: 'nbg1' }, { server_type: 'cx22' }],
  ]) {
    const { value } = decodeEnvironment({ name: 'demo', provider, vm, tracker: { udp: [6969] } })
    assert.ok(value)
    assert.equal(decodeEnvironment(JSON.parse(JSON.stringify(Environment.encode(value)))), { value, issues: [] })
  }
})

test('three lines make a whole environment', () => {
  const { value } = decodeEnvironment({ name: 'demo', provider: 'sandbox', tracker: { udp: [6969] } })
  assert.equal(value, {
    name: 'demo',
    provider: { kind: 'sandbox', seed: 0 },
    ssh: {
      user: 'torrust',
      port: 22,
      timeout: '10s',
      key: '~/.ssh/id_ed25519',
      authorized_keys: [{ file: '~/.ssh/id_ed25519.pub' }],
    },
    vm: {
      image: 'debian/13',
      cpus: 2,
      memory: '2GiB',
      disk: '10GiB',
      timezone: 'UTC',
      upgrades: 'security',
      reboot: '02:00',
      sysctl: {},
      public_addresses: [],
    },
    firewall: { managed: true, ssh_from: ['any'], allow: [] },
    docker: { packages: 'distribution', mirrors: [], registries: {}, daemon: {} },
    'compose-stack': { root: '/opt/torrust', ipv6: 'auto', services: {}, include: [] },
    tracker: {
      image: 'torrust/tracker:develop',
      udp: [{ port: 6969 }],
      http: [],
      api: { port: 1212, admin_token: { secret: 'tracker.api.admin_token', from: { generate: 32, version: 1 } }, tokens: {} },
      health: { port: 1313 },
      private: false,
      listed: false,
      database: { driver: 'sqlite' },
      log_level: 'info',
      announce: { interval: '5m', interval_min: '5m' },
      peer_timeout: '15m',
      completed_stat: true,
      config: {},
    },
  })
})

test('what is not indented is told where it belongs, and nothing harmful is advised', () => {
  const advice = (text: string): ReadonlyArray<string> =>
    decodeEnvironment(parse(text)).issues.map(({ code, path, expected }) => `${code} ${path.join('.')}: ${expected}`)
  assert.equal(advice('name: a\nprovider:\nkind: lxd\ntracker:\nudp: [6969]\nlisted: true\nudpp: [1]\nmysql:\n'), [
    'KEY_UNKNOWN kind: Indent kind below provider.',
    'KEY_UNKNOWN udp: Indent udp below tracker.',
    'KEY_UNKNOWN listed: Indent listed below tracker.',
    `KEY_UNKNOWN udpp: It has name, description, provider, ssh, ${[...PRESENCE.always, ...PRESENCE.written].join(', ')}.`,
    'VALUE_NULL provider: Indent what belongs below it.',
    'VALUE_NULL tracker: Indent what belongs below it.',
    'VALUE_NULL mysql: Write {} or remove the line.',
  ])
  assert.equal(advice('name: a\nprovider:\ntracker:\ncaddy:\n'), [
    'VALUE_NULL provider: Expected sandbox, lxd, hetzner, ssh or a mapping with kind.',
    'VALUE_NULL tracker: Write its listeners below it, indented: udp: [6969] or http: [7070].',
    'VALUE_NULL caddy: Write email below it, indented, or remove the line.',
  ])
})

test('what is optional exists when written, and not otherwise', () => {
  const text = `{ name: a, provider: sandbox, tracker: { udp: [1], database: mysql }, mysql: {}, prometheus: {}, grafana: {}, backup: {} }`
  const { value } = decodeEnvironment(parse(text))
  assert.equal(
    PRESENCE.written.filter(kind => value !== undefined && kind in value),
    ['mysql', 'prometheus', 'grafana', 'backup'],
  )
  assert.equal(PRESENCE.always, ['vm', 'firewall', 'docker', 'compose-stack', 'tracker'])
})

test('an existing server is only touched where the file says so', () => {
  const { value } = decodeEnvironment(parse('{ name: a, provider: { kind: ssh, host: h }, vm: { timezone: UTC }, tracker: { udp: [1] } }'))
  assert.is(value?.vm.timezone, 'UTC')
  assert.is(value?.vm.upgrades, undefined)
  assert.is(value?.vm.reboot, undefined)
  assert.equal(value?.ssh, { user: 'torrust', port: 22, timeout: '10s' })
})

test('a machine at a provider carries the name of its environment unless told', () => {
  const kind = (provider: unknown) => decodeEnvironment({ name: 'demo', provider, vm: {}, tracker: { udp: [1] } }).value?.provider
  const of = (provider: unknown) => (kind(provider) as { instance?: string }).instance
  assert.is(of('lxd'), 'demo')
  assert.is(of({ kind: 'lxd', instance: 'other' }), 'other')
})

test('settings of LXD that stand elsewhere in the file, or are ours, are not given twice', () => {
  const settings = ['limits.cpu', 'limits.memory', 'user.user-data', 'cloud-init.user-data', 'user.deployer.mark', 'volatile.x', 'image.os']
  const given = [...settings, 'limits.processes', 'raw.lxc', 'user.team', 'cloud-init.vendor-data'].map(one => `"${one}": 1`)
  const text = `{ name: a, provider: { kind: lxd, config: { ${given.join(', ')} } }, tracker: { udp: [1] } }`
  assert.equal(
    said(text).map(one => one.split(':')[0]),
    settings.map(one => `VALUE_INVALID provider.config.${one}`),
  )
})

test('ten mistakes are ten issues', () => {
  const text = `
name: Demo
provider: { kind: lxd, profle: (hidden) }
ssh: { host: tracker.example.com }
vm: { memory: 2GB, reboot: 25:00 }
tracker:
  udp: [6969, { port: 6970, bind: 10.77.0.300 }, "127.0.0.1:6971:6971"]
  http:
    - { port: 7070, domain: tracker.example.com }
    - { port: 7071 }
  api: { admin_token: $TOKEN }
caddy: { email: nobody }
backup: { schedule: "0 25 * * *", retention: 7 }
`
  assert.equal(said(text), [
    'NAME_INVALID name: there are capitals in it.',
    'KEY_UNKNOWN provider.profle: lxd has no such key.',
    'KEY_UNKNOWN ssh.host: ssh has no such key.',
    'UNIT_AMBIGUOUS vm.memory: this counts in thousands; memory and disks count in 1024s.',
    'VALUE_INVALID vm.reboot: not a time of day.',
    'VALUE_INVALID tracker.udp.1.bind: not an address.',
    'BIND_STYLE tracker.udp.2: an address and port in one.',
    'SECRET_SHELL_VARIABLE tracker.api.admin_token: starts with $, which is not expanded.',
    'VALUE_INVALID caddy.email: not an e-mail address.',
    'CRON_INVALID backup.schedule: hour 25; expected 0 to 23.',
    'UNIT_MISSING backup.retention: of what?',
    'TLS_MIXED tracker.http.1: has no TLS, but http 7070 has.',
  ])
})

test('sections of the predecessor are recognised', () => {
  assert.equal(
    decodeEnvironment({
      environment: { name: 'x' },
      ssh_credentials: {},
      https: {},
      name: 'a',
      provider: 'sandbox',
      tracker: { udp: [1] },
    }).issues.map(issue => issue.expected),
    ['Write name and description at the top.', 'Did you mean ssh?', 'Did you mean caddy?'],
  )
})

test('keys that start with x- are left alone at the top, and nowhere else', () => {
  assert.equal(said('{ name: a, provider: sandbox, x-ports: [1], tracker: { udp: [1], x-y: 1 } }'), [
    'KEY_UNKNOWN tracker.x-y: tracker has no such key.',
  ])
})

test('a section with nothing behind it is an error', () => {
  assert.equal(said('{ name: a, provider: sandbox, tracker: { udp: [1] }, backup: }'), ['VALUE_NULL backup: nothing stands here.'])
})

test('secret fields are known by their paths', () => {
  const secret = (...path: ReadonlyArray<string | number>) => isSecretPath(Environment, path)
  assert.ok(secret('tracker', 'api', 'admin_token'))
  assert.ok(secret('tracker', 'api', 'tokens', 'ci'))
  assert.ok(secret('tracker', 'database', 'password'))
  assert.ok(secret('provider', 'api_token'))
  assert.ok(secret('mysql', 'root_password', 'env'))
  assert.ok(secret('docker', 'registries', 'ghcr.io', 'password'))
  assert.ok(secret('compose-stack', 'services', 'x', 'environment', 'TOKEN'))
  assert.ok(secret('backup', 'offsite', 'env', 'KEY'))
  assert.not(secret('tracker', 'api', 'port'))
  assert.not(secret('tracker', 'database', 'host'))
  assert.not(secret('name'))
})

test('paths are settled where they are written', () => {
  const { value } = decodeEnvironment(
    { name: 'a', provider: 'sandbox', ssh: { key: 'keys/a' }, tracker: { udp: [1], api: { admin_token: { file: '~/token' } } } },
    (path, written) => `${path.join('.')}=${written}`,
  )
  assert.is(value?.ssh.key, 'ssh.key=keys/a')
  assert.equal(value?.tracker.api.admin_token.from, { file: 'tracker.api.admin_token.file=~/token' })
})

const HIDDEN = 'hunter2-Zq'

test('no issue, and no JSON of what is decoded, holds a secret', () => {
  const places = [
    { tracker: { udp: [1], api: { admin_token: HIDDEN } } },
    { tracker: { udp: [1], api: { admin_tokn: HIDDEN } } },
    { tracker: { udp: [1], api: { admin_token: `$${HIDDEN}` } } },
    { tracker: { udp: [1], api: { admin_token: { environment: HIDDEN } } } },
    { tracker: { udp: [1], api: { admin_token: { env: `${HIDDEN}!` } } } },
    { tracker: { udp: [1], api: { admin_token: [HIDDEN] } } },
    { tracker: { udp: [1], api: { admin_token: { [HIDDEN]: null } } } },
    { tracker: { udp: [1], api: { tokens: { ci: HIDDEN } } } },
    { tracker: { udp: [1], database: { driver: 'mysql', host: 'db', password: HIDDEN } } },
    { tracker: { udp: [1] }, backup: { offsite: { repository: 'x', password: HIDDEN, env: { K: { envv: HIDDEN } } } } },
    { tracker: { udp: [1] }, mysql: HIDDEN },
  ]
  for (const place of places) {
    const decoded = decodeEnvironment({ name: 'a', provider: 'sandbox', ...place })
    assert.ok(decoded.issues.length > 0)
    assert.not.match(JSON.stringify(decoded), 'hunter2')
  }
})

test('decoding never throws, whatever it is given', () => {
  fc.assert(fc.property(fc.anything({ withDate: true, withBigInt: true, withNullPrototype: true }), value => void decodeEnvironment(value)))
  const [first] = Object.values(FILES).map(text => parse(text))
  const sections = fc.dictionary(
    fc.constantFrom(...Object.keys(Environment.shape.is === 'spec' ? Environment.shape.fields : {})),
    fc.jsonValue(),
  )
  fc.assert(fc.property(sections, over => void decodeEnvironment({ ...first, ...over })))
})

/** Puts something else somewhere into a good file. */
const spoilt = fc.tuple(fc.constantFrom(...Object.values(FILES)), fc.nat(), fc.jsonValue()).map(([text, where, value]) => {
  const file = parse(text)
  const places: Array<[object, string]> = []
  const walk = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return
    for (const key of Object.keys(one)) {
      places.push([one, key])
      walk((one as { [key: string]: unknown })[key])
    }
  }
  walk(file)
  const [into, key] = places[where % places.length] as [object, string]
  Object.assign(into, { [key]: value })
  return file
})

test('a file that was spoilt in one place gives a value or an error, and what decodes stays so', () => {
  fc.assert(
    fc.property(spoilt, file => {
      const { value, issues } = decodeEnvironment(file)
      assert.is(
        value === undefined,
        issues.some(issue => issue.level === 'error'),
      )
      if (value !== undefined) assert.equal(decode(Environment, Environment.encode(value)).value, value)
    }),
    { numRuns: 300 },
  )
})

test.run()
