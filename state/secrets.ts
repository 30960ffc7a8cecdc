import { createHmac } from 'node:crypto'
import type { Fault } from '../specs/fault.js'
import { type Either, fail, need } from '../specs/fp.js'
import type { Json } from '../specs/json.js'
import { environmentOf } from './environment.js'
import { guarded } from './guarded.js'
import { type Key, type KeyEnv, loadKey } from './key.js'
import { jsonOf } from './memory.js'
import { type Belongs, randomText, seal, unseal } from './secret-box.js'
import { isoOf, type State } from './state.js'

/** A generated secret: `name` is its path in the environment file, such as `tracker.api.admin_token`. */
export interface SecretId {
  readonly environment: string
  readonly name: string
  readonly version: number
}

export interface SecretEntry {
  readonly name: string
  readonly version: number
  readonly made: string
}

export interface SecretReader {
  /** Never makes one. Undefined: it is still to be generated. SECRET_LOST when what uses it was applied already. */
  peek(id: SecretId): Either<Fault, string | undefined>
  /** By which a value is known again, and never guessed; undefined where nothing was sealed yet. */
  print(clear: string): Either<Fault, string | undefined>
  /** Names only. */
  list(environment: string): Either<Fault, ReadonlyArray<SecretEntry>>
}

export interface Secrets extends SecretReader {
  /** The one that is kept, else a new one of this many characters, sealed and on disk before it is returned. */
  generated(id: SecretId & { readonly length: number }): Either<Fault, string>
  /** Seals a value that was read back from a host, in place of what was there. */
  keep(id: SecretId, clear: string): Either<Fault, void>
  print(clear: string): Either<Fault, string>
}

/** Of a state that is only read. */
export const secretsIn = (state: State, env: KeyEnv): SecretReader => {
  const keys = keysOf(state, env)
  return {
    ...secretsOf(state, env),
    print: clear => guarded(state.place, () => (keys.isUsed() ? printOf(keys.existing(), clear) : undefined)),
  }
}

export const secretsOf = (state: State, env: KeyEnv): Secrets => {
  const keys = keysOf(state, env)

  const peek = (id: SecretId): string | undefined => {
    const sealed = sealedAt(state, id)
    if (sealed !== undefined) return opened(keys.existing(), id, sealed)
    if (wasApplied(state, id)) need(fail({ code: 'SECRET_LOST', secret: id.name }))
    return undefined
  }

  /** Looked up once more inside the transaction: another process may have made it meanwhile. */
  const made = (id: SecretId, clear: string): string =>
    keys.sealing(key => {
      const sealed = sealedAt(state, id)
      if (sealed !== undefined) return opened(key, id, sealed)
      put(state, key, id, clear)
      return clear
    })

  return {
    peek: id => guarded(state.place, () => peek(id)),
    generated: ({ length, ...id }) => guarded(state.place, () => peek(id) ?? made(id, randomText(length))),
    keep: (id, clear) => guarded(state.place, () => keys.sealing(key => put(state, key, id, clear))),
    print: clear => guarded(state.place, () => keys.sealing(key => printOf(key, clear))),
    list: environment => guarded(state.place, () => listed(state, environment)),
  }
}

const printOf = ({ key }: Key, clear: string): string =>
  createHmac('sha256', key).update('print\0').update(clear).digest('hex').slice(0, 32)

const belongs = ({ environment, name, version }: SecretId): Belongs => [environment, name, version]

const opened = ({ key, from }: Key, id: SecretId, sealed: Buffer): string =>
  unseal(key, belongs(id), sealed) ?? need(fail({ code: 'KEY_WRONG', from }))

const sealedAt = ({ db }: State, { environment, name, version }: SecretId): Buffer | undefined =>
  db
    .prepare<[string, string, number], Buffer>('select sealed from secrets where environment = ? and name = ? and version = ?')
    .pluck()
    .get(environment, name, version)

const put = ({ db, now }: State, { key }: Key, id: SecretId, clear: string): void => {
  db.prepare(
    `insert into secrets (environment, name, version, sealed, made) values (?, ?, ?, ?, ?)
     on conflict do update set sealed = excluded.sealed, made = excluded.made`,
  ).run(id.environment, id.name, id.version, seal(key, belongs(id), clear), now())
}

const listed = ({ db }: State, environment: string): ReadonlyArray<SecretEntry> =>
  db
    .prepare<[string], { name: string; version: number; made: number }>(
      'select name, version, made from secrets where environment = ? order by name, version',
    )
    .all(environment)
    .map(({ name, version, made }) => ({ name, version, made: isoOf(made) }))

/** Sealed with the first key that a state is used with: what it does not open shows another key before that seals anything. */
const PROOF: Belongs = ['', 'proof of the key', 0]

const keysOf = (state: State, env: KeyEnv) => {
  const { db } = state
  let loaded: Key | undefined
  const proof = (): Buffer | undefined => db.prepare<[], Buffer>(`select value from meta where name = 'key'`).pluck().get()
  const load = (make: boolean): Key => {
    loaded ??= need(loadKey(env, make))
    return loaded
  }
  const proved = (key: Key): Key => {
    const box = proof()
    if (box === undefined) db.prepare(`insert into meta (name, value) values ('key', ?)`).run(seal(key.key, PROOF, ''))
    else if (unseal(key.key, PROOF, box) === undefined) need(fail({ code: 'KEY_WRONG', from: key.from }))
    return key
  }
  return {
    isUsed: (): boolean => proof() !== undefined,
    existing: () => load(false),
    sealing: <A>(body: (key: Key) => A): A => db.transaction(() => body(proved(load(proof() === undefined)))).immediate(),
  }
}

/** Whether the state remembers that the section of this secret was applied with exactly this generated version. */
const wasApplied = (state: State, { environment, name, version }: SecretId): boolean => {
  const known = environmentOf(state, environment)
  const dot = name.indexOf('.')
  if (known === undefined || dot < 0) return false
  const spec = state.db
    .prepare<[number, string], string>('select spec from resources where environment = ? and addr = ?')
    .pluck()
    .get(known.id, `${name.slice(0, dot)}.main`)
  return spec !== undefined && isGenerated(at(jsonOf(state.place, spec), name.slice(dot + 1)), version)
}

/** As a decoded spec refers to it: `{ secret: 'mysql.password', from: { generate: 32, version: 1 } }`. */
const isGenerated = (reference: Json | undefined, version: number): boolean =>
  isMapping(reference) && isMapping(reference.from) && reference.from.generate !== undefined && reference.from.version === version

/** Keys may hold dots themselves, as names of registries do, so each key is tried that the path could begin with. */
const at = (value: Json | undefined, path: string): Json | undefined => {
  if (path === '') return value
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    if (path === key) return inner
    const found = path.startsWith(`${key}.`) ? at(inner, path.slice(key.length + 1)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

const isMapping = (value: Json | undefined): value is { readonly [key: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
