import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endpointsOf } from '../../resources/endpoints.js'
import { decodeEnvironment } from '../../resources/environment.js'

const endpoints = (tracker: object, address = '10.77.0.20', rest: object = {}, handled = new Set(['caddy'])) => {
  const { value } = decodeEnvironment({ name: 'demo', provider: 'lxd', tracker, ...rest })
  if (value === undefined) throw new Error('not an environment')
  return endpointsOf(value, address, handled)
}

test('each listener that can be reached from outside has a URL for clients, and the API is where it was put', () => {
  assert.equal(endpoints({ udp: [6969], http: [7070, { port: 7071, bind: 'loopback' }] }), {
    clients: ['udp://10.77.0.20:6969/announce', 'http://10.77.0.20:7070/announce'],
    apiPort: 1212,
  })
  assert.equal(endpoints({ udp: [{ port: 6969, domain: 'tracker.example.com' }], api: { bind: '::' } }, 'fd77::1'), {
    clients: ['udp://tracker.example.com:6969/announce'],
    api: 'http://[fd77::1]:1212/api/v1',
    apiPort: 1212,
  })
})

test('the API has one socket, which an address of the other family does not lead to', () => {
  assert.is(endpoints({ udp: [6969], api: { bind: 'public' } }).api, 'http://10.77.0.20:1212/api/v1')
  assert.is(endpoints({ udp: [6969], api: { bind: 'public' } }, 'fd77::1').api, undefined)
  assert.is(endpoints({ udp: [6969], api: { bind: '::' } }).api, undefined)
})

test('a listener on one address is reached there, one with TLS by its name alone, and a private tracker by a key', () => {
  const caddy = { caddy: { email: 'ops@example.com' } }
  assert.equal(endpoints({ http: [{ port: 7070, domain: 'tracker.example.com' }], private: true }, undefined, caddy).clients, [
    'https://tracker.example.com/announce/YOUR_KEY',
  ])
  assert.equal(endpoints({ udp: [{ port: 6969, bind: '192.0.2.7' }] }).clients, ['udp://192.0.2.7:6969/announce'])
})

test('what only Caddy leads to is told to nobody before there is one', () => {
  const caddy = { caddy: { email: 'ops@example.com' } }
  const tracker = { udp: [6969], http: [{ port: 7070, domain: 'tracker.example.com' }], api: { domain: 'api.example.com' } }
  assert.equal(endpoints(tracker, undefined, caddy, new Set()), {
    clients: ['udp://10.77.0.20:6969/announce'],
    apiPort: 1212,
    apiWaits: true,
  })
})

test.run()
