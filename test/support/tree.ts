import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const MADE = ['.git', 'node_modules', 'dist', 'coverage', 'try', '.deployer']

const under = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return MADE.includes(entry.name) ? [] : under(path)
    return entry.isFile() ? [path] : []
  })

/** The folders of the program. */
export const ROOMS: ReadonlyArray<string> = ['bin', 'cli', 'resources', 'providers', 'state', 'engine', 'specs']

/** Every file of the repository, without what npm, builds and runs make. */
export const TREE: ReadonlyArray<string> = under('.').toSorted()

export const topOf = (file: string): string => file.split('/')[0] ?? file

export const textOf = (file: string): string => readFileSync(file, 'utf8')

/** TypeScript without its comments; strings stay, so `'http://x'` is none. */
export const codeOf = (file: string): string =>
  textOf(file).replace(
    /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_all, kept?: string) => kept ?? '',
  )

export interface Import {
  readonly file: string
  /** A package's name, `node:fs`, or a file of the tree. */
  readonly of: string
  readonly how: 'static' | 'type' | 'lazy'
  /** What is taken of it, by its own names; empty for all of it. */
  readonly names: ReadonlyArray<string>
}

const STATEMENT = /\b(?:import|export)\s+(type\s)?(?:([\w*{][^'"`;]*?)\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g

const targetOf = (file: string, name: string): string => {
  if (name.startsWith('.')) return normalize(join(dirname(file), name)).replace(/\.js$/, '.ts')
  if (name.startsWith('node:')) return name
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}

export const importsOf = (file: string): ReadonlyArray<Import> =>
  [...codeOf(file).matchAll(STATEMENT)].map(([, type, clause, named, lazy]) => ({
    file,
    of: targetOf(file, named ?? lazy ?? ''),
    names: clause?.startsWith('{') ? [...clause.matchAll(/(?:type\s+)?(\w+)(?:\s+as\s+\w+)?/g)].map(([, name]) => name ?? '') : [],
    how: lazy !== undefined ? 'lazy' : type !== undefined ? 'type' : 'static',
  }))
