import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { decodeEnvironment, Environment } from '../../resources/environment.js'
import { PAGES } from '../../scripts/pages.js'
import { decode } from '../../specs/codec.js'
import { FILES, PARTS } from '../support/ux-files.js'

const accepts = new Ajv2020({ strictSchema: true, strictTypes: false, allErrors: true }).compile(
  JSON.parse(PAGES['schema/environment.schema.json'] ?? ''),
)
const refuses = (text: string) =>
  accepts(parse(text)) ? [] : (accepts.errors ?? []).map(error => `${error.instancePath} ${error.message}`)

for (const [name, text] of [...Object.entries(FILES), ...Object.entries(PARTS)]) {
  test(`the schema accepts ${name}`, () => assert.equal(refuses(text), []))
}

test('the schema accepts every way to write a value', () => {
  assert.equal(
    refuses(`
name: all
x-anchors: [1]
provider: { kind: hetzner, location: nbg1, api_token: { command: [pass, show, x] } }
ssh: { authorized_keys: [{ file: a.pub }, ssh-ed25519 AAAA ops] }
vm: { server_type: cx22, reboot: never, sysctl: { net.core.rmem_max: 1, a.b: c }, public_addresses: [192.0.2.1, "2001:db8::1"], protect: true }
docker: { registries: { ghcr.io: { user: a, password: literal } }, daemon: { a: { b: [1] } } }
compose-stack: { services: { x: { image: a, environment: { A: 1, B: b, C: { env: X } } } } }
tracker:
  udp: [6969, { port: 1, bind: loopback }]
  database: { driver: mysql, host: db.example.net, password: { generate: 32, version: 2 } }
  config: { core: { a: null } }
prometheus: { retention_size: 512m }
caddy: { email: a@b.example, ca: https://ca.example.com/dir }
backup: { offsite: { repository: s3:x, password: { file: a }, env: { A: b, C: { env: D } } } }
`),
    [],
  )
})

test('the schema refuses what editors should underline', () => {
  const bad = (more: string) => refuses(`{ name: demo, provider: sandbox, tracker: { udp: [6969] }, ${more} }`)
  assert.ok(bad('trackr: {}').length > 0)
  assert.ok(bad('vm: { memry: 2GiB }').length > 0)
  assert.ok(bad('vm: { cpus: "2" }').length > 0)
  assert.ok(bad('backup: { retention: 7 }').length > 0)
  assert.ok(bad('caddy: {}').length > 0)
  assert.ok(bad('backup: null').length > 0)
  assert.ok(refuses('{ name: demo, tracker: { udp: [6969] } }').length > 0)
  assert.ok(refuses('{ name: demo, provider: { kind: ssh }, tracker: { udp: [6969] } }').length > 0)
  assert.ok(refuses('{ name: demo, provider: ssh, tracker: { udp: [6969] } }').length > 0)
  assert.ok(refuses('{ name: demo, provider: sandbox, tracker: { udp: [{ bind: public }] } }').length > 0)
})

test('what a part leaves out is asked for in a whole file only', () => {
  assert.equal(refuses('{ caddy: {}, firewall: {} }'), [])
  assert.equal(refuses('{ extends: base.yaml, provider: { profiles: [x] }, backup: null }'), [])
})

test('defaults of the schema are values that the codecs take', () => {
  const file = (more: object) => ({ name: 'demo', provider: 'sandbox', tracker: { udp: [6969] }, ...more })
  const schema = JSON.parse(PAGES['schema/environment.schema.json'] ?? '')
  const defaults = (one: { properties?: object; default?: unknown; anyOf?: ReadonlyArray<object> }): unknown => {
    const properties = one.properties ?? (one.anyOf?.find(way => 'properties' in way) as { properties?: object } | undefined)?.properties
    if (properties === undefined) return one.default
    return Object.fromEntries(
      Object.entries(properties)
        .map(([key, inside]) => [key, defaults(inside)] as const)
        .filter(([, value]) => value !== undefined),
    )
  }
  const { vm, firewall, docker, 'compose-stack': stack } = defaults(schema) as { [key: string]: object }
  const { value } = decodeEnvironment(file({ vm, firewall, docker, 'compose-stack': stack }))
  assert.equal(value, decodeEnvironment(file({})).value)
})

/** Takes something out of a good file, or writes one key of it as another of its values. */
const varied = fc.tuple(fc.constantFrom(...Object.values(FILES)), fc.nat(), fc.boolean()).map(([text, where, takeOut]) => {
  const file = parse(text)
  const places: Array<[{ [key: string]: unknown }, string]> = []
  const walk = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return
    for (const key of Object.keys(one)) {
      places.push([one as { [key: string]: unknown }, key])
      walk((one as { [key: string]: unknown })[key])
    }
  }
  walk(file)
  const [into, key] = places[where % places.length] as [{ [key: string]: unknown }, string]
  if (takeOut && !Array.isArray(into)) delete into[key]
  else into[key] = places[(where * 7) % places.length]?.[0][places[(where * 7) % places.length]?.[1] as string]
  return file
})

test('whatever the codec accepts, the schema accepts', () => {
  fc.assert(
    fc.property(varied, file => {
      if (decode(Environment, file).value !== undefined) assert.ok(accepts(file), JSON.stringify(accepts.errors))
    }),
    { numRuns: 500 },
  )
})

test.run()
