import { mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault } from '../../specs/fault.js'
import { type Attempt, E } from '../../specs/fp.js'
import { enveloped } from '../remote/envelope.js'
import { isElsewhere, sshFault } from './fault.js'
import { shellFor, sshArgs, type Target, type Trust, type Way, waysTo } from './target.js'

export interface Asking {
  /** Standard output as it comes. */
  readonly on?: (text: string) => void
  /** A connection of its own, to this port alone. */
  readonly fresh?: number
  /** Root, unless told. */
  readonly as?: 'login' | 'root'
}

/** Runs scripts on one host, over one connection that is kept open. */
export interface Connection {
  /** What the script printed; its own exit code is of no interest, since a script says itself whether it came to its end. */
  run(script: string, asking?: Asking): Attempt<string>
  /** The way that worked last. */
  way(): Way | undefined
  /** By which other programs of this machine can use it while it is open. */
  socket(): string
  close(): Promise<void>
}

/** What ssh prints is read. */
const ENGLISH = { ...process.env, LC_ALL: 'C' }

export const connectionTo = (target: Target, trust: Trust): Connection => {
  let folder: string | undefined
  let worked: Way | undefined

  const socket = (): string => {
    folder ??= mkdtempSync(join(tmpdir(), 'deployer-'))
    return join(folder, 's')
  }

  const once = async (script: string, way: Way, { on, fresh, as }: Asking): Promise<E.Either<Fault, string>> => {
    const { $ } = await import('zx/core')
    const args = sshArgs(target, way, trust, fresh === undefined ? socket() : undefined)
    const running = $({
      env: ENGLISH,
      input: enveloped(script),
      nothrow: true,
      quiet: true,
      prefix: '',
      postfix: '',
    })`exec ssh ${[...args, shellFor(target.login, as)]}`
    if (on !== undefined) running.stdout.on('data', (chunk: Buffer) => on(chunk.toString('utf8')))
    const { exitCode, stdout, stderr } = await running
    if (exitCode === 0) return E.right(stdout)
    return E.left(await lockedKey(sshFault({ code: exitCode, stderr }, target, way, trust), target))
  }

  const run =
    (script: string, asking: Asking = {}): Attempt<string> =>
    async () => {
      const ways = worked === undefined ? waysTo(target) : [worked]
      const tried = asking.fresh === undefined ? ways : target.addresses.map(address => ({ address, port: asking.fresh ?? 22 }))
      let first: E.Either<Fault, string> | undefined
      for (const way of tried) {
        const ended = await once(script, way, asking)
        if (E.isRight(ended) && asking.fresh === undefined) worked = way
        if (E.isRight(ended)) return ended
        first ??= ended
        if (!isElsewhere(ended.left)) return ended
      }
      if (asking.fresh === undefined) worked = undefined
      return first ?? E.left({ code: 'UNREACHABLE', host: target.name, why: 'it has no address' })
    }

  return {
    run,
    way: () => worked,
    socket,
    close: async () => {
      if (folder === undefined) return
      if (worked !== undefined) {
        const { $ } = await import('zx/core')
        await $({ nothrow: true, quiet: true })`ssh -o ${`ControlPath=${join(folder, 's')}`} -O exit -- ${worked.address}`
      }
      rmSync(folder, { recursive: true, force: true })
      folder = undefined
      worked = undefined
    },
  }
}

/** ssh passes over a key with a passphrase in silence when nobody can be asked for it. */
const lockedKey = async (fault: Fault, { name, login }: Target): Promise<Fault> => {
  if (fault.code !== 'LOGIN_REFUSED' || login.key === undefined) return fault
  const { $ } = await import('zx/core')
  const { stderr } = await $({
    nothrow: true,
    quiet: true,
    input: '',
  })`ssh-keygen -y -P ${''} -f ${login.key.replace(/^~(?=\/)/, homedir())}`
  return /incorrect passphrase/.test(stderr) ? { code: 'LOGIN_KEY_LOCKED', host: name, key: login.key } : fault
}
