import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { pinned } from './known-hosts.js'
import { english } from './programs.js'
import { editionOf, keepReached, type Reached, reachedLast } from './reached.js'
import { scratchFolder, socketIn } from './scratch.js'
import { shellFor, sshArgs } from './target.js'

/** An ssh that was begun. `folder`: where its socket lies, for others that go the same way; it goes with whoever has it. */
export interface Begun {
  readonly ssh: ChildProcessWithoutNullStreams
  readonly folder?: string
}

/** An ssh that is begun before anybody knows whether it is needed. */
export interface Ahead {
  readonly isBegun: boolean
  /** What is begun can carry more than one script. */
  readonly isShared: boolean
  /** The one that was told exactly these words, while it runs; nobody else gets it. */
  take(wordsOver: (socket: string | undefined) => ReadonlyArray<string>): Begun | undefined
  /** How the host was reached, for the next time; undefined: begin nothing then. */
  keep(reached: Reached | undefined): void
  /** Ends the one that nobody took. */
  drop(): void
}

/**
 * Goes the way by which the host of this file was reached last, while all else is still to be found out. Only to a host whose key is
 * pinned, for a file that says of its machine what it said. Nothing is sent before somebody asks for the same way.
 */
export const aheadFor = (file: string, folder: string, { isShared = false }: { readonly isShared?: boolean } = {}): Ahead | undefined => {
  const edition = editionOf(file)
  if (edition === undefined) return undefined
  const [knownHosts, place] = [join(folder, 'known_hosts'), join(folder, 'reached.json')]
  const last = reachedLast(place, file, edition)
  let begun = last !== undefined && isPinned(knownHosts, last) ? begin(last, knownHosts, isShared) : undefined
  return {
    isBegun: begun !== undefined,
    isShared,
    take: wordsOver => {
      if (begun === undefined) return undefined
      const { folder: scratch } = begun
      if (!isFor(wordsOver(scratch === undefined ? undefined : socketIn(scratch)), begun)) return undefined
      const taken = begun
      begun = undefined
      return taken
    },
    keep: reached => keepReached(place, file, edition, reached),
    drop: () => {
      if (begun !== undefined) end(begun, last?.name ?? '')
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

/** Whoever takes it hears its errors; until then there is nobody to tell. */
const begin = ({ name, address, port, login, patience }: Reached, knownHosts: string, isShared: boolean): Waiting => {
  const folder = isShared ? scratchFolder() : undefined
  const socket = folder === undefined ? undefined : socketIn(folder)
  const target = { name, addresses: [address], login }
  const words = [...sshArgs(target, { address, port }, { knownHosts, isNew: false, patience }, socket), shellFor(login)]
  return { ...waitingFor(words), ...(folder !== undefined && { folder }) }
}

/** An ssh that has been told nothing, and for whom. */
export interface Waiting extends Begun {
  readonly words: ReadonlyArray<string>
}

export const waitingFor = (words: ReadonlyArray<string>): Waiting => {
  const ssh = spawn('ssh', words, { env: english(), detached: true, stdio: 'pipe' })
  for (const one of [ssh, ssh.stdin]) one.on('error', () => {})
  return { ssh, words }
}

/** While it runs. */
export const isFor = (words: ReadonlyArray<string>, one: Waiting): boolean => isRunning(one.ssh) && isDeepStrictEqual(words, one.words)

const isRunning = ({ pid, exitCode, signalCode }: ChildProcess): boolean => pid !== undefined && exitCode === null && signalCode === null

/** With what it has begun itself to get there. One that is shared may have left our group by now. */
export const end = ({ ssh, folder }: Begun, name: string): void => {
  if (isRunning(ssh)) process.kill(-(ssh.pid ?? 0), 'SIGTERM')
  for (const stream of ssh.stdio) stream?.destroy()
  ssh.unref()
  if (folder === undefined) return
  const socket = socketIn(folder)
  if (existsSync(socket)) spawnSync('ssh', ['-o', `ControlPath=${socket}`, '-O', 'exit', '--', name], { stdio: 'ignore' })
  rmSync(folder, { recursive: true, force: true })
}
