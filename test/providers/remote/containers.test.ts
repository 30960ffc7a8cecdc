import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Answer, Probe } from '../../../engine/contract.js'
import { answersOf, sectionsOf } from '../../../providers/remote/look/read.js'
import { lookScript } from '../../../providers/remote/look/script.js'
import { E } from '../../../specs/fp.js'

interface Recorded {
  readonly nonce: string
  readonly probes: ReadonlyArray<Probe>
  readonly output: ReadonlyArray<string>
}
const { nonce, probes, output } = JSON.parse(readFileSync('test/fixtures/containers/look.json', 'utf8')) as Recorded

const answersTo = async (asked: ReadonlyArray<Probe>, text = output.join('\n')): Promise<ReadonlyArray<Answer<unknown>>> => {
  const sections = sectionsOf(text, nonce)
  assert.ok(sections)
  return answersOf(asked, { host: 'demo', nonce, sections }, match => async () => E.right(String(match)))
}
const present = <A>(value: A): Answer<A> => ({ is: 'present', value })
const absent = { is: 'absent' } as const

const MYSQL = 'mysql:8.4@sha256:5ee2ec5b99393f5a7178d0b7ccd843c4c9da43f83f2f01ef29fdfa186ae63b8a'
const digest = MYSQL.slice(MYSQL.indexOf('@') + 1)
const UP = { running: true, health: 'none', restarts: 0 } as const
const BOTH = ['plain', 't_database']

const SEEN: { readonly [probe: string]: Answer<unknown> } = {
  'container t/hello': present({ image: MYSQL, ...UP, digest: '6f2d', networks: BOTH }),
  'container t/sick': present({ image: 'lab/hello:1', ...UP, health: 'unhealthy', digest: '', networks: ['t_database'] }),
  'container t/stopped': present({ image: 'lab/hello:1', ...UP, running: false, digest: '', networks: ['plain'] }),
  'container t/absent': absent,
  'network t_database': present({
    bridge: 't-data',
    ipv6: 'fd12:3456:789a:1::/64',
    labels: { 'com.docker.compose.network': 'database', 'com.docker.compose.project': 't' },
  }),
  'network plain': present({ bridge: '', labels: {} }),
  'network absent': absent,
  [`image ${MYSQL}`]: present({ digest }),
  'image docker.io/library/mysql:8.4': present({ digest }),
  [`image ${MYSQL.replace(/.$/, 'c')}`]: absent,
  [`image other/${MYSQL}`]: absent,
  'image torrust/tracker:v3.0.0': present({ digest: 'sha256:759d1b6aad1bdeb9e605a5069c89b8c7c2ea9c328aeb538aba04fec77d3e3371' }),
  'image lab/hello:1': present({ digest: 'sha256:95968e9bd0255730da158a9f2ff18615ab7685ec4fad65764756bb778b59d55b' }),
  'image lab/hello:9': absent,
  'dir /srv/owned': present({ mode: '0700', owner: '10001', group: '10001' }),
  'file /srv/owned/f': present({ mode: '0644', owner: '10001', group: 'lab', content: 'x\n' }),
  'file /srv/owned/f by number': present({ mode: '0644', owner: '10001', group: '1000', content: 'x\n' }),
  'file /srv/owned/s by number': present({ mode: '0600', owner: '1000', group: '10001', same: true }),
}

test('what an engine printed is read as what it has', async () => {
  const answers = await answersTo(probes)
  const found = Object.fromEntries(
    probes.map(({ ask, key, numeric }, index) => [`${ask} ${key}${numeric === true ? ' by number' : ''}`, answers[index]]),
  )
  for (const [probe, answer] of Object.entries(SEEN)) assert.equal(found[probe], answer, probe)
})

test('a container is compared with what it should have been started with, under no other name than its digest', async () => {
  const asked = (match: string): Probe => ({ ask: 'container', key: 't/hello', via: 'docker.main', match })
  assert.equal(await answersTo([asked('6f2d'), asked('other')]), [
    present({ image: MYSQL, ...UP, digest: '6f2d', networks: BOTH, same: true }),
    present({ image: MYSQL, ...UP, digest: '6f2d', networks: BOTH, same: false }),
  ])
})

