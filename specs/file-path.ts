import { isAbsolute, join } from 'node:path'
import { BROKEN, type Codec, type Resolve, scalar, text } from './codec.js'
import type { Path } from './issue.js'

/** A file of this machine: `~` is the home folder, and other paths are relative to the file that says them. */
export const FilePath: Codec<string> = scalar(
  'file',
  'a path of a file',
  { type: 'string', minLength: 1, examples: ['~/.ssh/id_ed25519'] },
  (input, at) => {
    const written = text.read(input, at)
    if (written === BROKEN) return BROKEN
    if (written.includes('\0')) return at.error('VALUE_INVALID', 'not a path.', 'Expected one such as ~/.ssh/id_ed25519.')
    if (/^~[^/]/.test(written))
      return at.error('VALUE_INVALID', "another user's home is not looked up.", 'Write the whole path, or ~/ for your own.')
    if (/^\$/.test(written)) return at.error('VALUE_INVALID', 'starts with $, which is not expanded.', 'Write ~/ for your home folder.')
    return at.resolve(written)
  },
)

/** For `decode`: `folderOf` gives the folder of the file in which the value at a path stands. */
export const resolver =
  (folderOf: (path: Path) => string, home: string): Resolve =>
  (path, written) => {
    if (written === '~' || written.startsWith('~/')) return join(home, written.slice(1))
    return isAbsolute(written) ? written : join(folderOf(path), written)
  }
