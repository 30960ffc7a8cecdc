import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Context } from '../context.js'

/** Where a program is; undefined: nowhere on the path. */
export const pathOf = async (program: string, { env }: Pick<Context, 'env'>): Promise<string | undefined> => {
  const places = (env.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter).filter(folder => folder !== '')
  for (const folder of places) {
    const file = join(folder, program)
    if (await isAllowed(file, constants.X_OK)) return file
  }
  return undefined
}

export const isAllowed = (file: string, mode: number): Promise<boolean> =>
  access(file, mode).then(
    () => true,
    () => false,
  )

const SECONDS = 5

/** What it says on both streams, and whether it ended well. */
export const told = (
  argv: ReadonlyArray<string>,
  { env }: Pick<Context, 'env'>,
): Promise<{ readonly well: boolean; readonly text: string }> => {
  const [program = '', ...args] = argv
  const options = { env: { ...env, LC_ALL: 'C' }, timeout: SECONDS * 1000 }
  return new Promise(resolve => {
    const child = execFile(program, args, options, (error, stdout, stderr) => resolve({ well: error === null, text: `${stdout}${stderr}` }))
    child.stdin?.end()
  })
}
