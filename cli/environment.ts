import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Memory } from '../engine/store.js'
import type { Wish } from '../engine/wish.js'
import { withServices } from '../resources/compose-stack/fragments.js'
import { decodeEnvironment, Environment } from '../resources/environment.js'
import { reachableOf } from '../resources/reachable.js'
import { wishOf } from '../resources/wish.js'
import { isRecord } from '../specs/codec.js'
import { resolver } from '../specs/file-path.js'
import { type Attempt, attempt, E, fail, need } from '../specs/fp.js'
import type { Issue, Path, Place } from '../specs/issue.js'
import type { Json } from '../specs/json.js'
import { findFile, loadSpec, readAny } from '../specs/load/index.js'
import { EXTENSIONS } from '../specs/load/near.js'
import type { Pins } from '../specs/pins.js'
import type { StateReader } from '../state/index.js'
import type { Context } from './context.js'
import { type Fragments, fragmentsOf } from './fragments.js'
import { type Keys, keysOf } from './keys.js'
import type { Prints } from './secret-prints.js'

/** An environment file, read and understood. */
export interface Opened {
  /** Absolute. */
  readonly file: string
  /** As a next command has to say it; undefined: it is found by itself. */
  readonly typed: string | undefined
  /** Where its state is. */
  readonly folder: string
  readonly environment: Environment
  readonly fragments: Fragments['fragments']
  /** The same without overrides, where there are any. */
  readonly without?: Environment
  /** What images were pinned to in the older run that this is of. */
  readonly pins?: Pins
  readonly wish: Wish
  /** Where a value stands in the file; nothing of an older run's. */
  readonly placeOf?: (path: Path) => Place
  /** Of the variables that override something, those with a secret in them. */
  readonly secretOverrides: ReadonlyArray<string>
  readonly warnings: ReadonlyArray<Issue>
  /** What a plan needs on this computer and the file can do without, as warnings. */
  readonly missing: ReadonlyArray<Issue>
}

/** The file that was typed, else the nearest one here or above. */
export const fileOf = ({ cwd }: Context, typed: string | undefined): Attempt<string> =>
  attempt(async () => {
    if (typed === undefined) return need(findFile(cwd))
    const file = resolve(cwd, typed)
    const meant = /^[a-z0-9-]+$/.test(typed) && !existsSync(file) ? await fileCalled(typed, cwd) : undefined
    return meant === undefined ? file : need(fail({ code: 'FILE_MISSING', file: typed, folder: cwd, meant }))
  })

/** For who types the name of an environment. */
const fileCalled = async (name: string, folder: string): Promise<string | undefined> => {
  const files = (await readdir(folder).catch(() => [])).filter(file => EXTENSIONS.some(extension => file.endsWith(extension)))
  for (const file of files) {
    const text = await readText(join(folder, file))()
    if (E.isRight(text) && nameIn(text.right) === name) return file
  }
  return undefined
}

/** `.deployer` beside the file: environments side by side share one. */
export const stateFolderOf = (file: string): string => join(dirname(file), '.deployer')

/** As people see a file from where they are. */
export const shownFile = ({ cwd }: Context, file: string): string => {
  const path = relative(cwd, file)
  return path.startsWith('..') ? file : path
}

export const openEnvironment = (context: Context, typed: string | undefined): Attempt<Opened> =>
  attempt(async () => {
    const file = await need(fileOf(context, typed))
    const { env, cwd, home } = context
    const loaded = await need(loadSpec({ file, codec: Environment, decode: decodeEnvironment, variables: env, cwd, home }))
    const keys = await need(allKeysOf(loaded.value, loaded.files[0] ?? file, loaded.placeOf))
    const fragments = await need(allFragmentsOf(loaded.value, { file: loaded.files[0] ?? file, cwd, placeOf: loaded.placeOf }))
    const wish = wishOf(loaded.value, {
      keys: keys.lines,
      overrides: loaded.overrides,
      fragments,
      ...(loaded.withoutOverrides === undefined ? {} : { without: loaded.withoutOverrides }),
    })
    return {
      file,
      typed,
      folder: stateFolderOf(file),
      environment: loaded.value,
      fragments,
      ...(loaded.withoutOverrides !== undefined && { without: loaded.withoutOverrides }),
      wish,
      placeOf: loaded.placeOf,
      secretOverrides: loaded.secretOverrides,
      warnings: loaded.issues,
      missing: keys.missing,
    }
  })

