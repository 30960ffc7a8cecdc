import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const NOBODY = 65_534

/** A child that tells JSON, a line each. Ended with `kill`, or by itself. */
export interface Child {
  readonly process: ChildProcess
  next(): Promise<unknown>
  /** All that it told and nobody has read, once it has ended. */
  rest(): Promise<ReadonlyArray<unknown>>
  kill(): Promise<void>
}

export const childOf = (script: string, args: ReadonlyArray<string>, { unprivileged = false } = {}): Child => {
  const nobody = unprivileged && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  const started = spawn(process.execPath, ['--import', 'tsx', script, ...args], { stdio: ['ignore', 'pipe', 'inherit'], ...nobody })
  const ended = once(started, 'close')
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    const { done, value } = await lines.next()
    return done ? undefined : parsed(value)
  }
  const rest = async (): Promise<ReadonlyArray<unknown>> => {
    const told: unknown[] = []
    for (let one = await next(); one !== undefined; one = await next()) told.push(one)
    await ended
    return told
  }
  const kill = async (): Promise<void> => {
    started.kill('SIGKILL')
    if (started.exitCode === null && started.signalCode === null) await once(started, 'exit')
  }
  return { process: started, next, rest, kill }
}

/** A line that a killed child did not finish was told to nobody. */
const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
