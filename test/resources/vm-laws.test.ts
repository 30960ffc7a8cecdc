import fc from 'fast-check'
import { test } from 'uvu'
import { aHost, anSsh, aVm, imageOf, loginUser, roleIn } from '../support/environments.js'
import { type Case, keeps, LAWS } from '../support/laws.js'

const made: fc.Arbitrary<Case> = fc.record({ host: aHost, ssh: anSsh, vm: aVm, edited: aVm }).map(({ host, ssh, vm, edited }) => ({
  before: [],
  role: roleIn({ ssh, vm: { ...vm, image: imageOf(host) } }, 'vm.main'),
  next: roleIn({ ssh, vm: { ...edited, disk: vm.disk, image: imageOf(host) } }, 'vm.main'),
}))

/** Sizes are the server's own. */
const kept = ({ cpus: _, memory: __, disk: ___, ...vm }: { readonly [key: string]: unknown }) => vm
const provider = { kind: 'ssh', host: 'demo' }
const existing: fc.Arbitrary<Case> = fc
  .record({ host: aHost, ssh: anSsh, vm: aVm.map(kept), edited: aVm.map(kept) })
  .map(({ host, ssh, vm, edited }) => ({
    host,
    before: [...loginUser('torrust'), ...loginUser('ops')],
    role: roleIn({ provider, ssh, vm }, 'vm.main', { host }),
    next: roleIn({ provider, ssh, vm: edited }, 'vm.main', { host }),
    other: roleIn({ name: 'other', provider, ssh, vm }, 'vm.main', { host }),
  }))

for (const law of Object.keys(LAWS)) {
  test(`a machine of ours: ${law}`, () => keeps(law, made))
  test(`an existing server: ${law}`, () => keeps(law, existing))
}

test.run()
