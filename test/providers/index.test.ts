import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { providerOf } from '../../providers/index.js'
import { E } from '../../specs/fp.js'

const context = { environment: 'demo', folder: '/nowhere', now: () => 0, sleep: async () => {} }

test('the sandbox is simulated', async () => {
  const provider = await providerOf({ kind: 'sandbox' }, context)()
  assert.equal(E.isRight(provider) && [provider.right.name, provider.right.simulated], ['sandbox', true])
})

test('the other providers come later, and say so', async () => {
  for (const kind of ['lxd', 'hetzner', 'ssh'] as const) {
    assert.equal(await providerOf({ kind }, context)(), E.left({ code: 'PROVIDER_LATER', provider: kind }))
  }
})

test.run()
