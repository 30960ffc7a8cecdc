import { stringify } from 'yaml'
import type { Facts } from '../../engine/contract.js'
import { NONE } from '../../engine/diff.js'
import { ComposeStackSpec } from '../../resources/compose-stack/spec.js'
import { environmentOf, factsOf } from '../../resources/facts.js'
import { kind } from '../../resources/kind.js'
import { bridgePrefix } from '../../resources/names.js'
import { claimsOf, differing, fieldsOf, filesOf, type Part, probesOf, readParts, type SeenParts, stepsOf } from '../../resources/part.js'
import { folder, text } from './service.js'

interface StackWanted {
  readonly files: ReadonlyArray<Part>
  readonly networks: ReadonlyArray<Part>
}
interface StackSeen {
  readonly files: SeenParts
  readonly networks: SeenParts
}
const HOST = 'vm.main'
const ENGINE = 'docker.main'
const NETWORKS = ['database', 'metrics', 'proxy', 'visualization']

/** What a person could take away and use: every service that joined, and the networks that are always there. */
const composeFile = (name: string, facts: Facts): string => {
  const services = factsOf(facts, 'service').map(one => [one.name, one.block] as const)
  const networks = NETWORKS.map(one => [
    one,
    { driver_opts: { 'com.docker.network.bridge.name': `${bridgePrefix(name)}-${one.slice(0, 4)}` } },
  ])
  return stringify({ name, services: Object.fromEntries(services), networks: Object.fromEntries(networks) })
}

export const composeStack = kind<ComposeStackSpec, StackWanted, StackSeen>({
  kind: 'compose-stack',
  after: ['docker', 'firewall'],
  codec: ComposeStackSpec,
  want: (_, spec, facts) => {
    const { name } = environmentOf(facts)
    const labels = { deployer: name }
    return {
      files: [
        folder(spec.root, 'own'),
        folder(`${spec.root}/storage`, 'own'),
        text(`${spec.root}/docker-compose.yml`, composeFile(name, facts)),
      ],
      networks: NETWORKS.map(one => ({
        what: 'network',
        hold: 'own',
        name: `${name}_${one}`,
        bridge: `${bridgePrefix(name)}-${one.slice(0, 4)}`,
        labels,
      })),
    }
  },
  sentence: ({ files }) => `${files.length} files`,
  claims: ({ files, networks }) => [...claimsOf(HOST, files), ...claimsOf(ENGINE, networks)],
  probes: ({ files, networks }) => [...probesOf(HOST, files), ...probesOf(ENGINE, networks)],
  read: ({ files, networks }, answers) => ({ files: readParts(HOST, files, answers), networks: readParts(ENGINE, networks, answers) }),
  diff: ({ files, networks }, seen) => {
    const changed = differing(files, seen?.files)
    const fields = [...fieldsOf(changed, seen?.files), ...fieldsOf(differing(networks, seen?.networks), seen?.networks)]
    const texts = filesOf(changed, seen?.files)
    if (fields.length + texts.length === 0) return NONE
    return { action: seen === undefined ? 'create' : 'update', fields, files: texts }
  },
  steps: ({ files, networks }, seen) => [
    ...stepsOf(HOST, differing(files, seen?.files)),
    ...stepsOf(ENGINE, differing(networks, seen?.networks)),
  ],
})
