import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import type { Diff, Step } from '../../engine/contract.js'
import { clashesIn, restOf } from '../../resources/compose-stack/fragments.js'
import type { StackWanted } from '../../resources/compose-stack/index.js'
import { decodeEnvironment } from '../../resources/environment.js'
import type { Mapping } from '../../resources/overlay.js'
import { HOSTS, roleIn } from '../support/environments.js'
import { WITH_ENGINE } from '../support/stacked.js'
import { decideAs, entryFor, settle, stageWith } from '../support/stage.js'

const host = HOSTS[1] as (typeof HOSTS)[number]
const role = (stack: object, tracker: object = { udp: [6969] }) =>
  roleIn({ 'compose-stack': stack, tracker }, 'compose-stack.main', { host })
const wanted = (stack: object) => entryFor(role(stack)).want as StackWanted
const changed = async (from: object, to: object, tracker?: object) => {
  const stage = stageWith(host, 'demo', WITH_ENGINE)
  await settle(stage, role(from))
  return decideAs(stage, role(to, tracker))
}
const fieldsOf = (diff: Diff) => (diff.action === 'none' ? [] : diff.fields.map(({ name, from, to }) => [name, from, to]))
const doing = (steps: ReadonlyArray<Step>) =>
  steps.map(step => {
    if (step.do === 'restore') return `restore ${step.what} ${step.id}`
    return 'service' in step ? `${step.do} ${step.service}` : step.do
  })

test('the file is one that a person could take away: relative paths, networks with their options, no word that reads as another', () => {
  const { compose } = wanted({ services: { web: { image: 'nginx:1.29', command: 'on', ports: ['2222:22'] } } })
  const text = `${compose.content}`
  assert.match(text, /^# The services of demo, made by deployer/)
  assert.not.match(text, /&a|\*a/)
  assert.match(text, 'command: "on"')
  const { services, networks } = parse(text)
  assert.equal(services.tracker.env_file, ['./storage/tracker/tracker.env'])
  assert.equal(Object.keys(networks), ['database', 'metrics', 'proxy', 'visualization', 'default'])
  assert.equal(Object.keys(networks.database), ['name', 'internal', 'enable_ipv6', 'ipam', 'driver_opts', 'labels'])
  const inside = Object.entries(networks).filter(([, network]) => (network as { internal?: boolean }).internal)
  assert.equal(
    inside.map(([name]) => name),
    ['database', 'metrics'],
    'one of those that the tracker is in leads out',
  )
  assert.match(
    networks.database.ipam.config[0].subnet,
    /^fd[0-9a-f]{2}:[1-9a-f][0-9a-f]{0,3}:[1-9a-f][0-9a-f]{0,3}:[1-9a-f][0-9a-f]{0,3}::\/64$/,
  )
})

test('without IPv6 its networks have none', () => {
  const { networks } = parse(`${wanted({ ipv6: 'disabled' }).compose.content}`)
  assert.equal(Object.keys(networks.proxy), ['name', 'driver_opts', 'labels'])
})

test('a secret of a service of the user is in a file for root alone, and the rest stays where it was written', () => {
  const service = { image: 'a/b:1', environment: { TOKEN: { env: 'T' }, MODE: 'fast' }, env_file: 'own.env', labels: ['x=y'] }
  const { own } = wanted({ services: { exporter: service } })
  assert.equal(own[0]?.block, {
    image: 'a/b:1',
    environment: { MODE: 'fast' },
    env_file: ['own.env', './env/exporter.env'],
    labels: ['x=y', 'deployer=demo'],
    networks: ['default'],
    restart: 'unless-stopped',
    logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '10' } },
  })
  assert.equal(
    own[0]?.files.map(({ path, mode, content }) => [path, mode, content]),
    [
      [
        '/opt/torrust/env/exporter.env',
        '0600',
        ['TOKEN=', { secret: 'compose-stack.services.exporter.environment.TOKEN', as: ['env'] }, '\n'],
      ],
    ],
  )
})

test('a service of the user comes back after a reboot and rotates its log, unless it says otherwise, and nothing is taken from it', () => {
  const logging = { driver: 'journald' }
  const { own } = wanted({
    services: {
      plain: { image: 'a:1' },
      once: { image: 'a:1', restart: 'no', logging },
      deployed: { image: 'a:1', deploy: { restart_policy: { condition: 'none' } } },
    },
  })
  const rotated = { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '10' } }
  assert.equal(
    own.map(({ block }) => [block.restart, block.logging, block.cap_drop, block.security_opt]),
    [
      ['unless-stopped', rotated, undefined, undefined],
      ['no', logging, undefined, undefined],
      [undefined, rotated, undefined, undefined],
    ],
  )
})

test('a change is shown by service and key, in what differs of a list', async () => {
  const { diff, impact } = await changed({}, {}, { udp: [6969, 6970], memory: '1GiB' })
  assert.equal(fieldsOf(diff), [
    ['docker-compose.yml tracker.ports', undefined, '6970:6970/udp'],
    ['docker-compose.yml tracker.mem_limit', undefined, '1g'],
  ])
  assert.equal(impact, { stops: [], effect: 'restarts nothing itself' })
})

