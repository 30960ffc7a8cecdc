import { isDeepStrictEqual } from 'node:util'
import type { Addr, Answers, Asks, Claim, Diff, Facts, Field, Held, Kind, Probe, Reach, Step, Text } from '../../engine/contract.js'
import { NONE } from '../../engine/diff.js'
import { environmentOf, servedBy } from '../facts.js'
import { counted, kind, presentOf } from '../kind.js'
import { vmOf } from '../names.js'
import { claimsOf, differing, fieldsOf, filesOf, isPresent, type Part, probesOf, readParts, type SeenParts, stepsOf } from '../part.js'
import { type Config, configFor, DAEMON_JSON, merged, notLoaded, parseConfig, renderConfig } from './daemon.js'
import { archiveParts, packagesOf, type Source, type System, saysFrom, sourceOn } from './packages.js'
import { DockerSpec } from './spec.js'

export interface DockerWanted {
  readonly via: Addr
  readonly says: string
  readonly source: Source
  /** Where Docker's own packages come from, when these are asked for. */
  readonly archive: ReadonlyArray<Part>
  readonly folders: ReadonlyArray<Part>
  readonly packages: { readonly [S in Source]: ReadonlyArray<Part<'package'>> }
  readonly unit: Part<'unit'>
  /** After the engine. */
  readonly rest: ReadonlyArray<Part>
  /** What the user says of daemon.json; what else we want depends on the engine's version. */
  readonly config: Config
  /** Our own part of daemon.json, so that a key that leaves the file leaves the engine. */
  readonly ours: string
  /** Who stops when the engine does. */
  readonly serves: ReadonlyArray<Addr>
}
export interface DockerSeen {
  readonly parts: SeenParts
  /** Whose engine is there: it stays, whatever is asked for, since another would push it out with all that runs on it. */
  readonly source?: Source
  readonly daemon?: string
  readonly before?: string
  readonly engine?: Asks['engine']
}

const ROOTED = { mode: '0644', owner: 'root', group: 'root' } as const
const SECRET = { mode: '0600', owner: 'root', group: 'root' } as const
const FOLDER = { mode: '0755', owner: 'root', group: 'root' } as const

export const folderOf = (environment: string): string => `/etc/docker/deployer-${environment}`

