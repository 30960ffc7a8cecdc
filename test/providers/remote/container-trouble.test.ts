import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Step } from '../../../engine/contract.js'
import { troubleOf } from '../../../providers/remote/act/trouble.js'
import { hintOf, retryOf, saysOf } from '../../../specs/fault.js'

const via = 'docker.main' as const
const of = { project: 'demo', service: 'tracker', root: '/opt/torrust' } as const
const ready = { seconds: 10 }
const trial: Step = { do: 'try', via, ...of, ports: ['6969/udp'], scratch: [], ready }
const start: Step = { do: 'up', via, ...of, image: 'i', digest: 'd', files: [], networks: [], ready, opens: [] }
const told = (step: Step, said: string, ahead = 0) => troubleOf({ host: 'demo', step, said, ahead })

const PANIC = `log: Loading extra configuration from file: \`/etc/torrust/tracker/tracker.toml\` ...
log:${' '}
log: thread 'main' panicked at src/bootstrap/app.rs:38:9:
log: Configuration error: no private mode.`
const LOG = ['panicked at src/bootstrap/app.rs:38:9:', 'Configuration error: no private mode.']

test('a trial whose container ends says how, and that nothing was stopped', () => {
  const fault = told(trial, `deployer: ended 101 1\n${PANIC}`)
  assert.equal(fault, { code: 'CONFIG_REFUSED', host: 'demo', service: 'tracker', exit: 101, log: LOG })
  assert.is(saysOf(fault).split('\n')[0], 'tracker ends with its new configuration, exit code 101; nothing on demo was stopped')
})

test('a trial that does not get ready, and one that Compose does not even begin, are told apart', () => {
  assert.equal(told(trial, 'deployer: unready 10 starting'), {
    code: 'CONFIG_REFUSED',
    host: 'demo',
    service: 'tracker',
    seconds: 10,
    log: [],
  })
  const compose = 'validating /opt/torrust/docker-compose.yml: services.tracker additional properties "prots" not allowed'
  assert.equal(told(trial, `deployer: refused\nlog: ${compose}`), {
    code: 'CONFIG_REFUSED',
    host: 'demo',
    service: 'tracker',
    log: [compose],
  })
})

test('the service that Compose names is at fault, and not the one that was tried with its file', () => {
  const refused = (log: string) => told(trial, `deployer: refused\nlog: ${log}`) as { readonly service: string }
  const value = 'validating /opt/torrust/docker-compose.yml: services.other.environment.A must be a string'
  assert.is(refused(value).service, 'other')
  assert.is(refused('service "more" refers to undefined volume data: invalid compose project').service, 'more')
  assert.is(refused('validating /opt/torrust/docker-compose.yml: networks.x must be a mapping').service, 'tracker')
})

test('whoever has the port is named: a process, or a container', () => {
  const taken = { code: 'PORT_TAKEN', host: 'demo', port: 6969, proto: 'udp', for: 'tracker' } as const
  const process = told(trial, 'deployer: taken 6969/udp process dnsmasq')
  assert.equal(process, { ...taken, by: 'dnsmasq' })
  assert.is(saysOf(process), 'port 6969/udp of demo is used by dnsmasq, and tracker is to listen there')
  assert.equal(told(trial, 'deployer: taken 6969/udp container other-web-1'), { ...taken, by: 'the container other-web-1' })
})

test('a start that fails tells what became of what ran before', () => {
  const loop = { code: 'CONTAINER_CRASH_LOOP', host: 'demo', service: 'tracker', times: 4, exit: 101, log: LOG } as const
  const back = told(start, `deployer: ended 101 4\n${PANIC}\ndeployer: back`)
  assert.equal(back, { ...loop, after: 'back' })
  assert.match(hintOf(back), /^What ran before is back, with its files as they were, and tracker serves again\./)
  assert.equal(told(start, `deployer: ended 101 4\n${PANIC}\ndeployer: removed`), { ...loop, after: 'gone' })
  assert.equal(told(start, `deployer: ended 101 4\n${PANIC}`), { ...loop, after: 'broken' })
  const unready = told(start, 'deployer: unready 10 none\nlog: listening\ndeployer: back')
  assert.equal(unready, { code: 'CONTAINER_UNREADY', host: 'demo', service: 'tracker', seconds: 10, log: ['listening'], after: 'back' })
})

/** Engine 26.1.5 and compose 2.26.1 of Debian 13; the second with the userland proxy turned off. */
const BOUND =
  'Error response from daemon: driver failed programming external connectivity on endpoint demo-tracker-1 (6bba): Error starting userland proxy: listen tcp4 0.0.0.0:22: bind: address already in use'
