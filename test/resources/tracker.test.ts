import { parse } from 'smol-toml'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Diff, Step, StepOf } from '../../engine/contract.js'
import { change, type Place } from '../../engine/model/model.js'
import { wordsOf } from '../../resources/tracker/databases.js'
import type { TrackerWanted } from '../../resources/tracker/index.js'
import { trackerToml } from '../../resources/tracker/toml.js'
import { hasMetrics } from '../../resources/tracker/versions.js'
import { HOSTS, roleIn } from '../support/environments.js'
import { withStack } from '../support/stacked.js'
import { decideAs, entryFor, lookAs, type Stage, settle, stageWith } from '../support/stage.js'

const host = HOSTS[1] as (typeof HOSTS)[number]
const role = (tracker: object, input: object = {}) => roleIn({ tracker, ...input }, 'tracker.main', { host })
const wanted = (tracker: object, input: object = {}) => entryFor(role(tracker, input)).want as TrackerWanted

const fileIn = ({ starts }: TrackerWanted, name: string): string => {
  const content = starts.find(({ path }) => path.endsWith(name))?.content ?? ''
  return typeof content === 'string' ? content : content.map(part => (typeof part === 'string' ? part : JSON.stringify(part))).join('')
}
const tomlOf = (tracker: object, input: object = {}) =>
  JSON.parse(JSON.stringify(parse(fileIn(wanted(tracker, input), 'tracker.toml')))) as Told
interface Told {
  readonly [table: string]: { readonly [key: string]: unknown }
}
const addresses = (told: Told, table: string): ReadonlyArray<string> =>
  ((told[table] ?? []) as unknown as ReadonlyArray<{ bind_address: string }>).map(({ bind_address }) => bind_address)

const changed = async (from: object, to: object) => {
  const stage = stageWith(host, 'demo', withStack('/opt/torrust'))
  await settle(stage, role(from))
  return decideAs(stage, role(to))
}
const fieldsOf = (diff: Diff) => (diff.action === 'none' ? [] : diff.fields)
const doing = (steps: ReadonlyArray<Step>) => steps.map(step => (step.do === 'put' ? `put ${step.path.split('/').at(-1)}` : step.do))

test('a public listener has a socket for each family, and one that is not has the one it needs', () => {
  const told = tomlOf({
    udp: [{ port: 6969 }, { port: 6970, bind: 'loopback' }, { port: 6971, bind: '10.77.0.20' }, { port: 6972, bind: '::' }],
    http: [7070],
  })
  assert.equal(addresses(told, 'udp_trackers'), ['0.0.0.0:6969', '[::]:6969', '0.0.0.0:6970', '0.0.0.0:6971', '[::]:6972'])
  assert.equal(addresses(told, 'http_trackers'), ['0.0.0.0:7070', '[::]:7070'])
  const four = tomlOf({ udp: [6969] }, { 'compose-stack': { ipv6: 'disabled' } })
  assert.equal(addresses(four, 'udp_trackers'), ['0.0.0.0:6969'])
})

test('the order of listeners in the file is no change', async () => {
  const { action } = await changed({ udp: [6969, 6970], http: [7070] }, { udp: [6970, 6969], http: [7070] })
  assert.is(action, 'none')
})

test('behind Caddy the tracker trusts what a proxy says, and publishes nothing', () => {
  const http = [{ port: 7070, domain: 'tracker.example.com' }]
  const input = { caddy: { email: 'ops@example.com' } }
  assert.equal(tomlOf({ http }, input).core?.net, { on_reverse_proxy: true })
  assert.equal(wanted({ http }, input).block.ports, ['127.0.0.1:1212:1212', '127.0.0.1:1313:1313'])
})

test('what is not modelled is merged, and what is modelled has its place', () => {
  const told = tomlOf({
    udp: [6969],
    log_level: 'debug',
    announce: { interval: '2m', interval_min: '1m' },
    peer_timeout: '1h',
    completed_stat: false,
    listed: true,
    config: { core: { inactive_peer_cleanup_interval: 60, tracker_policy: { remove_peerless_torrents: false } } },
  })
  assert.equal(told.logging, { threshold: 'debug' })
  assert.equal(told.core, {
    listed: true,
    private: false,
    announce_policy: { interval: 120, interval_min: 60 },
    database: { driver: 'sqlite3', path: '/var/lib/torrust/tracker/database/tracker.db' },
    net: { on_reverse_proxy: false },
    tracker_policy: { max_peer_timeout: 3600, persistent_torrent_completed_stat: false, remove_peerless_torrents: false },
    inactive_peer_cleanup_interval: 60,
  })
})

