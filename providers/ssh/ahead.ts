import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { pinned } from './known-hosts.js'
import { english } from './programs.js'
import { editionOf, keepReached, type Reached, reachedLast } from './reached.js'
import { shellFor, sshArgs } from './target.js'

/** An ssh that is begun before anybody knows whether it is needed. */
export interface Ahead {
  readonly isBegun: boolean
  /** The one that was told exactly these words, while it runs; nobody else gets it. */
  take(words: ReadonlyArray<string>): ChildProcessWithoutNullStreams | undefined
  /** How the host was reached, for the next time; undefined: begin nothing then. */
  keep(reached: Reached | undefined): void
  /** Ends the one that nobody took. */
  drop(): void
}

/**
 * Goes the way by which the host of this file was reached last, while all else is still to be found out. Only to a host whose key is
 * pinned, for a file that has not changed. Nothing is sent before somebody asks for the same way.
 */
export const aheadFor = (file: string, folder: string): Ahead | undefined => {
  const edition = editionOf(file)
  if (edition === undefined) return undefined
  const [knownHosts, place] = [join(folder, 'known_hosts'), join(folder, 'reached.json')]
  const last = reachedLast(place, file, edition)
  let begun = last !== undefined && isPinned(knownHosts, last) ? begin(wordsFor(last, knownHosts)) : undefined
  return {
    isBegun: begun !== undefined,
    take: words => {
      if (begun === undefined || !isRunning(begun.ssh) || !isDeepStrictEqual(words, begun.words)) return undefined
      const { ssh } = begun
      begun = undefined
      return ssh
    },
    keep: reached => keepReached(place, file, edition, reached),
    drop: () => {
      if (begun !== undefined) end(begun.ssh)
      begun = undefined
    },
  }
}

const isPinned = (knownHosts: string, { name }: Reached): boolean => {
  try {
    return pinned(knownHosts, name).length > 0
  } catch {
    return false
  }
}

const wordsFor = ({ name, address, port, login, patience }: Reached, knownHosts: string): ReadonlyArray<string> => [
  ...sshArgs({ name, addresses: [address], login }, { address, port }, { knownHosts, isNew: false, patience }),
  shellFor(login),
]

/** Whoever takes it hears its errors; until then there is nobody to tell. */
const begin = (words: ReadonlyArray<string>) => {
  const ssh = spawn('ssh', words, { env: english(), detached: true, stdio: 'pipe' })
  for (const one of [ssh, ssh.stdin]) one.on('error', () => {})
  return { ssh, words }
}

const isRunning = ({ pid, exitCode, signalCode }: ChildProcess): boolean => pid !== undefined && exitCode === null && signalCode === null

/** With what it has begun itself to get there. */
const end = (ssh: ChildProcess): void => {
  if (isRunning(ssh)) process.kill(-(ssh.pid ?? 0), 'SIGTERM')
  for (const stream of ssh.stdio) stream?.destroy()
  ssh.unref()
}