const want = (self: Addr, spec: DockerSpec, facts: Facts): DockerWanted => {
  const { name, ssh } = environmentOf(facts)
  const via = vmOf(self)
  const system = systemOf(facts, via)
  const source = sourceOn(spec.packages, system)
  const mine = folderOf(name)
  return {
    via,
    says: saysFrom(spec.packages, system),
    source,
    archive: source === 'docker' ? archiveParts(system) : [],
    folders: [
      { what: 'dir', path: '/etc/docker', ...FOLDER },
      { what: 'dir', hold: 'own', path: mine, ...FOLDER },
    ],
    packages: { docker: packaged('docker', system), distribution: packaged('distribution', system) },
    unit: { what: 'unit', name: 'docker.service', active: true, enabled: true },
    rest: [
      ...(ssh.user === 'root' ? [] : [{ what: 'member', user: ssh.user, group: 'docker' } as const]),
      ...(Object.keys(spec.registries).length === 0 ? [] : [credentials(mine, spec.registries)]),
    ],
    config: { ...(spec.mirrors.length > 0 && { 'registry-mirrors': spec.mirrors }), ...spec.daemon },
    ours: `${mine}/daemon.json`,
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

/** Whatever may be wanted of the host, whosever engine turns out to be there. */
const partsOf = ({ archive, folders, packages, unit, rest }: DockerWanted): ReadonlyArray<Part> => [
  ...archive,
  ...folders,
  ...packages.distribution,
  ...packages.docker,
  unit,
  ...rest,
]

const claims = (wanted: DockerWanted): ReadonlyArray<Claim> => {
  const { via, ours } = wanted
  return [
    ...claimsOf(via, partsOf(wanted)),
    { what: 'file', id: DAEMON_JSON, via, hold: 'share' },
    { what: 'file', id: ours, via, hold: 'own' },
    { what: 'engine', id: 'docker', via, hold: 'share' },
  ]
}

const engineAt = ({ via }: DockerWanted) => ({ ask: 'engine', key: 'docker', via }) as const
const fileAt = ({ via }: DockerWanted, key: string) => ({ ask: 'file', key, via }) as const

const probes = (wanted: DockerWanted): ReadonlyArray<Probe> => [
  ...probesOf(wanted.via, partsOf(wanted)),
  fileAt(wanted, DAEMON_JSON),
  fileAt(wanted, wanted.ours),
  engineAt(wanted),
]

const read = (wanted: DockerWanted, answers: Answers): DockerSeen => {
  const parts = readParts(wanted.via, partsOf(wanted), answers)
  const daemon = presentOf(answers.of(fileAt(wanted, DAEMON_JSON)))?.content
  const before = presentOf(answers.of(fileAt(wanted, wanted.ours)))?.content
  const engine = presentOf(answers.of(engineAt(wanted)))
  return {
    parts,
    ...sourceIn(parts),
    ...(daemon !== undefined && { daemon }),
    ...(before !== undefined && { before }),
    ...(engine && { engine }),
  }
}

const sourceIn = (parts: SeenParts): Pick<DockerSeen, 'source'> => {
  if (isPresent({ what: 'package', name: 'docker-ce' }, parts)) return { source: 'docker' }
  return isPresent({ what: 'package', name: 'docker.io' }, parts) ? { source: 'distribution' } : {}
}

interface Changes {
  readonly early: ReadonlyArray<Part>
  readonly engine: ReadonlyArray<Part>
  readonly late: ReadonlyArray<Part>
  /** All of daemon.json, and our part of it. */
  readonly config: Config
  readonly ours: Config
  readonly writes: boolean
  readonly records: boolean
  /** Keys that the engine runs without. */
  readonly loads: ReadonlyArray<string>
  readonly silent: boolean
}

/** Docker's own archive has no older engine for the systems that we know. */
const NEWEST = '28'

const changesOf = (wanted: DockerWanted, seen: DockerSeen | undefined): Changes => {
  const source = seen?.source ?? wanted.source
  const before = parseConfig(seen?.before)
  const ours = configFor(wanted.config, before, seen?.engine?.version ?? (source === 'docker' ? NEWEST : undefined))
  const config = merged(parseConfig(seen?.daemon), before, ours)
  return {
    early: differing([...(source === wanted.source ? wanted.archive : []), ...wanted.folders], seen?.parts),
    engine: differing([...wanted.packages[source], wanted.unit], seen?.parts),
    late: differing(wanted.rest, seen?.parts),
    config,
    ours,
    writes: seen?.daemon === undefined || !isDeepStrictEqual(parseConfig(seen.daemon), config),
    records: seen?.before !== renderConfig(ours),
    loads: seen?.engine === undefined ? [] : notLoaded(seen.engine.config, config, before),
    silent: seen?.engine === undefined,
  }
}

const diff = (wanted: DockerWanted, seen: DockerSeen | undefined): Diff => {
  const { early, engine, late, config, ours, writes, records, loads, silent } = changesOf(wanted, seen)
  const parts = [...early, ...engine, ...late]
  const fields: ReadonlyArray<Field> = [
    ...fieldsOf(parts, seen?.parts),
    ...loads.map(key => ({ name: `engine ${key}`, from: seen?.engine?.config[key], to: config[key] })),
    ...(silent ? [{ name: 'engine', from: 'down', to: 'running' }] : []),
  ]
  const files = [
    ...filesOf(parts, seen?.parts),
    ...(writes ? [{ path: DAEMON_JSON, ...(seen?.daemon !== undefined && { from: seen.daemon }), to: renderConfig(config) }] : []),
    ...(records ? [{ path: wanted.ours, ...(seen?.before !== undefined && { from: seen.before }), to: renderConfig(ours) }] : []),
  ]
  if (fields.length + files.length === 0) return NONE
  return { action: seen?.source === undefined ? 'create' : 'update', fields, files }
}

/** daemon.json comes before the engine that starts with it; with an engine there, writing and loading are one step. */
const steps = (wanted: DockerWanted, seen: DockerSeen | undefined): ReadonlyArray<Step> => {
  const { via } = wanted
  const { early, engine, late, config, ours, writes, records, loads, silent } = changesOf(wanted, seen)
  const content = renderConfig(config)
  return [
    ...stepsOf(via, early),
    ...(writes && silent ? [{ do: 'put', via, path: DAEMON_JSON, content, ...ROOTED } as const] : []),
    ...stepsOf(via, engine),
    ...(silent ? [{ do: 'unit', via, name: wanted.unit.name, again: 'restart', done: engineAt(wanted) } as const] : []),
    ...(!silent && (writes || loads.length > 0) ? [{ do: 'engine config', via, path: DAEMON_JSON, content, config } as const] : []),
    ...(records ? [{ do: 'put', via, path: wanted.ours, content: renderConfig(ours), ...ROOTED } as const] : []),
    ...stepsOf(via, late),
  ]
}

/** With live-restore in force containers outlive their engine. */
const impact = ({ serves }: DockerWanted, diff: Diff) => {
  if (diff.action !== 'update') return { stops: [] }
  const restarts = diff.files.some(({ path }) => path === DAEMON_JSON) || diff.fields.some(({ name }) => name.startsWith('engine '))
  const unguarded = diff.fields.some(({ name, from }) => name === 'engine live-restore' && from !== true)
  if (unguarded && serves.length > 0) return { stops: serves, seconds: 10, effect: 'restarts the engine and its containers' }
  return { stops: [], ...(restarts && { effect: 'restarts the engine; containers go on' }) }
}

const losing = (held: ReadonlyArray<Held>) => {
  const gone = held.filter(({ what, before }) => what === 'package' && before === 'absent').length
  return { stops: [], sentence: gone === 0 ? 'stays, with its configuration as it was before' : `${counted(gone, 'package')} removed` }
}

export const docker: Kind<DockerSpec, DockerWanted, DockerSeen> = kind({
  kind: 'docker',
  after: ['vm'],
  codec: DockerSpec,
  offers: self => [
    { fact: 'reach', from: self, through: vmOf(self) },
    { fact: 'engine', from: self, host: vmOf(self) },
  ],
  want,
  sentence: ({ says }) => says,
  claims,
  probes,
  read,
  diff,
  steps,
  impact,
  losing,
  foreign: (wanted, answers) => {
    const { source } = read(wanted, answers)
    return source === undefined || source === wanted.source
      ? []
      : [`engine is ${source === 'docker' ? "Docker's own" : "the distribution's"}, not the one asked for`]
  },
  checks: wanted => [{ says: 'the engine answers', probe: engineAt(wanted), expect: {} }],
})
