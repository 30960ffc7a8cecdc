import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openEnvironment } from '../../cli/environment.js'
import { type Known, type Pinning, pinningOf } from '../../cli/pins.js'
import { revealer } from '../../engine/reveal.js'
import { E } from '../../specs/fp.js'
import { contextIn, folder } from '../support/cli.js'
import { withImageKind } from '../support/image-kind.js'
import { DIGEST, give, refuse, type StandIn, standIn } from '../support/registry.js'

const giveBack = withImageKind()
const servers: StandIn[] = []
test.after(async () => {
  giveBack()
  for (const one of servers) await one.close()
})
const registry = async (...how: Parameters<typeof standIn>): Promise<StandIn> => {
  const one = await standIn(...how)
  servers.push(one)
  return one
}

const OLD = `sha256:${'a'.repeat(64)}`
const PASSWORD = 'c4nary "pass"'

interface Written {
  readonly docker: string
  readonly image?: string
  readonly lock?: string
  readonly known?: Known
}

/** What comes of an environment on a real server. */
const pinning = async ({ docker, image = 'torrust/tracker:develop', lock, known = {} }: Written): Promise<Pinning> => {
  const cwd = folder()
  const file = `name: demo\nprovider: { kind: ssh, host: 192.0.2.7 }\ntracker: { udp: [6969], image: "${image}" }\ndocker: ${docker}\n`
  writeFileSync(join(cwd, 'environment.yaml'), file)
  if (lock !== undefined) writeFileSync(join(cwd, 'environment.lock'), lock)
  const context = { ...contextIn(cwd), sleep: async () => {} }
  const opened = await openEnvironment(context, undefined)()
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left))
  const { reveal } = revealer(() => async () => E.right(PASSWORD))
  const result = await pinningOf({ ...known, context, opened: opened.right, found: new Map(), reveal })()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}
const shown = ({ planned, blocked, lock, pins }: Pinning) => ({
  planned,
  blocked: blocked.map(fault => (fault.code === 'IMAGE_UNPINNED' ? fault.because.code : fault.code)),
  lock: lock && Object.fromEntries(lock),
  pins: Object.fromEntries(pins),
})

test('what is locked is not asked for, and what carries a digest neither', async () => {
  const mirror = await registry(give)
  const docker = `{ mirrors: ["http://${mirror.address}"] }`
  assert.equal(shown(await pinning({ docker, lock: `torrust/tracker:develop: ${OLD}\n` })), {
    planned: [],
    blocked: [],
    lock: undefined,
    pins: { 'torrust/tracker:develop': OLD },
  })
  const image = `torrust/tracker:develop@${OLD}`
  assert.equal(shown(await pinning({ docker, image })), { planned: [], blocked: [], lock: undefined, pins: {} })
  assert.equal(mirror.heard, [])
})

test('what is not locked is asked for through the mirror', async () => {
  const mirror = await registry(give)
  assert.equal(shown(await pinning({ docker: `{ mirrors: ["http://${mirror.address}"] }` })), {
    planned: [{ image: 'torrust/tracker:develop', digest: DIGEST }],
    blocked: [],
    lock: { 'torrust/tracker:develop': DIGEST },
    pins: { 'torrust/tracker:develop': DIGEST },
  })
  assert.is(mirror.heard.length, 1)
})

test('what nobody can say blocks, and what is locked meanwhile stays in sight', async () => {
  const broken = await registry(refuse(404))
  const image = `${broken.address}/one:1`
  assert.equal(shown(await pinning({ docker: '{}', image })), {
    planned: [{ image }],
    blocked: ['IMAGE_MISSING'],
    lock: undefined,
    pins: {},
  })
  assert.equal(shown(await pinning({ docker: '{}', image, lock: `${image}: ${OLD}\n`, known: { upgrade: true } })), {
    planned: [{ image, was: OLD }],
    blocked: ['IMAGE_MISSING'],
    lock: undefined,
    pins: { [image]: OLD },
  })
})

test('an upgrade asks again, and says what was locked before', async () => {
  const mirror = await registry(give)
  const lock = `torrust/tracker:develop: ${OLD}\n`
  const upgraded = await pinning({ docker: `{ mirrors: ["http://${mirror.address}"] }`, lock, known: { upgrade: true } })
  assert.equal(shown(upgraded), {
    planned: [{ image: 'torrust/tracker:develop', digest: DIGEST, was: OLD }],
    blocked: [],
    lock: { 'torrust/tracker:develop': DIGEST },
    pins: { 'torrust/tracker:develop': DIGEST },
  })
})

test("the password of a registry is the file's secret, and in nothing that is shown", async () => {
  const basic = `Basic ${Buffer.from(`ops:${PASSWORD}`).toString('base64')}`
  const closed = await registry((request, response, heard) =>
    (request.headers.authorization === basic ? give : refuse(401, { 'www-authenticate': 'Basic realm="r"' }))(request, response, heard),
  )
  const docker = `{ registries: { "${closed.address}": { user: ops, password: { env: PW } } } }`
  const image = `${closed.address}/one:1`
  const found = await pinning({ docker, image })
  assert.equal(shown(found).pins, { [image]: DIGEST })
  const elsewhere = await registry(refuse(401, { 'www-authenticate': 'Basic realm="r"' }))
  const refused = await pinning({ docker: docker.replace(closed.address, elsewhere.address), image: `${elsewhere.address}/one:1` })
  assert.equal(shown(refused).blocked, ['REGISTRY_REFUSED'])
  assert.not.match(JSON.stringify([found, refused]), 'c4nary')
})

test.run()