const ALLOCATED =
  'Error response from daemon: driver failed programming external connectivity on endpoint demo-tracker-1 (6bba): Bind for 0.0.0.0:8080 failed: port is already allocated'
const MISSING = 'env file /opt/t/env/missing.env not found: stat /opt/t/env/missing.env: no such file or directory'

test('a port that is taken only when the container starts is told as one, and what else the engine refuses in its words', () => {
  const taken = { code: 'PORT_TAKEN', host: 'demo', by: '', for: 'tracker', after: 'back' } as const
  assert.equal(told(start, `deployer: refused\nlog: ${BOUND}\ndeployer: back`), { ...taken, port: 22, proto: 'tcp' })
  assert.equal(told(start, `deployer: refused\nlog: ${ALLOCATED}\ndeployer: back`), { ...taken, port: 8080 })
  assert.equal(told(start, `deployer: refused\nlog: ${MISSING}\ndeployer: removed`), {
    code: 'CONTAINER_UNSTARTABLE',
    host: 'demo',
    service: 'tracker',
    log: [MISSING],
    after: 'gone',
  })
})

test("a container that has a full disk inside of it does not make the host's full; a host without room says so itself", () => {
  const inside = 'deployer: ended 1 4\nlog: cannot write /tmp/x: No space left on device\ndeployer: back'
  assert.is(told(start, inside).code, 'CONTAINER_CRASH_LOOP')
  assert.is(told(start, `${inside}\n/: No space left on device`).code, 'DISK_FULL')
  const engine = 'deployer: refused\nlog: Error response from daemon: mkdir /var/lib/docker/overlay2/1a: no space left on device'
  assert.is(told(start, engine).code, 'DISK_FULL')
})

const IMAGE = 'ghcr.io/torrust/tracker:v3@sha256:5ee2ec5b99393f5a7178d0b7ccd843c4c9da43f83f2f01ef29fdfa186ae63b8a'
const pull: Step = { do: 'pull', via, image: IMAGE }

/** `docker pull` of engine 26.1.5 on Debian 13, against registries that were made so. */
for (const [code, why] of [
  ['IMAGE_MISSING', 'manifest for 127.0.0.1:5000/lab/nosuch:1 not found: manifest unknown: manifest unknown'],
  ['REGISTRY_REFUSED', 'Head "https://reg.test:8443/v2/x/y/manifests/1": no basic auth credentials'],
  ['REGISTRY_REFUSED', "pull access denied for 127.0.0.1:8403/x/y, repository does not exist or may require 'docker login': denied: {}"],
  ['REGISTRY_UNREACHABLE', 'Get "https://nope.invalid/v2/": dial tcp: lookup nope.invalid on 127.0.0.53:53: no such host'],
  ['REGISTRY_UNREACHABLE', 'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused'],
  ['REGISTRY_UNREACHABLE', 'received unexpected HTTP status: 503 Service Unavailable'],
  ['REGISTRY_UNREACHABLE', 'toomanyrequests: {}'],
  ['REGISTRY_UNTRUSTED', 'Get "https://10.77.0.1:5000/v2/": http: server gave HTTP response to HTTPS client'],
  [
    'REGISTRY_UNTRUSTED',
    'Get "https://10.77.0.26:8444/v2/": tls: failed to verify certificate: x509: cannot validate certificate for 10.77.0.26 because it doesn\'t contain any IP SANs',
  ],
] as const)
  test(`an image that is not had: ${code}, ${why.slice(-40)}`, () => {
    assert.equal(told(pull, `Error response from daemon: ${why}`), { code, image: IMAGE, tried: [`demo: ${why}`] })
  })

test('of these only a registry that cannot be reached is asked again', () => {
  assert.is(retryOf(told(pull, 'Error response from daemon: toomanyrequests: {}')), 'soon')
  assert.is(retryOf(told(pull, 'Error response from daemon: manifest unknown')), 'never')
})

test('a pull that fills the disk is told so, and a wrong clock where a certificate is not valid yet', () => {
  const full = 'b8cd0ac96f9c: Download complete\nfailed to register layer: write /usr/sbin/mysqld: no space left on device'
  assert.equal(told(pull, full), { code: 'DISK_FULL', where: 'demo', path: '/var/lib/docker' })
  const dated =
    'Error response from daemon: Get "https://x/v2/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid'
  assert.equal(told(pull, dated, -86_400), { code: 'CLOCK_WRONG', host: 'demo', seconds: -86_400 })
})

test.run()