test('no secret is in what people read, and each is quoted for the tracker in a file for root alone', () => {
  const database = { driver: 'mysql', host: 'db.example.net', password: { env: 'DB' } }
  const want = wanted({ udp: [6969], database, api: { tokens: { ci: { env: 'CI' } } } })
  assert.match(fileIn(want, 'tracker.toml'), 'mysql://tracker@db.example.net:3306/tracker')
  assert.is(
    fileIn(want, 'tracker.env'),
    [
      'TORRUST_TRACKER_CONFIG_OVERRIDE_HTTP_API__ACCESS_TOKENS__ADMIN={"secret":"tracker.api.admin_token","as":["toml","env"]}',
      'TORRUST_TRACKER_CONFIG_OVERRIDE_HTTP_API__ACCESS_TOKENS__CI={"secret":"tracker.api.tokens.ci","as":["toml","env"]}',
      'TORRUST_TRACKER_CONFIG_OVERRIDE_CORE__DATABASE__PATH=mysql://tracker:{"secret":"tracker.database.password","as":["url"]}@db.example.net:3306/tracker',
      '',
    ].join('\n'),
  )
  const [toml, env] = want.starts
  assert.equal([toml?.mode, toml?.owner, env?.mode, env?.owner], ['0640', '10001', '0600', 'root'])
})

test('its container may do little, and stops when it is told to', () => {
  const { block } = wanted({ udp: [6969], memory: '512MiB' })
  assert.equal(
    [block.user, block.read_only, block.cap_drop, block.security_opt, block.stop_signal, block.mem_limit, block.restart],
    ['10001:10001', true, ['ALL'], ['no-new-privileges:true'], 'SIGINT', '512m', 'unless-stopped'],
  )
  assert.equal(block.sysctls, { 'net.ipv6.bindv6only': '1' })
  assert.equal(block.ports, ['127.0.0.1:1212:1212', '127.0.0.1:1313:1313', '6969:6969/udp'])
})

test('a listener that moves is told by its name, tried first, and costs one restart', async () => {
  const { steps, diff, impact } = await changed({ udp: [6969, 6970] }, { udp: [6969, 6971] })
  assert.equal(doing(steps), ['put tracker.toml', 'pull', 'try', 'up'])
  assert.equal(
    fieldsOf(diff).map(({ name, from, to }) => [name, from, to]),
    [
      ['udp 6970', null, undefined],
      ['udp 6971', undefined, null],
      ['container', 'running', 'made again'],
    ],
  )
  assert.equal(impact.stops, ['tracker.main'])
  assert.match(`${impact.says?.[1]}`, 'Clients that announce to udp 6970 get no answer any more.')
})

test('a door that is shut or opened is told', async () => {
  const said = async (from: object, to: object) => {
    const { diff, impact } = await changed({ http: [7070], ...from }, { http: [7070], ...to })
    const [field] = fieldsOf(diff)
    return [field?.name, field?.to, impact.says?.[1]]
  }
  assert.equal(await said({}, { listed: true }), [
    'listed',
    true,
    'From then on announces of torrents that are not on the whitelist are refused.',
  ])
  assert.equal(await said({ listed: true }, {}), [
    'listed',
    false,
    'From then on announces of any torrent are taken, on the whitelist or not.',
  ])
  assert.equal(await said({}, { private: true }), ['private', true, 'From then on clients without a key are refused.'])
  assert.equal(await said({ private: true }, {}), ['private', false, 'From then on clients are let in without a key.'])
})

test('a bind that changes says which families are left', async () => {
  const { diff } = await changed({ udp: [6969] }, { udp: [{ port: 6969, bind: '0.0.0.0' }] })
  assert.equal(fieldsOf(diff)[0], { name: 'udp 6969', from: 'IPv4 and IPv6', to: 'IPv4' })
})

test('a file that somebody touched is put back without a restart, since the container never read it', async () => {
  const stage = stageWith(host, 'demo', withStack('/opt/torrust'))
  await settle(stage, role({ udp: [6969] }))
  const file = stage.model.hosts.get('demo')?.things.get('file')
  const path = '/opt/torrust/storage/tracker/etc/tracker.toml'
  file?.set(path, { ...(file.get(path) as object), content: 'x = 1\n' })
  const { steps, impact } = await decideAs(stage, role({ udp: [6969] }))
  assert.equal([doing(steps), impact], [['put tracker.toml'], { stops: [], effect: 'restarts nothing' }])
})

