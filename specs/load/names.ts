import { isAbsolute, join, relative, resolve } from 'node:path'

/** A path as somebody wrote it in a file of this folder; `~` is the home of who runs this. */
export const pathFrom = (folder: string, written: string, home: string): string =>
  written === '~' || written.startsWith('~/') ? join(home, written.slice(1)) : resolve(folder, written)

/** A path in its shortest form that still works from here. */
export const shownFrom = (cwd: string, file: string): string => {
  const near = relative(cwd, file)
  return near !== '' && !isAbsolute(near) && near.length < file.length ? near : file
}
