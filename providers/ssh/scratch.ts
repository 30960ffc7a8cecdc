import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Another container may share the folder for such things, and has processes of its own. */
const processes = (): string => {
  try {
    return Number(/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? 0).toString(36)
  } catch {
    return '0'
  }
}

/** For this process alone and as long as it runs. What processes that were killed have left goes. */
export const scratchFolder = (at = tmpdir()): string => {
  const among = processes()
  const name = new RegExp(`^deployer-(\\d+)-${among}-\\w{6}$`)
  for (const one of readdirSync(at)) {
    const pid = name.exec(one)?.[1]
    if (pid !== undefined && !isAlive(Number(pid)) && isOurs(join(at, one))) rmSync(join(at, one), { recursive: true, force: true })
  }
  return mkdtempSync(join(at, `deployer-${process.pid}-${among}-`))
}

/** By which other programs of this machine can use a connection while it is open. */
export const socketIn = (folder: string): string => join(folder, 's')

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

const isOurs = (folder: string): boolean => {
  const seen = lstatSync(folder, { throwIfNoEntry: false })
  return seen?.isDirectory() === true && seen.uid === process.getuid?.()
}
