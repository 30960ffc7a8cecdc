import { join, resolve } from 'node:path'
import type { Fault } from '../fault.js'
import { E, type Either, fail } from '../fp.js'
import { filesNear } from './near.js'

/** The environment file of a folder or of the nearest one above it that has one. */
export const findFile = (folder: string): Either<Fault, string> => {
  const { here, names } = filesNear(folder)
  const [first, second] = names
  if (first === undefined) return fail({ code: 'FILE_MISSING', folder: resolve(folder) })
  return second === undefined ? E.right(join(here, first)) : fail({ code: 'FILE_AMBIGUOUS', folder: here, files: names })
}
