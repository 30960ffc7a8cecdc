import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a state lives: the folder `.deployer` beside the environment file. */
export interface Place {
  readonly folder: string
  readonly file: string
  readonly backups: string
}

export const placeOf = (folder: string): Place => ({ folder, file: join(folder, 'state.db'), backups: join(folder, 'backups') })

/** Ours alone, and never committed by accident. */
export const makeFolder = ({ folder }: Place): void => {
  makePrivate(folder)
  const ignore = join(folder, '.gitignore')
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n', { mode: 0o600 })
}

export const makePrivate = (folder: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  narrow(folder, 0o700)
}

/** A copy that somebody put back may be wider than what it replaces. Only its owner can narrow it. */
export const narrow = (path: string, mode: number): void => {
  const { mode: now, uid } = statSync(path)
  if ((now & 0o777 & ~mode) !== 0 && uid === process.getuid?.()) chmodSync(path, mode)
}

/** Names begin with their time, so that the order of names is the order of age. */
export const BACKUP = /^(\d{8}T\d{9}Z)-[a-z0-9-]+\.db$/

/** Oldest first. */
export const backupsAt = ({ backups }: Place): ReadonlyArray<string> =>
  existsSync(backups)
    ? readdirSync(backups)
        .filter(name => BACKUP.test(name))
        .sort()
        .map(name => join(backups, name))
    : []

export const newestBackup = (place: Place): string | undefined => {
  try {
    return backupsAt(place).at(-1)
  } catch {
    return undefined
  }
}
