import { dirname, isAbsolute, relative } from 'node:path'
import type { PlanInput } from '../engine/plan/plan.js'
import { E } from '../specs/fp.js'
import type { Json } from '../specs/json.js'
import type { SecretReader } from '../state/index.js'
import type { Context } from './context.js'
import type { Opened } from './environment.js'
import { refsOf } from './secrets.js'

/** Where each secret comes from, the same on every computer that has the file; never its value, nor anything made of it. */
export const sourceOfSecret = (opened: Opened, { home }: Pick<Context, 'home'>): NonNullable<PlanInput['sourceOfSecret']> => {
  const refs = refsOf(opened)
  return name => {
    const from = refs.get(name)?.from
    if (from === undefined) return undefined
    if ('literal' in from) return 'literal'
    return ('file' in from ? { file: movable(from.file, dirname(opened.file), home) } : from) as Json
  }
}

/** As it would be written elsewhere: from the folder of the environment file, else from the home folder. */
const movable = (file: string, folder: string, home: string): string => {
  const [here, there] = [relative(folder, file), relative(home, file)]
  if (isInside(here)) return here
  return isInside(there) ? `~/${there}` : file
}
const isInside = (path: string): boolean => path !== '' && !path.startsWith('..') && !isAbsolute(path)

/** Generated secrets that were made before, and are used again. */
export const keptIn = (opened: Opened, secrets: SecretReader, standing: ReadonlyArray<string>): NonNullable<PlanInput['isKept']> => {
  const refs = refsOf(opened)
  const listed = secrets.list(opened.wish.environment)
  const sealed = E.isLeft(listed) ? [] : listed.right
  return name => {
    const from = refs.get(name)?.from
    if (from === undefined || !('generate' in from)) return false
    return standing.includes(name) || sealed.some(one => one.name === name && one.version === from.version)
  }
}
