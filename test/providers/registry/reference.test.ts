import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { challengeOf } from '../../../providers/registry/challenge.js'
import { endpointsOf } from '../../../providers/registry/endpoint.js'
import { referenceOf } from '../../../providers/registry/reference.js'
import { E } from '../../../specs/fp.js'

const hub = { registry: 'docker.io', hub: true }

test('a name is of Docker Hub unless it begins with a host, and one without a slash is in its library', () => {
  for (const [image, expected] of [
    ['mysql', { ...hub, repository: 'library/mysql', tag: 'latest' }],
    ['mysql:8.4', { ...hub, repository: 'library/mysql', tag: '8.4' }],
    ['torrust/tracker:develop', { ...hub, repository: 'torrust/tracker', tag: 'develop' }],
    ['docker.io/mysql:8.4', { ...hub, repository: 'library/mysql', tag: '8.4' }],
    ['index.docker.io/torrust/tracker:v3.0.0', { ...hub, repository: 'torrust/tracker', tag: 'v3.0.0' }],
    ['ghcr.io/torrust/tracker:develop', { registry: 'ghcr.io', hub: false, repository: 'torrust/tracker', tag: 'develop' }],
    ['localhost/one', { registry: 'localhost', hub: false, repository: 'one', tag: 'latest' }],
    ['localhost:5000/one/two/three:1', { registry: 'localhost:5000', hub: false, repository: 'one/two/three', tag: '1' }],
    ['r.example.com:5000/one', { registry: 'r.example.com:5000', hub: false, repository: 'one', tag: 'latest' }],
  ] as const)
    assert.equal(referenceOf(image), expected)
})

const login = { user: 'ann', password: async () => E.right('word') }
const registries = (more: object = {}) => ({ mirrors: [], logins: new Map(), insecure: [], ...more })
const places = (image: string, more?: object): ReadonlyArray<string> => endpointsOf(image, registries(more)).map(({ at }) => at)

test('mirrors are asked in their order before Docker Hub, and before nobody else', () => {
  const mirrors = ['http://one.example.com:5000', 'https://two.example.com/hub/']
  assert.equal(places('mysql:8.4', { mirrors }), [
    'http://one.example.com:5000',
    'https://two.example.com/hub',
    'https://registry-1.docker.io',
  ])
  assert.equal(places('ghcr.io/one:1', { mirrors }), ['https://ghcr.io'])
})

test('without TLS is spoken only to this machine and to what is called insecure', () => {
  assert.equal(places('localhost:5000/one'), ['http://localhost:5000'])
  assert.equal(places('127.0.0.1:5000/one'), ['http://127.0.0.1:5000'])
  assert.equal(places('r.example.com:5000/one'), ['https://r.example.com:5000'])
  assert.equal(places('r.example.com:5000/one', { insecure: ['r.example.com:5000'] }), ['http://r.example.com:5000'])
})

test('each place gets the login that stands under its own name, Docker Hub under any of its names', () => {
  const who = (image: string, host: string, more: object = {}) =>
    endpointsOf(image, registries({ logins: new Map([[host, login]]), ...more })).map(one => one.login?.user)
  assert.equal(who('mysql', 'docker.io'), ['ann'])
  assert.equal(who('mysql', 'index.docker.io'), ['ann'])
  assert.equal(who('mysql', 'docker.io', { mirrors: ['https://m.example.com'] }), [undefined, 'ann'])
  assert.equal(who('mysql', 'm.example.com:444', { mirrors: ['https://m.example.com:444/hub'] }), ['ann', undefined])
  assert.equal(who('ghcr.io/one', 'docker.io'), [undefined])
})

test('what a registry asks for is read as it may be written', () => {
  const bearer = { scheme: 'bearer', realm: 'https://auth.example.com/token' }
  for (const [header, expected] of [
    [
      'Bearer realm="https://auth.example.com/token",service="r.example.com",scope="repository:one/two:pull,push"',
      { ...bearer, service: 'r.example.com', scope: 'repository:one/two:pull,push' },
    ],
    ['bearer realm=https://auth.example.com/token', bearer],
    ['Basic realm="x", Bearer realm="https://auth.example.com/token"', bearer],
    ['Basic realm="lab"', { scheme: 'basic' }],
    ['Bearer realm="not a url"', undefined],
    ['Negotiate', undefined],
    [undefined, undefined],
  ] as const)
    assert.equal(challengeOf(header), expected)
})

test.run()
