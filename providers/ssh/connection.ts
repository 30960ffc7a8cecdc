import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, E } from '../../specs/fp.js'
import { enveloped } from '../remote/envelope.js'
import { type Begun, end, isFor, type Waiting, waitingFor } from './ahead.js'
import { isFinal, mostTelling, sshFault } from './fault.js'
import { lastPort, notePort, pinned } from './known-hosts.js'
import { lockedKey } from './locked-key.js'
import { english, programs } from './programs.js'
import { scratchFolder, socketIn } from './scratch.js'
import { spokenBy, spokenUntil } from './spoken.js'
import { type Believed, shellFor, sshArgs, type Target, type Way, waysTo } from './target.js'
import { type Trust, trustFirst } from './trust.js'

export interface Asking {
  /** Standard output as it comes. */
  readonly on?: (text: string) => void
  /** A connection of its own, to this port alone. */
  readonly fresh?: number
  /** Root, unless told. */
  readonly as?: 'login' | 'root'
  /** Seconds without a word after which nothing more is expected. */
  readonly silence?: number
}

/** Runs scripts on one host, over one connection that is kept open. */
export interface Connection {
  /** What the script printed; its own exit code is of no interest, since a script says itself whether it came to its end. */
  run(script: string, asking?: Asking): Attempt<string>
  /** The way that worked last. */
  way(): Way | undefined
  /** What the host has to show. */
  believed(): Believed
  /** By which other programs of this machine can use it while it is open. */
  socket(): string
  close(): Promise<void>
}

/** A question may take longer than letting somebody in. */
const SILENCE = 6

const sshTold = async (words: ReadonlyArray<string>, input: string) => {
  const $ = await programs()
  const running = $({ env: english(), input })`exec ssh ${words}`
  // ssh that ends before it has read all says why by itself.
  running.stdin.on('error', () => {})
  return { child: running.child, spoken: running }
}

/** Who was begun ahead to be shared is not the last: what starts the others is made ready while it speaks. */
const told = async (input: string, begun: Begun | undefined, words: () => ReadonlyArray<string>) => {
  if (begun === undefined) return sshTold(words(), input)
  const spoken = spokenBy(begun.ssh, input)
  if (begun.folder !== undefined) void programs()
  return { child: begun.ssh, spoken }
}

export const connectionTo = (target: Target, trust: Trust): Connection => {
  const { knownHosts, patience, ahead, traceless = false } = trust
  let folder: string | undefined
  let worked: Way | undefined
  /** One that was begun ahead for one script carries no more; who has more keeps a connection, and begins none ahead the next time. */
  let keeps = ahead?.isBegun !== true || ahead.isShared
  let scripts = 0
  /** The shell for what comes after the first look: while it is being decided it becomes root, and waits. */
  let next: Waiting | undefined

  const scratch = (): string => {
    folder ??= scratchFolder()
    return folder
  }
  const inFolder = (name: string): string => join(scratch(), name)
  const socket = (): string => socketIn(scratch())
  const isPinned = (): boolean => pinned(knownHosts, target.name).length > 0
  const believed = (): Believed => {
    const file = isPinned() ? knownHosts : inFolder('seen')
    return { knownHosts: file, isNew: pinned(file, target.name).length === 0, patience }
  }

  const once = async (script: string, way: Way, asking: Asking): Promise<E.Either<Fault, string>> => {
    const { on, fresh, as, silence = SILENCE * patience } = asking
    const { isNew, ...known } = believed()
    const wordsOver = (control: string | undefined) => [...sshArgs(target, way, { isNew, ...known }, control), shellFor(target.login, as)]
    const first = fresh === undefined && folder === undefined ? ahead?.take(wordsOver) : undefined
    folder = first?.folder ?? folder
    const control = fresh === undefined && keeps ? socket() : undefined
    /** One that is open already says nothing of the port that it came by. */
    const opens = control === undefined || first !== undefined || !existsSync(control)
    const begun = first ?? nextFor(() => wordsOver(control))
    const { child, spoken } = await told(enveloped(script), begun, () => wordsOver(control))
    const ended = await spokenUntil(child, spoken, { seconds: silence, on })
    if (ended === undefined) return E.left({ code: 'HOST_SILENT', host: target.name, seconds: silence })
    const { exitCode, stdout, stderr } = ended
    if (exitCode !== 0) {
      const fault = await lockedKey(sshFault({ code: exitCode, stderr }, target, way, trust), target)
      if (isNew) rmSync(inFolder('seen'), { force: true })
      return E.left(fault)
    }
    if (isNew) trustFirst(target.name, known.knownHosts, trust)
    if (opens && !traceless) notePort(knownHosts, target.name, way.port)
    if (first?.folder !== undefined) next = waitingFor(wordsOver(control))
    return E.right(stdout)
  }

  const nextFor = (words: () => ReadonlyArray<string>): Begun | undefined => {
    if (next === undefined || !isFor(words(), next)) return undefined
    const taken = next
    next = undefined
    return taken
  }

  /** A program that leads to the host says what is wrong only where the connection is not to be kept. */
  const alone = async (way: Way, first: E.Either<Fault, string>): Promise<E.Either<Fault, string>> => {
    const again = await once('true', way, { fresh: way.port })
    return E.isLeft(again) ? again : first
  }

  /** Where it was last, then everywhere else: it may have moved meanwhile. */
  const ways = (): ReadonlyArray<Way> => {
    const last = lastPort(knownHosts, target.name)
    const all = waysTo({ ...target, ...(last !== undefined && { lastPort: last }) })
    return worked === undefined ? all : [worked, ...all.filter(way => way.port !== worked?.port || way.address !== worked.address)]
  }

  const run =
    (script: string, asking: Asking = {}): Attempt<string> =>
    async () => {
      const { fresh } = asking
      const tried = fresh === undefined ? ways() : target.addresses.map(address => ({ address, port: fresh }))
      const faults: Array<Fault> = []
      for (const way of tried) {
        const first = await once(script, way, asking)
        const ended = E.isLeft(first) && first.left.code === 'HOST_WAY_BROKEN' && fresh === undefined ? await alone(way, first) : first
        if (E.isRight(ended)) {
          if (fresh === undefined) {
            worked = way
            keeps = true
            scripts++
          }
          return ended
        }
        faults.push(ended.left)
        if (isFinal(ended.left, isPinned())) break
      }
      if (fresh === undefined) worked = undefined
      return E.left(mostTelling(faults) ?? { code: 'UNREACHABLE', host: target.name, why: 'it has no address' })
    }

  return {
    run,
    way: () => worked,
    believed,
    socket,
    close: async () => {
      if (worked !== undefined && !traceless) {
        const { name, login } = target
        ahead?.keep((scripts === 1 || ahead.isShared) && isPinned() ? { name, ...worked, login, patience } : undefined)
      }
      if (next !== undefined) end(next, target.name)
      next = undefined
      if (folder === undefined) return
      if (existsSync(socket())) {
        const $ = await programs()
        await $`ssh -o ${`ControlPath=${socket()}`} -O exit -- ${target.name}`
      }
      rmSync(folder, { recursive: true, force: true })
      folder = undefined
      worked = undefined
      scripts = 0
    },
  }
}
