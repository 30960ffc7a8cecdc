import type { Reveal } from '../engine/channel.js'
import type { PlanInput } from '../engine/plan/plan.js'
import type { Pin } from '../engine/plan-value.js'
import type { Wish } from '../engine/wish.js'
import { digestsFor, type Registries } from '../providers/images.js'
import type { Environment } from '../resources/environment.js'
import { EVERY_SECTION, imagesOf, withPins } from '../resources/pins.js'
import type { Fault } from '../specs/fault.js'
import { type Attempt, attempt, attemptNow, E, type Either, need } from '../specs/fp.js'
import type { Pins } from '../specs/pins.js'
import type { StateReader } from '../state/index.js'
import type { Context } from './context.js'
import { type Opened, pinsIn, shownFile } from './environment.js'
import { isShared, lockFileOf, readPins, writePins } from './lock-file.js'

/** What the images of an environment stand for, and what apply has to write down of that. */
export interface Pinning {
  readonly images: ReadonlyArray<string>
  readonly pins: Pins
  readonly planned: ReadonlyArray<Pin>
  readonly blocked: ReadonlyArray<Fault>
  /** All that the lock file has to say, where it says something else. */
  readonly lock?: Pins
}

export const NOTHING: Pinning = { images: [], pins: new Map(), planned: [], blocked: [] }

export interface Known {
  /** Look again for what is locked. */
  readonly upgrade?: boolean | undefined
  /** Of a plan that was saved, which says all that it changes. */
  readonly saved?: ReadonlyArray<Pin> | undefined
}

interface Finding extends Known {
  readonly context: Context
  readonly opened: Opened
  /** Asked for, and found: what was shown is what is done. */
  readonly found: Map<string, string>
  readonly reveal: Reveal
}

/** The lock file counts, and before it what an older run had, where a plan goes back to one; nobody is asked but for the rest. */
export const pinningOf = (finding: Finding): Attempt<Pinning> =>
  attempt(async () => {
    const { context, opened, found } = finding
    const { file, environment, wish, pins: then } = opened
    const lockFile = lockFileOf(file)
    const locked = need(readPins(lockFile, shownFile(context, lockFile)))
    const images = imagesOf(environment, { facts: wish.facts })
    const known = then === undefined ? pinsBefore(images, locked, finding) : first(images, then, locked)
    const unknown = images.filter(image => !known.has(image) && !found.has(image))
    const faults = await asked(unknown, finding)
    const told = first(images, known, found)
    const planned = images.flatMap(image => pinOf(image, told.get(image), locked.get(image)))
    const pins = first(images, told, locked)
    const next = then === undefined ? nextLock(pins, locked, opened) : locked
    return {
      images,
      pins,
      planned: then === undefined ? planned : planned.filter(({ digest }) => digest === undefined),
      blocked: faults,
      ...(!isSame(next, locked) && { lock: next }),
    }
  })

/** What a plan has to know of it: also what was locked in older runs. */
export const pinnedInput = (
  wish: Wish,
  pinning: Pinning,
  state: Pick<StateReader, 'runSpec'>,
): Pick<PlanInput, 'wish' | 'pins' | 'lockedIn'> => ({
  wish: withPins(wish, pinning.images, pinning.pins),
  pins: pinning,
  lockedIn: run => {
    const said = state.runSpec(wish.environment, run)
    const pins = E.isLeft(said) ? NOTHING.pins : pinsIn(said.right)
    return pins.size === 0 ? undefined : withPins(wish, pinning.images, pins).facts
  },
})

/** Writes the lock file, where it has to say something else. */
export const lockedBy = (lock: Pinning['lock'], context: Context, { file }: Opened): Either<Fault, boolean> =>
  attemptNow(() => {
    if (lock === undefined) return false
    const lockFile = lockFileOf(file)
    need(writePins(lockFile, shownFile(context, lockFile), lock))
    return true
  })

/** For whoever asks nobody: what the lock file says, and as it is written what that lacks. */
export const wishAsLocked = (context: Context, { file, environment, wish }: Opened): Either<Fault, Wish> =>
  attemptNow(() => {
    const lockFile = lockFileOf(file)
    return withPins(wish, imagesOf(environment, { facts: wish.facts }), need(readPins(lockFile, shownFile(context, lockFile))))
  })

const first = (images: ReadonlyArray<string>, ...sources: ReadonlyArray<Pins>): Pins =>
  new Map(
    images.flatMap(image => {
      const digest = sources.map(source => source.get(image)).find(one => one !== undefined)
      return digest === undefined ? [] : [[image, digest] as const]
    }),
  )

const pinOf = (image: string, digest: string | undefined, was: string | undefined): ReadonlyArray<Pin> =>
  digest !== undefined && digest === was ? [] : [{ image, ...(digest !== undefined && { digest }), ...(was !== undefined && { was }) }]

/** A saved plan says what it looked up, as long as the lock file still says what it said then. */
const pinsBefore = (images: ReadonlyArray<string>, locked: Pins, { saved, upgrade }: Known): Pins => {
  if (saved === undefined) return upgrade === true ? new Map() : first(images, locked)
  const agreed = saved.filter(({ image, was }) => was === locked.get(image))
  return first(images, new Map(agreed.flatMap(({ image, digest }) => (digest === undefined ? [] : [[image, digest] as const]))), locked)
}

/** What is used, and what would be used without overrides, by another version, or by the other file of this stem. */
const nextLock = (pins: Pins, locked: Pins, { environment, without, wish: { facts }, file }: Opened): Pins => {
  const named = new Set([environment, without].flatMap(one => (one === undefined ? [] : imagesOf(one, { handled: EVERY_SECTION, facts }))))
  const shared = isShared(file)
  return new Map([...[...locked].filter(([image]) => shared || named.has(image)), ...pins])
}

const isSame = (a: Pins, b: Pins): boolean => a.size === b.size && [...a].every(([image, digest]) => b.get(image) === digest)

/** Adds to what was found, and tells what could not be. */
const asked = async (images: ReadonlyArray<string>, { context, opened, found, reveal }: Finding): Promise<ReadonlyArray<Fault>> => {
  if (images.length === 0) return []
  const { environment } = opened
  const digests = await digestsFor(environment.provider, images, registriesOf(environment, reveal), {
    patience: SECONDS,
    sleep: context.sleep,
  })
  return [...digests].flatMap(([image, digest]) => {
    if (E.isLeft(digest)) return [{ code: 'IMAGE_UNPINNED', image, because: digest.left } as const]
    found.set(image, digest.right)
    return []
  })
}

const SECONDS = 5

const registriesOf = ({ docker }: Environment, reveal: Reveal): Registries => {
  const insecure = docker.daemon['insecure-registries']
  return {
    mirrors: docker.mirrors,
    logins: new Map(
      Object.entries(docker.registries).map(([host, { user, password }]) => [
        host,
        { user, password: reveal([{ secret: password.secret, as: [] }], '') },
      ]),
    ),
    insecure: Array.isArray(insecure) ? insecure.map(String) : [],
  }
}
