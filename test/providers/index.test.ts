import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { providerOf } from '../../providers/index.js'
import { E } from '../../specs/fp.js'

const context = {
  environment: 'demo',
  folder: join(mkdtempSync(join(tmpdir(), 'deployer-')), '.deployer'),
  makeFolder: () => {},
  patience: 10,
  now: () => 0,
  sleep: async () => {},
}
const lxd = { kind: 'lxd', type: 'container', profiles: ['default'], config: {} } as const

test('the sandbox is simulated, and what machines really are is not', async () => {
  for (const [section, simulated] of [
    [{ kind: 'sandbox', seed: 0 }, true],
    [lxd, false],
    [{ kind: 'ssh', host: '192.0.2.7' }, false],
  ] as const) {
    const provider = await providerOf(section, context)()
    assert.equal(E.isRight(provider) && [provider.right.name, provider.right.simulated], [section.kind, simulated])
  }
})

test('Hetzner comes later, and says so', async () => {
  const hetzner = { kind: 'hetzner', api_token: { secret: 'provider.api_token', from: { env: 'HCLOUD_TOKEN' } }, location: 'nbg1' } as const
  assert.equal(await providerOf(hetzner, context)(), E.left({ code: 'PROVIDER_LATER', provider: 'hetzner' }))
})

test('a server that exists is there by its name alone, and nothing else is answered for it', async () => {
  const provider = await providerOf({ kind: 'ssh', host: '192.0.2.7' }, context)()
  if (E.isLeft(provider)) throw new Error(provider.left.code)
  const reveal = () => async () => E.right('')
  const { answers } = await provider.right.look(
    [
      { ask: 'machine', key: '192.0.2.7', via: 'provider' },
      { ask: 'http', key: 'http://192.0.2.7/', via: 'operator' },
    ],
    reveal,
  )
  assert.equal(
    answers.map(({ is }) => is),
    ['present', 'unasked'],
  )
  assert.equal((answers[0] as { value: { addresses: unknown } }).value.addresses, ['192.0.2.7'])
})

test.run()
