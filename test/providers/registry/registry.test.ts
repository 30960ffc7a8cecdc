import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { digestsOf, type Login, type Registries } from '../../../providers/registry/index.js'
import type { Fault } from '../../../specs/fault.js'
import { E, fail } from '../../../specs/fp.js'
import { DIGEST, give, MANIFEST, refuse, type StandIn, standIn } from '../../support/registry.js'

const servers: StandIn[] = []
const registry = async (...how: Parameters<typeof standIn>): Promise<StandIn> => {
  const one = await standIn(...how)
  servers.push(one)
  return one
}
test.after(async () => {
  for (const one of servers) await one.close()
})

const NOBODY: Registries = { mirrors: [], logins: new Map(), insecure: [] }
const waits: number[] = []
const asking = {
  patience: 2,
  sleep: async (ms: number) => {
    waits.push(ms)
  },
}
const ask = async (image: string, registries: Partial<Registries> = {}, more: object = {}): Promise<string | Fault> => {
  const digest = (await digestsOf([image], { ...NOBODY, ...registries }, { ...asking, ...more })).get(image)
  if (digest === undefined) throw new Error('not asked')
  return E.isRight(digest) ? digest.right : digest.left
}
const codeOf = (answer: string | Fault): string => (typeof answer === 'string' ? answer : answer.code)
const whyOf = (answer: string | Fault): ReadonlyArray<string> =>
  typeof answer === 'string' || !('tried' in answer) ? [] : answer.tried.map(one => one.replace(/:\d+:/, '::'))
const ann: Login = { user: 'ann', password: async () => E.right('let $me "in"') }
const BASIC = `Basic ${Buffer.from('ann:let $me "in"').toString('base64')}`

test('one question without a body is enough, and asks for lists of manifests first', async () => {
  const { address, heard } = await registry(give)
  assert.is(await ask(`${address}/one/two:3`), DIGEST)
  assert.equal(
    heard.map(({ method, url }) => `${method} ${url}`),
    ['HEAD /v2/one/two/manifests/3'],
  )
  assert.match(heard[0]?.accept ?? '', /^application\/vnd\.oci\.image\.index\.v1\+json, .*manifest\.list\.v2\+json, .*manifest\.v1\+json, /)
})

test('a registry that does not tell the digest gives the manifest, and its digest is computed', async () => {
  for (const status of [200, 405]) {
    const { address } = await registry(({ method }, response) => response.writeHead(method === 'HEAD' ? status : 200).end(MANIFEST))
    assert.is(await ask(`${address}/one`), DIGEST)
  }
})

test('a manifest that is not what its registry says it is, is no answer', async () => {
  const other = `sha256:${'0'.repeat(64)}`
  const { address } = await registry(({ method }, response) =>
    response.writeHead(method === 'HEAD' ? 405 : 200, { 'docker-content-digest': other }).end(MANIFEST),
  )
  const answer = await ask(`${address}/one`)
  assert.is(codeOf(answer), 'REGISTRY_INVALID')
  assert.equal(whyOf(answer), ['http://127.0.0.1:: what it answers has another digest than it says'])
})

test('a login page is no registry, and neither is a teapot', async () => {
  const page = await registry((_, response) => response.writeHead(200, { 'docker-content-digest': 'none' }).end('<html>Log in</html>'))
  assert.equal(whyOf(await ask(`${page.address}/one`)), ['http://127.0.0.1:: what it answers is no manifest of an image'])
  const teapot = await registry(refuse(418))
  const answer = await ask(`${teapot.address}/one`)
  assert.equal([codeOf(answer), whyOf(answer)], ['REGISTRY_INVALID', ['http://127.0.0.1:: it answers 418, as no registry does']])
})

test('an answer without end is cut off', async () => {
  const { address } = await registry(({ method }, response) => {
    if (method === 'HEAD') return void response.writeHead(405).end()
    response.writeHead(200)
    const pour = (): void => {
      if (!response.destroyed) response.write('x'.repeat(256 * 1024), () => setImmediate(pour))
    }
    pour()
  })
  assert.equal(whyOf(await ask(`${address}/one`)), ['http://127.0.0.1:: its answer has no end'])
})

