import { dirname, join, resolve } from 'node:path'
import { type Ahead, aheadFor } from '../providers/ssh/ahead.js'
import { EXTENSIONS, filesNear } from '../specs/load/near.js'

/** First of all these look at the host. Those that then change it have more to say. */
export const LOOKING: ReadonlyArray<string | undefined> = ['plan', 'apply', 'destroy']
const CHANGING: ReadonlyArray<string | undefined> = ['apply', 'destroy']

/** As far as a glance at the words tells which file is meant. */
export const aheadOf = ([command, ...words]: ReadonlyArray<string>, cwd: string): Ahead | undefined => {
  if (!LOOKING.includes(command)) return undefined
  const named = words.map(word => word.replace(/^(--file=|-f=?)/, '')).find(word => EXTENSIONS.some(extension => word.endsWith(extension)))
  const { here, names } = filesNear(cwd)
  const [only, another] = names.map(name => join(here, name))
  const found = another === undefined ? only : undefined
  const file = named === undefined ? found : resolve(cwd, named)
  return file === undefined ? undefined : aheadFor(file, join(dirname(file), '.deployer'), { isShared: CHANGING.includes(command) })
}
