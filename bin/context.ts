import { constants, homedir, hostname, userInfo } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { isatty } from 'node:tty'
import type { Context } from '../cli/context.js'

/** The process itself, as commands see it. Its streams are opened when they are first used: that takes time. */
export const processContext = (ahead?: Context['ahead']): Context => ({
  ahead,
  get stdin() {
    return process.stdin
  },
  get stdout() {
    return process.stdout
  },
  get stderr() {
    return process.stderr
  },
  env: process.env,
  colorDepth: 1,
  cwd: process.cwd(),
  home: homedir(),
  isTerminal: { stdin: isatty(0), stdout: isatty(1), stderr: isatty(2) },
  get columns() {
    return process.stdout.columns ?? process.stderr.columns
  },
  get rows() {
    return process.stderr.rows ?? process.stdout.rows
  },
  get who() {
    return { user: userName(), host: hostname(), pid: process.pid }
  },
  now: Date.now,
  sleep: (ms, until) => sleep(ms, undefined, until && { signal: until }).catch(() => undefined),
  every,
  onInterrupt,
  attach,
  forgetTyped,
  exit: code => process.exit(code),
})

const MOMENT_MS = 20

/** Read, with nobody to take it. */
const forgetTyped = async (): Promise<void> => {
  if (!isatty(0)) return
  process.stdin.resume()
  await sleep(MOMENT_MS)
  process.stdin.pause()
}

/** A container may run us as a uid that has no name. */
const userName = (): string => {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}

const every = (ms: number, call: () => void): (() => void) => {
  const timer = setInterval(call, ms)
  return () => clearInterval(timer)
}

const onInterrupt = (heard: () => void): (() => void) => {
  process.on('SIGINT', heard)
  process.on('SIGTERM', heard)
  return () => {
    process.off('SIGINT', heard)
    process.off('SIGTERM', heard)
  }
}

/** Ctrl-C is the program's to hear: the terminal tells both of us. */
const attach: Context['attach'] = async ([program = '', ...args], { stdout, stderr } = {}) => {
  const { spawn } = await import('node:child_process')
  let heard: NodeJS.Signals | undefined
  const stay = (signal: NodeJS.Signals): void => {
    heard ??= signal
  }
  const passOn = (signal: NodeJS.Signals): void => {
    stay(signal)
    child.kill(signal)
  }
  process.on('SIGINT', stay)
  for (const signal of PASSED) process.on(signal, passOn)
  const child = spawn(program, args, { stdio: ['inherit', stdout ? 'pipe' : 'inherit', stderr ? 'pipe' : 'inherit'] })
  child.stdout?.on('data', stdout ?? (() => {}))
  child.stderr?.on('data', stderr ?? (() => {}))
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', (cause: NodeJS.ErrnoException) => (cause.code === 'ENOENT' ? resolve(undefined) : reject(cause)))
      child.on('close', (code, signal) => {
        const end = (): void => {
          const by = signal ?? (code === SSH ? heard : undefined)
          resolve(by === undefined ? (code ?? 0) : 128 + constants.signals[by])
        }
        // What the terminal told both of us may get to us after the end of the one who heard it first.
        if (code === SSH && heard === undefined) setTimeout(end, LATE_MS)
        else end()
      })
    })
  } finally {
    process.off('SIGINT', stay)
    for (const signal of PASSED) process.off(signal, passOn)
  }
}

/** So ssh ends for whatever reason of its own, a signal included. */
const SSH = 255
const LATE_MS = 20
const PASSED = ['SIGTERM', 'SIGHUP'] as const
