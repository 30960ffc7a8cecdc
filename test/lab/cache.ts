import { mkdirSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'deployer-lab')

/** Outside the clone, so that every clone of one user shares it. */
export const cached = (name: string): string => join(folder, name)

export const makeCache = (): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

/** The lab's own key, what it knows of its hosts, and which daemon it started; images are kept for the next time. */
export const KEY = cached('key')
export const DAEMON = cached('daemon')
export const knownHostsOf = (host: string): string => cached(`known-${host}`)

export const forget = (...files: ReadonlyArray<string>): void => {
  for (const file of files) rmSync(file, { force: true })
}
