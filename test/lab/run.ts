import { spawn } from 'node:child_process'
import { Trouble } from './trouble.js'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string
  readonly env?: { readonly [name: string]: string }
  readonly seconds?: number
  /** The program's input stays open until it has printed this, on both its outputs. */
  readonly heldUntil?: string
}

const NOT_FOUND = 127
const TOOK_TOO_LONG = 124

/** A program and its words, without a shell; one that cannot be started or is cut short ends as a shell and `timeout` would say. */
export const run = (
  [command = '', ...args]: ReadonlyArray<string>,
  { input = '', env, seconds = 600, heldUntil }: RunOptions = {},
): Promise<Ran> =>
  new Promise(settle => {
    const child = spawn(command, args, { timeout: seconds * 1000, killSignal: 'SIGKILL', env: { ...process.env, ...env } })
    const [out, err]: [Buffer[], Buffer[]] = [[], []]
    const end = (code: number, why = ''): void =>
      settle({ code, stdout: Buffer.concat(out).toString(), stderr: `${Buffer.concat(err)}${why}` })
    const hear = (said: Buffer[], chunk: Buffer): void => {
      said.push(chunk)
      if (heldUntil !== undefined && [out, err].every(chunks => Buffer.concat(chunks).includes(heldUntil))) child.stdin.end()
    }
    child.stdout.on('data', chunk => hear(out, chunk))
    child.stderr.on('data', chunk => hear(err, chunk))
    child.on('error', error => end(NOT_FOUND, error.message))
    child.on('close', code => end(code ?? TOOK_TOO_LONG, code === null ? `no end within ${seconds} s` : ''))
    // A program that does not read its input is not in trouble for that.
    child.stdin.on('error', () => undefined)
    child.stdin.write(input)
    if (heldUntil === undefined) child.stdin.end()
  })

const lastLines = (text: string): string => text.trim().split('\n').slice(-4).join('\n  ')

/** What a program printed that has to succeed. */
export const must = async (argv: ReadonlyArray<string>, todo: string, options: RunOptions = {}): Promise<string> => {
  const { code, stdout, stderr } = await run(argv, options)
  if (code === 0) return stdout
  throw new Trouble(`${argv.slice(0, 3).join(' ')} ended with ${code}: ${lastLines(stderr || stdout)}`, todo)
}

export const isRoot = (): boolean => process.getuid?.() === 0

export const asRoot = (argv: ReadonlyArray<string>): ReadonlyArray<string> => (isRoot() ? argv : ['sudo', ...argv])

export const hasProgram = async (name: string): Promise<boolean> => (await run(['sh', '-c', 'command -v "$1"', 'sh', name])).code === 0