test('a service of the user comes, changes and goes, and its container with it', async () => {
  const one = { services: { web: { image: 'nginx:1.29', ports: ['8080:80'] } } }
  const come = await changed({}, one)
  assert.equal(doing(come.steps).slice(-3), ['pull', 'try web', 'up web'])
  assert.is(come.impact.effect, 'starts web')
  const changes = await changed(one, { services: { web: { image: 'nginx:1.29', ports: ['8081:80'] }, more: { image: 'nginx:1.29' } } })
  assert.is(changes.impact.effect, 'restarts web, starts more')
  const gone = await changed(one, {})
  assert.is(gone.impact.effect, 'removes web')
  const others = { services: { a: { image: 'nginx:1.29' }, b: { image: 'nginx:1.29' }, c: { image: 'nginx:1.29' } } }
  assert.is((await changed(others, one)).impact.effect, 'starts web, removes a, b, c')
  assert.equal(doing(gone.steps), ['put', 'restore container demo/web', 'restore image nginx:1.29', 'restore network demo_default'])
})

test('a port goes from one service to another: what goes is gone before what comes', async () => {
  const at = (name: string, port: number) => ({ [name]: { image: 'nginx:1.29', ports: [`${port}:80`] } })
  const moved = await changed({ services: at('old', 8080) }, { services: at('new', 8080) })
  const steps = doing(moved.steps)
  assert.ok(steps.indexOf('restore container demo/old') < steps.indexOf('try new'))
  const swapped = await changed({ services: { ...at('a', 8080), ...at('b', 8081) } }, { services: { ...at('a', 8081), ...at('b', 8080) } })
  assert.equal(doing(swapped.steps), ['put', 'pull', 'try a', 'pull', 'try b', 'down a', 'down b', 'up a', 'up b'])
})

test('a host without IPv6 is refused where it is required', () => {
  const { kind, want } = entryFor(role({ ipv6: 'required' }))
  const on = (ipv6: boolean) => kind.refuses(want, undefined, { name: 'box', host: { ...host, ipv6 } })
  assert.equal([on(false), on(true)], [{ code: 'IPV6_MISSING', host: 'box' }, undefined])
})

test('what services of the user keep is lost with the folder, and said', () => {
  const { kind, want } = entryFor(role({ services: { web: { image: 'nginx:1.29' } } }))
  const held = kind.claims(want).map(claim => ({ ...claim, by: [], before: 'absent' as const }))
  assert.equal(kind.losing(held), {
    stops: [],
    data: 'what web kept below /opt/torrust',
    sentence: '/opt/torrust and its networks removed, 1 service of your own',
  })
})

test('compose files merge in their order, and nothing of ours can be taken over', () => {
  const one = { file: 'a.yaml', content: { volumes: { v: { driver: 'a' } }, services: { web: {} } } }
  const two = { file: 'b.yaml', content: { volumes: { v: { labels: ['x'] }, w: {} }, version: '3' } }
  assert.equal(restOf([one, two]), { volumes: { v: { driver: 'a', labels: ['x'] }, w: {} } })
  const bad = { file: 'c.yaml', content: { services: { mysql: {}, db: { environment: ['DB_PASSWORD=hidden'] } }, networks: { proxy: {} } } }
  const says = clashesIn(bad).map(({ what }) => what)
  assert.equal(says, [
    'c.yaml has a service mysql, which is the name of a service of ours.',
    'c.yaml has DB_PASSWORD of db in clear.',
    'c.yaml has a network proxy, which is made by deployer.',
  ])
})

test('what Compose does not know is no key, in a service and in a compose file', () => {
  const { issues } = decodeEnvironment({
    name: 'demo',
    provider: 'sandbox',
    tracker: { udp: [6969] },
    'compose-stack': { services: { web: { imgae: 'nginx:1.29', 'x-note': 1, cpus: 1 } } },
  })
  assert.equal(
    issues.map(({ code, path, expected }) => [code, path.join('.'), expected]),
    [['KEY_UNKNOWN', 'compose-stack.services.web.imgae', 'Did you mean image?']],
  )
  const says = (content: Mapping) => clashesIn({ file: 'c.yaml', content }).map(({ what, expected }) => `${what} ${expected}`)
  assert.equal(says({ other: { image: 'a:1' } }), ['c.yaml has other, which no compose file has. Services stand below services.'])
  assert.equal(says({ 'x-note': 1, services: { a: { imgae: 'b', 'x-note': 1 } }, volume: {} }), [
    'c.yaml has volume, which no compose file has. Did you mean volumes?',
    'a of c.yaml has imgae, which no service has. Did you mean image?',
  ])
  assert.equal(says({ services: { a: null } }), ['a of c.yaml is no mapping. Expected a service as in Compose.'])
})

test('a value that is no text is refused in a compose file, and where a secret stands is said', () => {
  const environment = { A: { env: 'FOO' }, B: 1, C: null, D: true }
  assert.equal(clashesIn({ file: 'c.yaml', content: { services: { other: { image: 'a:1', environment } } } }), [
    {
      what: 'c.yaml has no text for A of other.',
      expected: 'A secret is written as other: { environment: { A: { env: NAME } } } in compose-stack.services.',
    },
  ])
})

test.run()
