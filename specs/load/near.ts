import { lstatSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** What the name of an environment file ends in. */
export const EXTENSIONS = ['.yaml', '.yml', '.toml', '.json'] as const
export type Extension = (typeof EXTENSIONS)[number]

const NAMES = EXTENSIONS.map(extension => `environment${extension}`)

/** The environment files of a folder or of the nearest one above it that has any. */
export const filesNear = (folder: string): { readonly here: string; readonly names: ReadonlyArray<string> } => {
  for (let here = resolve(folder); ; here = dirname(here)) {
    const names = NAMES.filter(name => isThere(join(here, name)))
    if (names.length > 0 || dirname(here) === here) return { here, names }
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
