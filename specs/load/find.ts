import { lstatSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Fault } from '../fault.js'
import { E, type Either, fail } from '../fp.js'
import { FORMATS } from './format.js'

const NAMES = [...FORMATS.keys()].map(extension => `environment${extension}`)

/** The environment file of a folder or of the nearest one above it that has one. */
export const findFile = (folder: string): Either<Fault, string> => {
  const start = resolve(folder)
  for (let here = start; ; here = dirname(here)) {
    const files = NAMES.filter(name => isThere(join(here, name)))
    const [first, second] = files
    if (second !== undefined) return fail({ code: 'FILE_AMBIGUOUS', folder: here, files })
    if (first !== undefined) return E.right(join(here, first))
    if (dirname(here) === here) return fail({ code: 'FILE_MISSING', folder: start })
  }
}

/** A link that leads nowhere counts, so that it is reported and not passed over for a file further up. */
const isThere = (file: string): boolean => {
  try {
    return !lstatSync(file).isDirectory()
  } catch {
    return false
  }
}
