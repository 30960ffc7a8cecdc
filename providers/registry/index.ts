import type { Fault } from '../../specs/fault.js'
import { E, type Either } from '../../specs/fp.js'
import { type Endpoint, endpointsOf, type Registries } from './endpoint.js'
import { digestAt, type Time } from './manifest.js'
import { referenceOf } from './reference.js'
import { Line } from './request.js'
import { Said, type Word } from './said.js'

export type { Login, Registries } from './endpoint.js'

/** What each image is pinned to, or why nobody could say. */
export type Digests = ReadonlyMap<string, Either<Fault, string>>

export interface Asking extends Time {
  /** Seconds until an endpoint counts as not answering. */
  readonly patience: number
}

/** Asks for all images side by side, and for each one endpoint after the other. */
export const digestsOf = async (images: ReadonlyArray<string>, registries: Registries, { patience, sleep }: Asking): Promise<Digests> => {
  const line = new Line(patience)
  try {
    return new Map(await Promise.all(images.map(async image => [image, await digestOf(image, registries, line, { sleep })] as const)))
  } finally {
    line.close()
  }
}

const digestOf = async (image: string, registries: Registries, line: Line, time: Time): Promise<Either<Fault, string>> => {
  const reference = referenceOf(image)
  const tried: Array<readonly [Endpoint, Said]> = []
  for (const endpoint of endpointsOf(image, registries)) {
    try {
      return E.right(await digestAt(endpoint, reference, line, time))
    } catch (cause) {
      if (!(cause instanceof Said)) throw cause
      tried.push([endpoint, cause])
    }
  }
  return E.left(faultOf(image, tried))
}

const CODES = {
  unknown: 'IMAGE_MISSING',
  refused: 'REGISTRY_REFUSED',
  silent: 'REGISTRY_UNREACHABLE',
  invalid: 'REGISTRY_INVALID',
} as const

/** The registry itself comes last and has the last word; a password that is not at hand is for whoever runs this to find. */
const faultOf = (image: string, tried: ReadonlyArray<readonly [Endpoint, Said]>): Fault => {
  const because = tried.flatMap(([, said]) => said.because ?? [])[0]
  if (because !== undefined) return because
  const word = tried.at(-1)?.[1].word as Exclude<Word, 'locked'>
  return { code: CODES[word], image, tried: tried.map(([{ at }, { why }]) => `${at}: ${why}`) }
}
