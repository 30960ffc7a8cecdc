import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Context } from '../../cli/context.js'
import { main } from '../../cli/main.js'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Given {
  readonly cwd: string
  readonly env?: { readonly [name: string]: string }
  /** What a person types, one line a question; undefined: there is no terminal. */
  readonly typed?: ReadonlyArray<string>
  /** Of a terminal that shows the result. */
  readonly columns?: number
  /** Set to the function that acts as Ctrl-C. */
  readonly onListening?: (press: () => void) => void
  /** Hears what is written to stderr, as it is written. */
  readonly onProgress?: (text: string) => void
}

export const folder = (): string => mkdtempSync(join(tmpdir(), 'deployer-cli-'))

/** A process with nothing in it. */
export const contextIn = (cwd: string): Context => ({
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  env: {},
  colorDepth: 1,
  cwd,
  home: cwd,
  isTerminal: { stdin: false, stdout: false, stderr: false },
  columns: undefined,
  rows: undefined,
  who: { user: 'ann', host: 'desk', pid: process.pid },
  now: Date.now,
  sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
  every: () => () => {},
  onInterrupt: () => () => {},
  attach: async () => undefined,
  forgetTyped: async () => {},
  exit: code => {
    throw new Error(`exit ${code}`)
  },
})

/** One command line in memory: no process, no terminal, no environment but what is given. */
export const deployer = async (
  argv: ReadonlyArray<string>,
  { cwd, env = {}, typed, columns, onListening, onProgress }: Given,
): Promise<Ran> => {
  const stdin = new PassThrough()
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  if (onProgress !== undefined) hear(stderr, onProgress)
  const texts = [read(stdout), read(stderr)]
  for (const line of typed ?? []) stdin.write(`${line}\n`)
  const terminal = typed !== undefined
  const context: Context = {
    ...contextIn(cwd),
    stdin,
    stdout,
    stderr,
    env: { DEPLOYER_KEY: '0'.repeat(64), DEPLOYER_SANDBOX_INSTANT: '1', NO_COLOR: '1', ...env },
    isTerminal: { stdin: terminal, stdout: columns !== undefined, stderr: terminal },
    columns: columns ?? (terminal ? 100 : undefined),
    onInterrupt: heard => {
      onListening?.(heard)
      return () => {}
    },
  }
  const code = await main(argv, context)
  stdout.end()
  stderr.end()
  const [out = '', err = ''] = await Promise.all(texts)
  return { code, stdout: out, stderr: err }
}

/** The one object that `--json` writes. */
export const parsed = ({ stdout }: Ran): Envelope => JSON.parse(stdout) as Envelope

interface Envelope {
  readonly format: number
  readonly command: string
  readonly ok: boolean
  // biome-ignore lint/suspicious/noExplicitAny: tests look into values of every shape.
  readonly result?: any
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly fault?: any
  readonly warnings: ReadonlyArray<unknown>
}

/** Before it is written; what the listener throws comes out of `write`. */
const hear = (stream: PassThrough, heard: (text: string) => void): void => {
  const write = stream.write.bind(stream)
  stream.write = (chunk: unknown): boolean => {
    heard(String(chunk))
    return write(chunk)
  }
}

const read = (stream: PassThrough): Promise<string> =>
  new Promise(resolve => {
    const parts: string[] = []
    stream.on('data', part => parts.push(String(part)))
    stream.on('end', () => resolve(parts.join('')))
  })

/** A folder with an environment on a simulated host. */
export const demo = (more = ''): string => {
  const cwd = folder()
  writeFileSync(join(cwd, 'environment.yaml'), `name: demo\nprovider: sandbox\ntracker: { udp: [6969] }\n${more}`)
  return cwd
}
