import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Context } from './context.js'

/** The log file of the state folder: what was done, faults, retries. Every line passes the mask; no secret is ever in it. */
export interface Log {
  readonly mask: (text: string) => string
  /** From now on lines go to this folder's log; what was written before goes there first. */
  keepIn(folder: string): void
  /** From now on these secrets are hidden too. */
  hide(mask: (text: string) => string): void
  write(line: string): void
  /** Writes a line that must not be lost, wherever a log can be; says where. */
  insist(line: string): string | undefined
  close(): void
}

const LIMIT = 1024 * 1024
const KEPT = 3

export const makeLog = (context: Context): Log => {
  let mask = (text: string): string => text
  let opened: Opened | undefined
  let early: Array<string> = []

  const put = (line: string): void => {
    if (opened === undefined) early.push(line)
    else opened = append(opened, line)
  }
  const begin = (folder: string): void => {
    opened = open(join(folder, 'deployer.log'))
    if (opened === undefined) return
    const waiting = early
    early = []
    for (const line of waiting) put(line)
  }
  const write = (line: string): void => {
    const time = new Date(context.now()).toISOString()
    put(`${mask(line).replaceAll(/^/gm, `${time} ${context.who.pid} `)}\n`)
  }

  return {
    mask: text => mask(text),
    keepIn: folder => {
      if (opened === undefined) begin(folder)
    },
    hide: more => {
      const before = mask
      mask = text => more(before(text))
    },
    write,
    insist: line => {
      if (opened === undefined) begin(homeOf(context))
      write(line)
      return opened?.file
    },
    close: () => {
      if (opened !== undefined) closeSync(opened.fd)
      opened = undefined
    },
  }
}

interface Opened {
  readonly file: string
  readonly fd: number
  readonly bytes: number
}

/** A log that can't be written stops nobody: undefined. */
const open = (file: string): Opened | undefined => {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const fd = openSync(file, 'a', 0o600)
    return { file, fd, bytes: fstatSync(fd).size }
  } catch {
    return undefined
  }
}

const append = (log: Opened, line: string): Opened | undefined => {
  try {
    const bytes = log.bytes + writeSync(log.fd, line)
    return bytes < LIMIT ? { ...log, bytes } : rotated(log)
  } catch {
    return log
  }
}

const rotated = ({ file, fd }: Opened): Opened | undefined => {
  closeSync(fd)
  rmSync(`${file}.${KEPT}`, { force: true })
  for (let age = KEPT - 1; age >= 1; age -= 1) move(`${file}.${age}`, `${file}.${age + 1}`)
  move(file, `${file}.1`)
  return open(file)
}

const move = (from: string, to: string): void => {
  try {
    renameSync(from, to)
  } catch {
    // There is no log of that age yet.
  }
}

const homeOf = ({ env, home }: Context): string => join(env.XDG_STATE_HOME ?? join(home, '.local', 'state'), 'deployer')
