import { isDeepStrictEqual } from 'node:util'
import type { Asks, Diff, Field } from '../../engine/contract.js'
import { NONE } from '../../engine/diff.js'
import { differing, fieldsOf, filesOf, type Part, type SeenParts } from '../part.js'
import { type Config, configFor, DAEMON_JSON, merged, notLoaded, parseConfig, renderConfig } from './daemon.js'
import type { Source } from './packages.js'
import type { DockerWanted } from './wanted.js'

export interface DockerSeen {
  readonly parts: SeenParts
  /** Whose engine is there: it stays, whatever is asked for, since another would push it out with all that runs on it. */
  readonly source?: Source
  /** Somebody else named Docker's archive to apt. */
  readonly named?: true
  readonly daemon?: string
  readonly before?: string
  readonly engine?: Asks['engine']
}

/** What is to be changed, in the groups that steps are made of. */
export interface Changes {
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

export const changesOf = (wanted: DockerWanted, seen: DockerSeen | undefined): Changes => {
  const source = seen?.source ?? wanted.source
  const archives = wanted.archived.includes(source) && seen?.named !== true
  const before = parseConfig(seen?.before)
  const ours = configFor(wanted.config, before, seen?.engine?.version ?? (source === 'docker' ? NEWEST : undefined))
  const config = merged(parseConfig(seen?.daemon), before, ours)
  return {
    early: differing([...(archives ? wanted.archive : []), ...wanted.folders], seen?.parts),
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

export const dockerDiff = (wanted: DockerWanted, seen: DockerSeen | undefined): Diff => {
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
