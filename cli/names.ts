import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { E } from '../specs/fp.js'
import type { Context } from './context.js'
import { nameIn, readText, shownFile, stateFolderOf } from './environment.js'
import { readState } from './state.js'

/** Names of the environments that share a folder with a file, each with the file that has it. */
export const namesBeside = async (context: Context, file: string): Promise<ReadonlyMap<string, string>> => {
  const found = [...(await written(dirname(file))), ...remembered(context, file)]
  return new Map(found.filter(([, by]) => resolve(by) !== resolve(file)).map(([name, by]) => [name, shownFile(context, by)]))
}

const written = async (folder: string): Promise<ReadonlyArray<readonly [name: string, file: string]>> => {
  const files = (await readdir(folder).catch(() => [])).filter(name => /\.(ya?ml|toml|json)$/.test(name)).map(name => join(folder, name))
  const texts = await Promise.all(files.map(async file => [file, await readText(file)()] as const))
  return texts.flatMap(([file, text]) => {
    const name = E.isRight(text) && /^\s*\W?provider\b/m.test(text.right) ? nameIn(text.right) : undefined
    return name === undefined ? [] : [[name, file] as const]
  })
}

const remembered = (context: Context, file: string): ReadonlyArray<readonly [name: string, file: string]> => {
  const state = readState(context, stateFolderOf(file))
  if (E.isLeft(state)) return []
  try {
    const known = state.right.environments()
    return E.isRight(known) ? known.right.map(({ name, file: by }) => [name, by] as const) : []
  } finally {
    state.right.close()
  }
}

/** `demo`, else the first of `demo2`, `demo3` and so on that nobody has. */
export const freeName = (taken: ReadonlyMap<string, string>): string => {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? 'demo' : `demo${count}`
    if (!taken.has(name)) return name
  }
}
