import type { Addr, Facts, Reach, Text } from '../../engine/contract.js'
import { environmentOf, servedBy } from '../facts.js'
import { dockerFolder, vmOf } from '../names.js'
import type { Part } from '../part.js'
import type { Config } from './daemon.js'
import { ENDING } from './ending.js'
import { archiveParts, fromArchive, packagesOf, pinnedPart, type Source, type System, saysFrom, sourceOn } from './packages.js'
import type { DockerSpec } from './spec.js'

export interface DockerWanted {
  readonly via: Addr
  readonly says: string
  readonly source: Source
  /** Where Docker's own packages come from, and whose engine needs it. */
  readonly archive: ReadonlyArray<Part>
  readonly archived: ReadonlyArray<Source>
  readonly folders: ReadonlyArray<Part>
  readonly packages: { readonly [S in Source]: ReadonlyArray<Part<'package'>> }
  readonly unit: Part<'unit'>
  /** After the engine. */
  readonly rest: ReadonlyArray<Part>
  /** What the user says of daemon.json; what else we want depends on the engine's version. */
  readonly config: Config
  /** Our own part of daemon.json, so that a key that leaves the file leaves the engine. */
  readonly ours: string
  /** The folder that it is in. */
  readonly mine: string
  /** Who stops when the engine does. */
  readonly serves: ReadonlyArray<Addr>
}
const SECRET = { mode: '0600', owner: 'root', group: 'root' } as const
const FOLDER = { mode: '0755', owner: 'root', group: 'root' } as const

export const wantDocker = (self: Addr, spec: DockerSpec, facts: Facts): DockerWanted => {
  const { name, ssh } = environmentOf(facts)
  const via = vmOf(self)
  const system = systemOf(facts, via)
  const source = sourceOn(spec.packages, system)
  const mine = dockerFolder(name)
  return {
    via,
    says: saysFrom(spec.packages, system),
    source,
    archive: source === 'docker' ? archiveParts(system) : [],
    archived: fromArchive(system),
    folders: [pinnedPart(), { what: 'dir', path: '/etc/docker', ...FOLDER }, { what: 'dir', hold: 'own', path: mine, ...FOLDER }],
    packages: { docker: packaged('docker', system), distribution: packaged('distribution', system) },
    unit: { what: 'unit', name: 'docker.service', active: true, enabled: true },
    rest: [
      ...ENDING,
      ...(ssh.user === 'root' ? [] : [{ what: 'member', user: ssh.user, group: 'docker' } as const]),
      ...(Object.keys(spec.registries).length === 0 ? [] : [credentials(mine, spec.registries)]),
    ],
    config: { ...(spec.mirrors.length > 0 && { 'registry-mirrors': spec.mirrors }), ...spec.daemon },
    ours: `${mine}/daemon.json`,
    mine,
    serves: servedBy(facts),
  }
}

const packaged = (source: Source, system: System): ReadonlyArray<Part<'package'>> =>
  packagesOf(source, system).map(name => ({ what: 'package', name }))

const systemOf = (facts: Facts, via: Addr) =>
  (facts.find(({ fact, from }) => fact === 'reach' && from === via) as Reach | undefined)?.machine?.host ?? { os: 'debian', version: '13' }

/** For `docker --config`, read by root alone; compared where it lies. */
const credentials = (folder: string, registries: DockerSpec['registries']): Part<'file'> => ({
  what: 'file',
  hold: 'own',
  path: `${folder}/config.json`,
  content: [
    '{"auths":{',
    ...Object.keys(registries)
      .sort()
      .flatMap((host, index): ReadonlyArray<Exclude<Text, string>[number]> => {
        const { user, password } = registries[host] as DockerSpec['registries'][string]
        const head = `${index === 0 ? '' : ','}${JSON.stringify(host)}:{"username":${JSON.stringify(user)},"password":`
        return [head, { secret: password.secret, as: ['json'] }, '}']
      }),
    '}}\n',
  ],
  ...SECRET,
})
