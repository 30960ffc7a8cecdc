import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncFolder } from './place.js'

/**
 * Written whole under another name and linked into place: a crash leaves no half of a file, and of two makers one wins
 * while the other finds the winner's. Readable by us alone from its first byte.
 */
export const makeOnce = (file: string, content: string | Buffer): void => {
  const unfinished = `${file}.new-${randomBytes(6).toString('hex')}`
  try {
    writeWhole(unfinished, content)
    linkSync(unfinished, file)
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'EEXIST') throw cause
  } finally {
    rmSync(unfinished, { force: true })
  }
  syncFolder(dirname(file))
}

const writeWhole = (path: string, content: string | Buffer): void => {
  const handle = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(handle, content)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
