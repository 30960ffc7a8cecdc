import type { Answers, Claim, Diff, Held, HostSeen, Kind, Probe, Step } from '../../engine/contract.js'
import type { Fault } from '../../specs/fault.js'
import { kind, presentOf } from '../kind.js'
import { vmOf } from '../names.js'
import { claimsOf, isPresent, type Part, probesOf, readParts, type SeenParts, stepsOf } from '../part.js'
import { unsupported } from '../systems.js'
import { changesOf, type DockerSeen, dockerDiff } from './changes.js'
import { DAEMON_JSON, renderConfig, troubleIn } from './daemon.js'
import { THEIR_SOURCES } from './packages.js'
import { DockerSpec } from './spec.js'
import { type DockerWanted, wantDocker } from './wanted.js'

export type { DockerSeen, DockerWanted }

const ROOTED = { mode: '0644', owner: 'root', group: 'root' } as const

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
  ...(wanted.archive.length === 0 ? [] : THEIR_SOURCES.map(path => fileAt(wanted, path))),
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
    ...(THEIR_SOURCES.some(path => answers.of(fileAt(wanted, path)).is === 'present') && { named: true }),
    ...(daemon !== undefined && { daemon }),
    ...(before !== undefined && { before }),
    ...(engine && { engine }),
  }
}

const sourceIn = (parts: SeenParts): Pick<DockerSeen, 'source'> => {
  if (isPresent({ what: 'package', name: 'docker-ce' }, parts)) return { source: 'docker' }
  return isPresent({ what: 'package', name: 'docker.io' }, parts) ? { source: 'distribution' } : {}
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
const impact = (wanted: DockerWanted, diff: Diff) => {
  const { serves } = wanted
  if (diff.action !== 'update') return { stops: [] }
  if (isNote(wanted, diff)) return { stops: [], effect: 'restarts nothing: the engine is as wanted, which is noted' }
  const restarts = diff.files.some(({ path }) => path === DAEMON_JSON) || diff.fields.some(({ name }) => name.startsWith('engine '))
  const unguarded = diff.fields.some(({ name, from }) => name === 'engine live-restore' && from !== true)
  if (unguarded && serves.length > 0) return { stops: serves, seconds: 10, effect: 'restarts the engine and its containers' }
  return { stops: [], ...(restarts && { effect: 'restarts the engine; containers go on' }) }
}

/** Another's engine is as we want it: all that is left is to say which of its settings are ours, too. */
const isNote = ({ ours, mine }: DockerWanted, { files, fields }: Exclude<Diff, { readonly action: 'none' }>): boolean =>
  files.every(({ path }) => path === ours) && fields.every(({ name }) => name === `dir ${mine}`)

/** A file that a person broke is theirs to mend. */
const refuses = (_: DockerWanted, seen: DockerSeen | undefined, on: HostSeen): Fault | undefined => {
  const trouble = troubleIn(seen?.daemon ?? '')
  return unsupported(on) ?? (trouble && { code: 'HOST_FILE_INVALID', host: on.name, file: DAEMON_JSON, ...trouble })
}

/** Packages of either source are held, and those that were not chosen never came: one that was there before tells whose engine it is. */
const losing = (held: ReadonlyArray<Held>) => {
  if (!held.some(({ what }) => what === 'package')) return { stops: [], sentence: 'settings of its own as before' }
  const isTheirs = held.every(({ what, before }) => what !== 'package' || before === 'present') || held.some(isEngineOfBefore)
  const sentence = isTheirs
    ? 'stays, with its configuration as it was before'
    : 'engine and compose removed; volumes and containers stay in /var/lib/docker'
  return { stops: [], sentence }
}

const isEngineOfBefore = ({ what, id, before }: Held): boolean =>
  what === 'package' && (id === 'docker.io' || id === 'docker-ce') && before === 'present'

export const docker: Kind<DockerSpec, DockerWanted, DockerSeen> = kind({
  kind: 'docker',
  after: ['vm'],
  codec: DockerSpec,
  offers: (self, { registries }) => [
    { fact: 'reach', from: self, through: vmOf(self) },
    { fact: 'engine', from: self, host: vmOf(self), ...(Object.keys(registries).length > 0 && { login: true }) },
  ],
  want: wantDocker,
  sentence: ({ says }) => says,
  claims,
  probes,
  read,
  diff: dockerDiff,
  steps,
  impact,
  losing,
  refuses,
  foreign: (wanted, answers) => {
    const { source } = read(wanted, answers)
    return source === undefined || source === wanted.source
      ? []
      : [`engine is ${source === 'docker' ? "Docker's own" : "the distribution's"}, not the one asked for`]
  },
  detail: ({ says }, { engine }) =>
    engine === undefined
      ? { says }
      : { says: `engine ${engine.version}, compose ${engine.compose}`, data: { engine: engine.version, compose: engine.compose } },
  checks: wanted => [{ says: 'the engine answers', probe: engineAt(wanted), expect: {}, from: 'host' }],
})