test('a container whose start was cut off counts as started with nothing, whatever it carries', async () => {
  const worn: Probe = { ask: 'container', key: 't/worn', via: 'docker.main', match: 'aa11' }
  const [answer] = await answersTo([worn])
  assert.equal(answer, present({ image: 'lab/hello:1', ...UP, restarts: 5, digest: '', networks: ['plain'], same: false }))
})

test('of two containers of one service the one that runs is it, then the newer', async () => {
  const one = (status: string, created: string, mark: string): string =>
    JSON.stringify({ project: 't', service: 's', digest: mark, image: 'i', status, health: 'none', restarts: 0, created, networks: [] })
  const said = (...lines: ReadonlyArray<string>): string =>
    `${nonce} begin files\nopen \nend\n\n${nonce} end files 0\n${nonce} begin container\n${lines.join('\n')}\n${nonce} end container 0\n${nonce} all\n`
  const digestOf = async (...lines: ReadonlyArray<string>): Promise<unknown> => {
    const [answer] = await answersTo([{ ask: 'container', key: 't/s', via: 'docker.main' }], said(...lines))
    return answer?.is === 'present' ? (answer.value as { readonly digest: string }).digest : answer?.is
  }
  const [old, next] = [one('running', '2026-11-21T22:00:00Z', 'old'), one('created', '2026-11-21T22:01:00Z', 'new')]
  assert.is(await digestOf(old, next), 'old')
  assert.is(await digestOf(next, old), 'old')
  assert.is(await digestOf(one('exited', '2026-11-21T22:00:00Z', 'old'), next), 'new')
  assert.is(await digestOf('{"neither":"nor"}'), 'unasked')
})

test('what neither runs nor has ended is told as what it is', async () => {
  const insteadOf = async (status: string): Promise<unknown> => {
    const one = JSON.stringify({
      project: 't',
      service: 's',
      digest: '',
      image: 'i',
      status,
      health: 'none',
      restarts: 0,
      created: '',
      networks: [],
    })
    const said = `${nonce} begin files\nopen \nend\n\n${nonce} end files 0\n${nonce} begin container\n${one}\n${nonce} end container 0\n${nonce} all\n`
    const [answer] = await answersTo([{ ask: 'container', key: 't/s', via: 'docker.main' }], said)
    return answer?.is === 'present' && Object.entries(answer.value as object).filter(([name]) => name === 'running' || name === 'instead')
  }
  assert.equal(await insteadOf('paused'), [
    ['running', false],
    ['instead', 'paused'],
  ])
  assert.equal(await insteadOf('restarting'), [
    ['running', false],
    ['instead', 'restarting'],
  ])
  assert.equal(await insteadOf('exited'), [['running', false]])
})

test('no environment of a container is asked for, and a stopped engine is not woken', () => {
  const script = lookScript(probes, nonce)
  assert.not.match(script, /Config\.Env|\.Env\b|json \.Config\}|json \.\}\}/)
  for (const [line] of script.matchAll(/^.*timeout 20 docker.*$/gm)) assert.match(line, /--host unix:/)
  assert.is(script.match(/engine_runs && \[ -S /g)?.length, 3)
})

test('of a file that may be long nothing leaves the host but that it is there, and whose', async () => {
  const bare = (key: string): Probe => ({ ask: 'file', key, via: 'vm.main', bare: true, numeric: true })
  const script = lookScript([bare('/srv/long.db')], nonce)
  assert.equal(
    [...script.matchAll(/^for p in (.*); do$/gm)].map(([, paths]) => paths?.includes('long.db')),
    [false, false, true],
  )
  const empty = gzipSync(Buffer.alloc(1024)).toString('base64')
  const said = `${nonce} begin files\nopen ${empty}\nend\nbare 0644 UNKNOWN 10001 UNKNOWN 10001 -- /srv/long.db\n\n${nonce} end files 0\n${nonce} all\n`
  assert.equal(await answersTo([bare('/srv/long.db'), bare('/srv/other.db')], said), [
    present({ mode: '0644', owner: '10001', group: '10001' }),
    absent,
  ])
})

test.run()