test('another driver leaves the data behind, and says so', async () => {
  const database = { driver: 'mysql', host: 'db.example.net', password: { env: 'DB' } }
  const { diff, impact } = await changed({ udp: [6969] }, { udp: [6969], database })
  assert.equal(fieldsOf(diff)[0], { name: 'database', from: 'sqlite', to: 'mysql at db.example.net:3306/tracker' })
  assert.is(impact.data, 'starts on what is in mysql at db.example.net:3306/tracker, nothing at first; nothing is copied over from sqlite')
  assert.not.match(`${impact.says}`, 'No stored data is touched')
})

test('a database is called what people call it', () => {
  assert.equal(['/var/lib/x.db', 'mysql://u@mysql:3306/tracker', 'mysql://u@[fd77::9]:3307/t'].map(wordsOf), [
    'sqlite',
    'mysql, database tracker',
    'mysql at [fd77::9]:3307/t',
  ])
})

test('a stopped container is started, which nobody has to be warned of', async () => {
  const stage = stageWith(host, 'demo', withStack('/opt/torrust'))
  await settle(stage, role({ udp: [6969] }))
  const containers = stage.model.hosts.get('demo')?.things.get('container')
  containers?.set('demo/tracker', { ...(containers.get('demo/tracker') as object), running: false })
  const { diff, impact } = await decideAs(stage, role({ udp: [6969] }))
  assert.equal([fieldsOf(diff), impact], [[{ name: 'container', from: 'exited', to: 'running' }], { stops: [], effect: 'starts tracker' }])
})

test('a paused container is told as paused, not as one that ended', async () => {
  const stage = stageWith(host, 'demo', withStack('/opt/torrust'))
  await settle(stage, role({ udp: [6969] }))
  const containers = stage.model.hosts.get('demo')?.things.get('container')
  containers?.set('demo/tracker', { ...(containers.get('demo/tracker') as object), running: false, instead: 'paused' })
  const { diff, impact } = await decideAs(stage, role({ udp: [6969] }))
  assert.equal([fieldsOf(diff), impact], [[{ name: 'container', from: 'paused', to: 'running' }], { stops: [], effect: 'starts tracker' }])
})

const DATABASE = '/opt/torrust/storage/tracker/lib/database/tracker.db'
const withoutFile = async (): Promise<Stage> => {
  const stage = stageWith(host, 'demo', withStack('/opt/torrust'))
  await settle(stage, role({ udp: [6969] }))
  change(stage.model.hosts.get('demo') as Place, { ask: 'file', key: DATABASE, to: undefined })
  return stage
}
const unmetIn = async (stage: Stage, one = role({ udp: [6969] })): Promise<ReadonlyArray<string>> => {
  const { kind, want } = entryFor(one)
  return kind.unmet(want, kind.read(want, (await lookAs(stage, one)).answers))
}

test('a database file that was deleted is told, with a way to save it, and changes nothing by itself', async () => {
  const stage = await withoutFile()
  assert.is((await decideAs(stage, role({ udp: [6969] }))).action, 'none')
  const [says = '', ...more] = await unmetIn(stage)
  assert.equal(more, [])
  assert.match(says, `its database ${DATABASE} was deleted. The running tracker still holds it, and its next restart loses it.`)
  assert.match(says, "find /proc/[0-9]*/fd -lname '*/tracker.db*'")
})

test('a restart without its database file loses data, which it says instead of that none is touched', async () => {
  const { diff, impact } = await decideAs(await withoutFile(), role({ udp: [6969, 6970] }))
  assert.equal(
    fieldsOf(diff).filter(({ name }) => name === 'database file'),
    [{ name: 'database file', from: 'deleted', to: 'new and empty', follows: true }],
  )
  assert.equal([impact.lost, impact.data?.includes('whose file was deleted')], [true, true])
  assert.not.match((impact.says ?? []).join(' '), /No stored data is touched/)
})

test('before its first start, on MySQL and while it moves from there, no file is missed', async () => {
  const empty = stageWith(host, 'demo', withStack('/opt/torrust'))
  assert.equal(await unmetIn(empty), [])
  const mysql = { udp: [6969], database: { driver: 'mysql', host: 'db.example.net', password: { env: 'DB' } } }
  await settle(empty, role(mysql))
  assert.equal(wanted(mysql).file, undefined)
  assert.equal(await unmetIn(empty), [])
  assert.is((await decideAs(empty, role({ udp: [6969] }))).impact.lost, undefined)
})

