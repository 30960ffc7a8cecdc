import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deployer, folder, parsed } from '../support/cli.js'
import { isLabPossible } from './host.js'
import { digestAt } from './images/push.js'
import { isRegistryPossible, type Registries, registriesOf } from './images/registry.js'

const why = isLabPossible() ?? isRegistryPossible()

/** Only planned: no machine is made. */
const NAME = `lab-pins-${process.pid}`
const TRACKER = 'torrust/tracker:v3.0.0'

interface Written {
  readonly docker: string
  readonly image?: string
}

const withFile = ({ docker, image = TRACKER }: Written): string => {
  const cwd = folder()
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(cwd, 'key')])
  writeFileSync(
    join(cwd, 'environment.yaml'),
    `name: ${NAME}\nprovider: lxd\nssh: { key: key }\ntracker: { udp: [6969], image: "${image}" }\ndocker: ${docker}\n`,
  )
  return cwd
}
const plan = async (cwd: string, env: { readonly [name: string]: string } = {}) =>
  parsed(await deployer(['plan', '--json'], { cwd, env })).result
const whysOf = (result: { readonly blocked: ReadonlyArray<{ readonly because: { readonly code: string } }> }): ReadonlyArray<string> =>
  result.blocked.map(({ because }) => because.code)

if (why !== undefined)
  test(`skipped: ${why}`, () => {
    process.stdout.write(`skipped: ${why}\n`)
  })
else {
  let registries: Registries
  let digest: string | undefined
  test.before(async () => {
    registries = await registriesOf()
    digest = await digestAt(registries.mirror.url, 'torrust/tracker', 'v3.0.0')
  })

  test('a tag is pinned to what the mirror has, over IPv4 and over IPv6, and other mirrors before it do no harm', async () => {
    for (const mirror of [registries.mirror.url, registries.mirror6.url]) {
      const cwd = withFile({ docker: `{ mirrors: ["http://127.0.0.1:9/hub", "${mirror}"] }` })
      assert.equal((await plan(cwd)).pins, [{ image: TRACKER, digest }])
      assert.not(existsSync(join(cwd, 'environment.lock')))
    }
  })

  test('what is locked needs no registry', async () => {
    const cwd = withFile({ docker: '{ mirrors: ["http://127.0.0.1:9"] }' })
    writeFileSync(join(cwd, 'environment.lock'), `${TRACKER}: ${digest}\n`)
    const { pins, blocked, tasks } = await plan(cwd)
    assert.equal([pins, blocked], [undefined, []])
    assert.match(JSON.stringify(tasks), `${TRACKER}@${digest}`)
  })

  test('an image that the mirror lacks is not guessed: the plan says so and apply refuses', async () => {
    const image = `${registries.mirror.address}/lab/nobody:1`
    const cwd = withFile({ docker: `{ daemon: { insecure-registries: ["${registries.mirror.address}"] } }`, image })
    assert.equal(whysOf(await plan(cwd)), ['IMAGE_MISSING'])
    const { code, stderr } = await deployer(['apply', '--yes'], { cwd })
    assert.is(code, 1)
    assert.match(
      stderr,
      `error: IMAGE_UNPINNED: an image is not pinned: there is no ${image} (http://${registries.mirror.address}: no such image)`,
    )
    assert.not.match(stderr, 'running')
    assert.not(existsSync(join(cwd, 'environment.lock')))
  })

  test('a registry that wants a login gets the one of the file, and refuses another', async () => {
    const { address, login } = registries.closed
    const registry = `daemon: { insecure-registries: ["${address}"] }, registries: { "${address}": { user: ${login?.user}, password: { env: PW } } }`
    const image = `${address}/${TRACKER}`
    const cwd = withFile({ docker: `{ ${registry} }`, image })
    assert.equal((await plan(cwd, { PW: login?.password ?? '' })).pins, [{ image, digest }])
    assert.equal(whysOf(await plan(cwd, { PW: 'another one' })), ['REGISTRY_REFUSED'])
    assert.equal(whysOf(await plan(cwd)), ['SECRET_UNAVAILABLE'])
  })
}

test.run()
