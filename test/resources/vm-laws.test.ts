import fc from 'fast-check'
import { test } from 'uvu'
import { aHost, anSsh, aVm, imageOf, loginUser, roleIn } from '../support/environments.js'
import { type Case, keeps, LAWS } from '../support/laws.js'

const made: fc.Arbitrary<Case> = fc.record({ host: aHost, ssh: anSsh, vm: aVm }).map(({ host, ssh, vm }) => ({
  before: [],
  role: roleIn({ ssh, vm: { ...vm, image: imageOf(host) } }, 'vm.main'),
}))

const provider = { kind: 'ssh', host: 'demo' }
const existing: fc.Arbitrary<Case> = fc
  .record({ host: aHost, ssh: anSsh, vm: aVm })
  .map(({ host, ssh, vm: { cpus: _, memory: __, disk: ___, ...vm } }) => ({
    host,
    before: [...loginUser('torrust'), ...loginUser('ops')],
    role: roleIn({ provider, ssh, vm }, 'vm.main', { host }),
    other: roleIn({ name: 'other', provider, ssh, vm }, 'vm.main', { host }),
  }))

for (const law of Object.keys(LAWS)) {
  test(`a machine of ours: ${law}`, () => keeps(law, made))
  test(`an existing server: ${law}`, () => keeps(law, existing))
}

test.run()
