import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

type Content = string | Buffer

/** Whoever reads it meets what was there before or all of this, also after a power cut. It has its mode from its first byte. */
export const replaceFile = (file: string, content: Content, mode = 0o600): void => beside(file, content, { mode, place: renameSync })

/** The same, and never over another: of two makers one wins, and the other finds the winner's. */
export const makeFile = (file: string, content: Content, mode = 0o600): void => beside(file, content, { mode, place: linkUnlessThere })

/** A new name in a folder outlives a power cut only when the folder is on disk as well. */
export const syncFolder = (folder: string): void => {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

interface Placing {
  readonly mode: number
  readonly place: (unfinished: string, file: string) => void
}

const beside = (file: string, content: Content, { mode, place }: Placing): void => {
  const unfinished = `${file}.new-${randomBytes(6).toString('hex')}`
  try {
    writeWhole(unfinished, content, mode)
    place(unfinished, file)
  } finally {
    rmSync(unfinished, { force: true })
  }
  syncFolder(dirname(file))
}

const writeWhole = (path: string, content: Content, mode: number): void => {
  const handle = openSync(path, 'wx', mode)
  try {
    writeFileSync(handle, content)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const linkUnlessThere = (unfinished: string, file: string): void => {
  try {
    linkSync(unfinished, file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  }
}