test('an image that is not there is told from a registry that is not', async () => {
  const { address } = await registry(refuse(404))
  const missing = await ask(`${address}/one:2`)
  assert.equal([codeOf(missing), whyOf(missing)], ['IMAGE_MISSING', ['http://127.0.0.1:: no such image']])
  const gone = await standIn(give)
  await gone.close()
  const silent = await ask(`${gone.address}/one:2`)
  assert.equal([codeOf(silent), whyOf(silent)], ['REGISTRY_UNREACHABLE', ['http://127.0.0.1:: nothing listens there']])
})

test('a registry that does not answer is not waited for long', async () => {
  const { address } = await registry(() => {})
  const answer = await ask(`${address}/one`, {}, { patience: 0.1 })
  assert.equal([codeOf(answer), whyOf(answer)], ['REGISTRY_UNREACHABLE', ['http://127.0.0.1:: no answer in 0.1 s']])
})

test('a registry that fails halfway is asked again', async () => {
  const breaks = await registry((request, response, heard) =>
    heard.length < 3 ? request.socket.destroy() : give(request, response, heard),
  )
  assert.is(await ask(`${breaks.address}/one`), DIGEST)
  assert.is(breaks.heard.length, 3)
  const halves = await registry((request, response, heard) => {
    if (request.method === 'HEAD') return refuse(405)(request, response, heard)
    if (heard.length > 2) return void response.writeHead(200).end(MANIFEST)
    response.writeHead(200, { 'content-length': MANIFEST.length }).write(MANIFEST.slice(0, 10))
    setTimeout(() => request.socket.destroy(), 10)
  })
  assert.is(await ask(`${halves.address}/one`), DIGEST)
  const busy = await registry((request, response, heard) => (heard.length < 2 ? refuse(429) : give)(request, response, heard))
  assert.is(await ask(`${busy.address}/one`), DIGEST)
})

test('one that goes on failing is asked three times, with longer and longer pauses', async () => {
  const { address, heard } = await registry(refuse(503))
  waits.length = 0
  const answer = await ask(`${address}/one`)
  assert.equal([codeOf(answer), whyOf(answer)], ['REGISTRY_UNREACHABLE', ['http://127.0.0.1:: it answers 503']])
  assert.equal([heard.length, waits], [3, [200, 600]])
})

const wants =
  (header: string, answers: (authorization: string | undefined) => boolean): Parameters<typeof standIn>[0] =>
  (request, response, heard) =>
    (answers(request.headers.authorization) ? give : refuse(401, { 'www-authenticate': header }))(request, response, heard)

test('a password is given to who asks for it, and revealed to nobody else', async () => {
  let revealed = 0
  const login: Login = {
    ...ann,
    password: async () => {
      revealed += 1
      return ann.password()
    },
  }
  const open = await registry(give)
  assert.is(await ask(`${open.address}/one`, { logins: new Map([[open.address, login]]) }), DIGEST)
  assert.is(revealed, 0)
  const closed = await registry(wants('Basic realm="lab"', said => said === BASIC))
  assert.is(await ask(`${closed.address}/one`, { logins: new Map([[closed.address, login]]) }), DIGEST)
  assert.equal([revealed, closed.heard.map(({ authorization }) => authorization)], [1, [undefined, BASIC]])
})

test('no login, a wrong one, and one that is not at hand are three things', async () => {
  const { address } = await registry(wants('Basic realm="lab"', () => false))
  const with_ = (login: Login) => ask(`${address}/one`, { logins: new Map([[address, login]]) })
  const none = await ask(`${address}/one`)
  assert.equal([codeOf(none), whyOf(none)], ['REGISTRY_REFUSED', ['http://127.0.0.1:: it wants a login']])
  const wrong = await with_(ann)
  assert.equal([codeOf(wrong), whyOf(wrong)], ['REGISTRY_REFUSED', ['http://127.0.0.1:: it refuses the login']])
  const lacking = {
    code: 'SECRET_UNAVAILABLE',
    secret: 'docker.registries.r.password',
    from: 'the variable PW',
    why: 'it is not set',
  } as const
  assert.equal(await with_({ user: 'ann', password: async () => fail(lacking) }), lacking)
})

