import type { Journal, Memory, Remembered, RunStart } from '../engine/store.js'
import type { Fault } from '../specs/fault.js'
import { E, type Either, fail, pipe } from '../specs/fp.js'
import type { Json } from '../specs/json.js'
import { backUp } from './backup.js'
import { type Entry, type Environment, entriesOf, environmentsOf, historyOf, type Run, runSpecOf } from './history.js'
import type { KeyEnv } from './key.js'
import { type Claimant, type Lock, type Owner, takeLock, unlock } from './lock.js'
import { EMPTY, memoryOf } from './memory.js'
import { openForReading, openForWriting } from './open.js'
import { type Place, placeOf } from './place.js'
import { forget } from './remove.js'
import { type SecretReader, type Secrets, secretsIn, secretsOf } from './secrets.js'
import type { Caller, State } from './state.js'
import { type Verified, verify } from './verify.js'

export interface OpenOptions extends Caller {
  /** `.deployer` beside the environment file. */
  readonly folder: string
  readonly now: () => number
  /** Variables of the environment: where the key for secrets comes from. */
  readonly env: KeyEnv
  /** The name that an environment file has today; undefined when it cannot be told. */
  readonly nameOf?: (file: string) => string | undefined
}

/** What can be asked without changing anything, also while a run goes on. Without a state everything is empty. */
export interface StateReader {
  readonly file: string
  /** With `file` also: that no other environment file claims this name. */
  memory(environment: string, file?: string): Either<Fault, Memory>
  show(environment: string, addr: string): Either<Fault, Remembered>
  environments(): Either<Fault, ReadonlyArray<Environment>>
  history(environment?: string): Either<Fault, ReadonlyArray<Run>>
  runSpec(environment: string, run: number): Either<Fault, Json>
  entries(environment: string, run: number): Either<Fault, ReadonlyArray<Entry>>
  verify(): Either<Fault, Verified>
  readonly secrets: SecretReader
  /** The last one to close brings the log into the file. */
  close(): void
}

export interface Store extends StateReader {
  /** To plan and run under one lock. */
  lock(claimant: Claimant): Either<Fault, Lock>
  /** Lock, backup and start in one; `end` releases the lock. */
  begin(start: RunStart & Omit<Claimant, 'environment' | 'command'>): Either<Fault, Journal>
  unlock(environment: string): Either<Fault, Owner | undefined>
  /** Forgets a resource without touching the world; the path of the backup that was made before. */
  rm(environment: string, addr: string): Either<Fault, string>
  /** The path of the backup. */
  backup(): Either<Fault, string>
  readonly secrets: Secrets
}

export function openStore(options: OpenOptions & { readonly mode: 'read' }): Either<Fault, StateReader>
export function openStore(options: OpenOptions & { readonly mode?: 'write' }): Either<Fault, Store>
export function openStore(options: OpenOptions & { readonly mode?: 'read' | 'write' }): Either<Fault, StateReader> {
  const place = placeOf(options.folder)
  return options.mode === 'read' ? openReader(options, place) : openWriter(options, place)
}

const openWriter = (options: OpenOptions, place: Place): Either<Fault, Store> =>
  pipe(
    openForWriting(place, options.now),
    E.map(db => storeOn(stateOf(options, place, db), options.env)),
  )

const openReader = (options: OpenOptions, place: Place): Either<Fault, StateReader> =>
  pipe(
    openForReading(place),
    E.map(db => (db === undefined ? nothing(place) : readerOn(stateOf(options, place, db), options.env))),
  )

const stateOf = ({ host, user, pid, now, nameOf }: OpenOptions, place: Place, db: State['db']): State => ({
  db,
  place,
  now,
  caller: { host, user, pid },
  nameOf: nameOf ?? (() => undefined),
})

const readerOn = (state: State, env: KeyEnv): StateReader => ({
  file: state.place.file,
  memory: (environment, file) => memoryOf(state, environment, file),
  show: (environment, addr) =>
    pipe(
      memoryOf(state, environment),
      E.flatMap(memory => resourceIn(memory, addr)),
    ),
  environments: () => environmentsOf(state),
  history: environment => historyOf(state, environment),
  runSpec: (environment, run) => runSpecOf(state, environment, run),
  entries: (environment, run) => entriesOf(state, environment, run),
  verify: () => verify(state),
  secrets: secretsIn(state, env),
  close: () => state.db.close(),
})

/** A state is only made by what changes something; until then there is nothing to read. */
const nothing = (place: Place): StateReader => ({
  file: place.file,
  memory: () => E.right(EMPTY),
  show: (_environment, addr) => resourceIn(EMPTY, addr),
  environments: () => E.right([]),
  history: environment => (environment === undefined ? E.right([]) : unknown(environment)),
  runSpec: unknown,
  entries: unknown,
  verify: () => E.right({ file: place.file, format: 0, environments: 0, resources: 0, runs: 0, secrets: 0, backups: [] }),
  secrets: { peek: () => E.right(undefined), print: () => E.right(undefined), list: () => E.right([]) },
  close: () => undefined,
})

const unknown = (environment: string): Either<Fault, never> => fail({ code: 'ENVIRONMENT_UNKNOWN', environment, known: [] })

const resourceIn = ({ resources }: Memory, addr: string): Either<Fault, Remembered> => {
  const found = resources.find(one => one.addr === addr)
  return found === undefined ? fail({ code: 'ADDR_UNKNOWN', addr, known: resources.map(one => one.addr) }) : E.right(found)
}

export const storeOn = (state: State, env: KeyEnv): Store => ({
  ...readerOn(state, env),
  lock: claimant => takeLock(state, claimant),
  begin: start =>
    pipe(
      takeLock(state, start),
      E.flatMap(lock => begun(lock, start)),
    ),
  unlock: environment => unlock(state, environment),
  rm: (environment, addr) => forget(state, environment, addr),
  backup: () => backUp(state.db, state.place, state.now, 'by-hand'),
  secrets: secretsOf(state, env),
})

const begun = (lock: Lock, start: RunStart): Either<Fault, Journal> => {
  const journal = lock.begin(start)
  if (E.isLeft(journal)) lock.release()
  return journal
}