test('a container that somebody cut off from one of its networks is made again', async () => {
  const stage = stageWith(host, 'demo', withStack('/opt/torrust'))
  await settle(stage, role({ udp: [6969] }))
  const containers = stage.model.hosts.get('demo')?.things.get('container')
  const before = containers?.get('demo/tracker') as { readonly networks: ReadonlyArray<string> }
  assert.equal(before.networks, ['demo_database', 'demo_metrics', 'demo_proxy'])
  containers?.set('demo/tracker', { ...before, networks: ['demo_database', 'somebody_elses'] })
  const { diff, impact, steps } = await decideAs(stage, role({ udp: [6969] }))
  assert.equal(fieldsOf(diff), [{ name: 'container', from: 'cut off from demo_metrics, demo_proxy', to: 'made again' }])
  assert.equal([doing(steps), impact.effect], [['pull', 'try', 'up'], 'restarts tracker'])
  await settle(stage, role({ udp: [6969] }))
  assert.is((await decideAs(stage, role({ udp: [6969] }))).diff.action, 'none')
})

test('what opens with it closes with it', async () => {
  const stage = stageWith(host, 'demo', withStack('/opt/torrust'))
  await settle(stage, role({ udp: [6969] }))
  await settle(stage, role({ udp: [6970] }))
  const ports = [...(stage.model.hosts.get('demo')?.things.get('port') ?? [])].filter(([, value]) => value !== undefined)
  assert.equal(ports.map(([key]) => key).sort(), ['1212/tcp', '1313/tcp', '6970/udp'])
})

test('every listener is announced to from each family that reaches it, strangers too where the tracker is closed', () => {
  const says = (tracker: object, input: object = {}) => {
    const { kind, want } = entryFor(role(tracker, input))
    return kind.checks(want).map(check => check.says)
  }
  assert.equal(says({ udp: [6969], http: [{ port: 7070, bind: '0.0.0.0' }] }), [
    'udp 6969 IPv4: connect, announce and scrape',
    'udp 6969 IPv6: connect, announce and scrape',
    'http 7070 IPv4: announce and scrape',
    'api 1212: right token yes, wrong token no',
    'health 1313: answers',
    'database: there',
  ])
  assert.equal(says({ http: [{ port: 7070, bind: '::' }], private: true, udp: [] }).slice(0, 2), [
    'http 7070 IPv6: strangers are refused',
    'http 7070 IPv6: announce and scrape, with a key',
  ])
})

test('the first release has no figures for Prometheus', () => {
  assert.equal(
    ['torrust/tracker:v3.0.0', 'torrust/tracker:3.0.0@sha256:1', 'torrust/tracker:develop', 'torrust/tracker:v3.1.0'].map(hasMetrics),
    [false, false, true, true],
  )
  const scrapes = (image: string): number => role({ udp: [6969], image }).facts.filter(({ fact }) => fact === 'scrape').length
  assert.equal([scrapes('torrust/tracker:v3.0.0'), scrapes('torrust/tracker:develop')], [0, 2])
})

test('toml is equal bytes for equal values', () => {
  const { spec } = role({ udp: [6969] }).declared as unknown as { spec: Parameters<typeof trackerToml>[0] }
  const around = { listeners: [], keeps: { driver: 'sqlite' as const }, ipv6: true }
  assert.is(trackerToml(spec, around), trackerToml(spec, around))
})

test('the trial has an empty database of its own, and asks like the real one', async () => {
  const { steps } = await decideAs(stageWith(host, 'demo', withStack('/opt/torrust')), role({ udp: [6969], health: { port: 1400 } }))
  const trial = steps.find((step): step is StepOf<'try'> => step.do === 'try')
  assert.equal(trial?.scratch, ['/var/lib/torrust/tracker/database'])
  assert.equal(trial?.ready, { answers: 'http://127.0.0.1:1400/health_check', seconds: 60 })
  assert.equal(trial?.ports, ['1212/tcp', '1400/tcp', '6969/udp'])
  assert.equal(trial?.reaches, [])
})

test('a trial reaches its own server inside, and the server of somebody else by the network that leads out', async () => {
  const reachesOf = async (database: object, more: object = {}) => {
    const stage = stageWith(host, 'demo', withStack('/opt/torrust'))
    const { steps } = await decideAs(stage, role({ udp: [6969], database }, more))
    return steps.find((step): step is StepOf<'try'> => step.do === 'try')?.reaches
  }
  assert.equal(await reachesOf({ driver: 'mysql' }, { mysql: {} }), ['database'])
  const elsewhere = { driver: 'mysql', host: 'db.example.com', name: 'tracker', user: 'ann', password: { env: 'DB' } }
  assert.equal(await reachesOf(elsewhere), ['proxy'])
})

test.run()