const tokens = async (isFine: (authorization: string | undefined) => boolean): Promise<StandIn> => {
  const server = await registry((request, response, heard) => {
    const { pathname } = new URL(request.url ?? '', 'http://x')
    if (pathname === '/token') {
      if (!isFine(request.headers.authorization)) return refuse(401)(request, response, heard)
      return void response.writeHead(200).end('{"access_token":"t-1"}')
    }
    const realm = `Bearer realm="http://${request.headers.host}/token",service="r.example.com",scope="repository:one:pull"`
    wants(realm, said => said === 'Bearer t-1')(request, response, heard)
  })
  return server
}

test('a token is fetched where the registry says, for what it says, with the login or without', async () => {
  const open = await tokens(() => true)
  assert.is(await ask(`${open.address}/one`), DIGEST)
  assert.equal(
    open.heard.map(({ method, url, authorization }) => [method, url, authorization]),
    [
      ['HEAD', '/v2/one/manifests/latest', undefined],
      ['GET', '/token?service=r.example.com&scope=repository%3Aone%3Apull', undefined],
      ['HEAD', '/v2/one/manifests/latest', 'Bearer t-1'],
    ],
  )
  const closed = await tokens(said => said === BASIC)
  assert.is(await ask(`${closed.address}/one`, { logins: new Map([[closed.address, ann]]) }), DIGEST)
  assert.is(codeOf(await ask(`${closed.address}/one`)), 'REGISTRY_REFUSED')
})

test('a token service that gives none, or nonsense, is said', async () => {
  for (const body of ['{}', 'no JSON', '{"token":"two words"}']) {
    const { address } = await registry((request, response, heard) =>
      request.url?.startsWith('/token')
        ? response.writeHead(200).end(body)
        : refuse(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token"` })(request, response, heard),
    )
    assert.equal(whyOf(await ask(`${address}/one`)), ['http://127.0.0.1:: its token service gives no token'])
  }
})

test('a redirect is followed, and credentials stay with whom they were meant for', async () => {
  const other = await registry(give)
  const closed = await registry((request, response, heard) =>
    request.headers.authorization === undefined
      ? refuse(401, { 'www-authenticate': 'Basic realm="lab"' })(request, response, heard)
      : refuse(307, { location: `http://${other.address}/elsewhere` })(request, response, heard),
  )
  assert.is(await ask(`${closed.address}/one`, { logins: new Map([[closed.address, ann]]) }), DIGEST)
  assert.equal(
    other.heard.map(({ url, authorization }) => [url, authorization]),
    [['/elsewhere', undefined]],
  )
  const circle = await registry((request, response, heard) => refuse(302, { location: request.url ?? '' })(request, response, heard))
  assert.equal(whyOf(await ask(`${circle.address}/one`)), ['http://127.0.0.1:: it sends from one place to another without end'])
})

test('of mirrors the first that has it answers: not one that is gone, fails, or lacks it', async () => {
  const gone = await standIn(give)
  await gone.close()
  const [broken, lacking, having, later] = [
    await registry(refuse(500)),
    await registry(refuse(404)),
    await registry(give),
    await registry(give),
  ]
  const mirrors = [gone, broken, lacking, having, later].map(({ address }) => `http://${address}/hub`)
  assert.is(await ask('mysql:8.4', { mirrors }), DIGEST)
  assert.equal([lacking.heard.length, having.heard[0]?.url, later.heard], [1, '/hub/v2/library/mysql/manifests/8.4', []])
})

test('images are asked for side by side', async () => {
  const images = ['one', 'two', 'three', 'four', 'five']
  const waiting: Array<() => void> = []
  const { address } = await registry((request, response, heard) => {
    waiting.push(() => give(request, response, heard))
    if (waiting.length === images.length) for (const answer of waiting) answer()
  })
  const digests = await digestsOf(
    images.map(one => `${address}/${one}`),
    NOBODY,
    asking,
  )
  assert.equal(
    [...digests.values()],
    images.map(() => E.right(DIGEST)),
  )
})

test.run()
