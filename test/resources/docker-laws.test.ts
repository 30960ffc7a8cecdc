import fc from 'fast-check'
import { test } from 'uvu'
import type { Change, Host } from '../../engine/contract.js'
import { engineOf } from '../../engine/model/effects/packages.js'
import { aDocker, aHost, anSsh, loginUser, roleIn } from '../support/environments.js'
import { type Case, keeps, LAWS } from '../support/laws.js'

const ROOT = { owner: 'root', group: 'root' } as const
const config = { 'live-restore': false, 'log-driver': 'local' }
const ACTIVE = { active: true, enabled: true }

const withEngine = (packages: ReadonlyArray<string>): ReadonlyArray<Change> => [
  ...packages.map((key): Change => ({ ask: 'package', key, to: { version: '5:28.5.2-1' } })),
  { ask: 'dir', key: '/etc/docker', to: { mode: '0755', ...ROOT } },
  { ask: 'file', key: '/etc/docker/daemon.json', to: { mode: '0644', ...ROOT, content: JSON.stringify(config) } },
  { ask: 'unit', key: 'docker.service', to: ACTIVE },
  { ask: 'unit', key: 'docker.socket', to: ACTIVE },
  { ask: 'engine', key: 'docker', to: engineOf(name => (packages.includes(name) ? '5:28.5.2-1' : undefined), config) },
]
const before: fc.Arbitrary<ReadonlyArray<Change>> = fc.constantFrom(
  [],
  [{ ask: 'dir', key: '/etc/docker', to: { mode: '0755', ...ROOT } }],
  withEngine(['docker-ce', 'docker-ce-cli', 'containerd.io']),
  withEngine(['docker-ce', 'docker-ce-cli', 'containerd.io', 'docker-compose-plugin']),
)

const role = (host: Host, input: object) => roleIn(input, 'docker.main', { host })

const cases: fc.Arbitrary<Case> = fc
  .record({ host: aHost, before, ssh: anSsh, docker: aDocker, edited: aDocker })
  .map(({ host, before: there, ssh, docker, edited }) => ({
    host,
    before: [...loginUser('torrust'), ...loginUser('ops'), ...there],
    role: role(host, { ssh, docker }),
    next: role(host, { ssh, docker: { ...edited, packages: docker.packages } }),
    other: role(host, { name: 'other', ssh, docker }),
  }))

for (const law of Object.keys(LAWS)) {
  test(`docker: ${law}`, () => keeps(law, cases))
}

test.run()
