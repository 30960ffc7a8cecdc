import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { release } from '../../scripts/bundle.js'
import { MIRROR } from './ground.js'

const BUILDS = resolve('node_modules')
const LONGEST_S = 600

export interface Said {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
}

/** A command that goes on. */
export interface Started {
  readonly pid: number
  readonly ended: Promise<Said>
  /** Until what it has said so far, on either stream, holds this; a failure when it ends without. */
  said(pattern: RegExp): Promise<void>
  type(text: string): void
  kill(signal: NodeJS.Signals): void
}

/** A user in a folder of theirs, with an environment file there. */
export interface Desk {
  readonly folder: string
  write(environment: object): void
  start(args: ReadonlyArray<string>, how?: { readonly terminal?: boolean }): Started
  run(...args: ReadonlyArray<string>): Promise<Said>
  /** All that was logged so far. */
  log(): string
  /** Until something new in the log matches. */
  logged(pattern: RegExp, seconds?: number): Promise<void>
  remove(): void
}

/** The program as it is released, built apart, so that nobody who builds meanwhile is in its way. */
export const builtCli = async (): Promise<string> => {
  for (const name of readdirSync(BUILDS)) if (isLeftBehind(name)) clear(join(BUILDS, name))
  const folder = join(BUILDS, `.cli-${process.pid}`)
  await release(folder)
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'deployer.js')
}

const isLeftBehind = (name: string): boolean => {
  const pid = /^\.cli-(\d+)$/.exec(name)?.[1]
  return pid !== undefined && (Number(pid) === process.pid || !existsSync(`/proc/${pid}`))
}

/** What a test that was killed had started goes on by itself. */
const clear = (folder: string): void => {
  for (const pid of readdirSync('/proc')) if (/^\d+$/.test(pid) && isOf(pid, folder)) process.kill(Number(pid), 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}

const isOf = (pid: string, folder: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(join(folder, 'deployer.js'))
  } catch {
    return false
  }
}

/** Hosts get the tracker from the lab's own registry, whatever the test is about. */
const MIRRORED = { DEPLOYER__DOCKER__MIRRORS: `["${MIRROR}"]` }

export const deskOf = (cli: string, environment: object, env: { readonly [name: string]: string } = {}): Desk => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-desk-'))
  const write = (what: object): void => writeFileSync(join(folder, 'environment.yaml'), `${JSON.stringify(what, undefined, 2)}\n`)
  write(environment)
  const start: Desk['start'] = (args, { terminal = false } = {}) => {
    const words = [process.execPath, cli, ...args]
    const argv = terminal ? ['script', '-qefc', words.map(quoted).join(' '), '/dev/null'] : words
    return started(argv, { cwd: folder, env: { ...process.env, NO_COLOR: '1', ...MIRRORED, ...env }, terminal })
  }
  const log = (): string => {
    const file = join(folder, '.deployer', 'deployer.log')
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }
  const logged: Desk['logged'] = async (pattern, seconds = 300) => {
    const from = log().length
    const until = performance.now() + seconds * 1000
    while (!pattern.test(log().slice(from))) {
      if (performance.now() > until) throw new Error(`nothing like ${pattern} was logged in ${seconds} s:\n${log().slice(from)}`)
      await sleep(5)
    }
  }
  return {
    folder,
    write,
    start,
    run: (...args) => start(args).ended,
    log,
    logged,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

const started = (
  [command = '', ...args]: ReadonlyArray<string>,
  { terminal, ...where }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly terminal: boolean },
): Started => {
  const began = performance.now()
  const child = spawn(command, args, { ...where, timeout: LONGEST_S * 1000, killSignal: 'SIGKILL' })
  const said = { stdout: '', stderr: '' }
  const heard = new Set<() => void>()
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      said[stream] += chunk.toString()
      for (const hear of heard) hear()
    })
  }
  child.stdin.on('error', () => undefined)
  const ended = new Promise<Said>((settle, fail) => {
    child.on('error', fail)
    const end = (code: number | null, signal: NodeJS.Signals | null): void =>
      settle({ code, signal, ...said, seconds: (performance.now() - began) / 1000 })
    child.on('close', end)
    // A killed program leaves ssh behind, which may hold its streams open.
    child.on('exit', (code, signal) => void (signal !== null && end(code, signal)))
  })
  if (!terminal) child.stdin.end()
  return {
    pid: child.pid ?? 0,
    ended,
    type: text => void child.stdin.write(text),
    kill: signal => void child.kill(signal),
    said: pattern =>
      new Promise((settle, fail) => {
        const hear = (): void => {
          if (!pattern.test(said.stdout + said.stderr)) return
          heard.delete(hear)
          settle()
        }
        heard.add(hear)
        hear()
        void ended.then(end => (heard.has(hear) ? fail(new Error(`it ended without ${pattern}: ${told(end)}`)) : undefined))
      }),
  }
}

/** All that a person would have seen, for the message of a failed assertion. */
export const told = ({ code, signal, stdout, stderr }: Said): string => `exit ${code ?? signal}\n${stdout}${stderr}`