/** The same file's environment as it was specified in an older run. */
export const asItWas = (opened: Opened, spec: Json, { home }: Context): Attempt<Opened> =>
  attempt(async () => {
    const { value, issues } = decodeEnvironment(
      spec,
      resolver(() => dirname(opened.file), home),
    )
    if (value === undefined) return need(fail({ code: 'SPEC_INVALID', file: opened.file, issues }))
    const keys = await need(allKeysOf(value, opened.file))
    const fragments = fragmentsIn(spec)
    const { placeOf: _, ...rest } = opened
    return {
      ...rest,
      environment: value,
      fragments,
      pins: pinsIn(spec),
      wish: wishOf(value, { keys: keys.lines, overrides: [], fragments }),
      secretOverrides: [],
      warnings: [],
      missing: keys.missing,
    }
  })

const fragmentsIn = (spec: Json): Fragments['fragments'] => {
  const kept = isRecord(spec) ? spec[FRAGMENTS] : undefined
  return Array.isArray(kept) ? (kept as unknown as Fragments['fragments']) : []
}

/** What an older run made reachable; nothing where its spec is of another version. */
export const reachableIn = (spec: Json): ReadonlyArray<string> => {
  const { value } = decodeEnvironment(spec)
  return value === undefined ? [] : reachableOf(withServices(value, fragmentsIn(spec)))
}

/** Beside a spec that history keeps: a key that reading it passes over. */
const PINS = 'x-images'
/** Compose files as they were: by now they may say something else. */
const FRAGMENTS = 'x-include'

/** By which a secret's value is known again. */
const PRINTS = 'x-secrets'

interface Kept {
  readonly pins?: Pins
  readonly prints?: Prints
}

/** For history: complete, with secrets as references, and with what its images were pinned to. */
export const specOf = (
  { environment, fragments }: Pick<Opened, 'environment' | 'fragments'>,
  { pins = new Map(), prints = new Map() }: Kept = {},
): Json => ({
  ...(JSON.parse(JSON.stringify(Environment.encode(environment))) as { readonly [key: string]: Json }),
  ...(fragments.length > 0 && { [FRAGMENTS]: fragments.map(({ file, content }) => ({ file, content })) }),
  ...(pins.size > 0 && { [PINS]: Object.fromEntries(pins) }),
  ...(prints.size > 0 && { [PRINTS]: Object.fromEntries(prints) }),
})

/** What an older run's spec keeps of images. */
export const pinsIn = (spec: Json): Pins => wordsAt(spec, PINS)
export const printsIn = (spec: Json): Prints => wordsAt(spec, PRINTS)

const wordsAt = (spec: Json, key: string): ReadonlyMap<string, string> => {
  const words = isRecord(spec) ? spec[key] : undefined
  return new Map(isRecord(words) ? Object.entries(words).map(([name, word]) => [name, `${word}`]) : [])
}

const asWritten = (spec: Json): Json =>
  isRecord(spec) ? (Object.fromEntries(Object.entries(spec).filter(([key]) => key !== PINS && key !== PRINTS)) as Json) : spec

/** Without a key that the file names nothing can be said of who may log in. */
const allKeysOf = (environment: Environment, file: string, placeOf?: (path: Path) => Place): Attempt<Keys> =>
  attempt(async () => {
    const keys = await keysOf(environment, { read: readText, placeOf })
    return keys.broken.length > 0 ? need(fail({ code: 'SPEC_INVALID', file, issues: keys.broken })) : keys
  })

interface Where {
  readonly file: string
  readonly cwd: string
  readonly placeOf?: (path: Path) => Place
}

const allFragmentsOf = (environment: Environment, { file, ...where }: Where): Attempt<Fragments['fragments']> =>
  attempt(async () => {
    const { fragments, broken } = await fragmentsOf(environment, { read: readText, ...where })
    return broken.length > 0 ? need(fail({ code: 'SPEC_INVALID', file, issues: broken })) : fragments
  })

/** Of a file with a secret, a key or a saved plan. */
export const readText = (file: string, most?: number): Attempt<string> =>
  attempt(async () => need(readAny(file, most === undefined ? {} : { most })))

/** What a file calls its environment, as far as a glance tells: also of one that has mistakes. */
export const nameIn = (text: string): string | undefined => /^\s*"?name"?\s*[:=]\s*["']?([a-z0-9-]+)/m.exec(text)?.[1]

/** As the last run said it and did it, so that what is wanted differently comes from another build. */
export const saysTheSame = (state: StateReader, { lastRun }: Memory, opened: Opened): boolean => {
  if (lastRun?.outcome !== 'done') return false
  const said = state.runSpec(opened.wish.environment, lastRun.run)
  return E.isRight(said) && isDeepStrictEqual(asWritten(said.right), specOf(opened))
}
