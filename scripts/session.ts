import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import type { Context } from '../cli/context.js'
import { main } from '../cli/main.js'
import { Terminal } from '../test/cli/render/terminal.js'

/** What a person types: `NAME=value deployer WORDS | jq .path < /dev/null 2>&1 | cat`, all but the words optional; anything else is for the shell. */
const COMMAND = /^((?:\w+=\S+ )*)deployer((?: [^|<>]+?)?)(?: \| jq(?: (\.\S+))?)?( < \/dev\/null)?( 2>&1 \| cat)?$/

/** Somebody at a terminal in a folder of their own, where `deployer` runs in memory and time passes only when it waits. */
export class Session {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'deployer-page-')))
  readonly #home = realpathSync(mkdtempSync(join(tmpdir(), 'deployer-home-')))
  #now = Date.UTC(2026, 0, 15, 9)
  /** What the last `deployer` ended with. */
  code = 0

  /** What the terminal shows of one line and of the answers to its questions. */
  async run(line: string, answers: ReadonlyArray<string> = []): Promise<string> {
    const [, variables, words, path, noInput, cat] = COMMAND.exec(line) ?? []
    if (line === 'echo $?') return `${this.code}\n`
    if (words === undefined) return execFileSync('sh', ['-c', line], { cwd: this.folder, encoding: 'utf8' })
    const shown = new Terminal(1000, 1000)
    const piped: string[] = []
    const isPiped = line.includes(' | jq')
    const env = Object.fromEntries((variables ?? '').split(' ').flatMap(one => (one === '' ? [] : [one.split('=') as [string, string]])))
    const stdout = sink(text => (isPiped ? piped.push(text) : shown.write(text)))
    const context = this.#context({
      shown,
      stdout,
      answers,
      env,
      isTerminal: { stdin: noInput === undefined, stdout: !isPiped && cat === undefined, stderr: cat === undefined },
    })
    this.#now += 60_000
    this.code = await main(wordsOf(words), context)
    if (isPiped) shown.write(`${picked(JSON.parse(piped.join('')), path ?? '.')}\n`)
    return `${shown.text.trimEnd()}\n`.replaceAll(this.folder, '/home/you/tracker')
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text)
  }

  close(): void {
    for (const folder of [this.folder, this.#home]) rmSync(folder, { recursive: true, force: true })
  }

  #context({ shown, stdout, answers, env, isTerminal }: Typing): Context {
    const stdin = new PassThrough()
    const left = [...answers]
    /** Typed when it is asked for, so that it stands behind the question. */
    const stderr = sink(text => {
      shown.write(text)
      if (!/(\[y\/N\]|:) $/.test(text)) return
      const answer = left.shift()
      if (answer === undefined) return stdin.end()
      shown.write(`${answer}\n`)
      stdin.write(`${answer}\n`)
    })
    return {
      stdin,
      stdout,
      stderr,
      env: { HOME: this.#home, LANG: 'C.UTF-8', NO_COLOR: '1', ...env },
      colorDepth: 1,
      cwd: this.folder,
      home: this.#home,
      isTerminal,
      columns: 80,
      rows: 1000,
      who: { user: 'you', host: 'desk', pid: process.pid },
      now: () => this.#now,
      sleep: ms => this.#sleep(ms),
      every: () => () => {},
      onInterrupt: () => () => {},
      attach: async () => undefined,
      forgetTyped: async () => {},
      exit: code => {
        throw new Error(`exit ${code}`)
      },
    }
  }

  /** What is waited for side by side takes as long as the longest. */
  #sleep(ms: number): Promise<void> {
    const until = this.#now + ms
    return new Promise(resolve =>
      setImmediate(() => {
        this.#now = Math.max(this.#now, until)
        resolve()
      }),
    )
  }
}

interface Typing {
  readonly shown: Terminal
  readonly stdout: Writable
  readonly answers: ReadonlyArray<string>
  readonly env: { readonly [name: string]: string }
  readonly isTerminal: Context['isTerminal']
}

const sink = (take: (text: string) => void): Writable =>
  new Writable({
    write: (chunk, _encoding, done) => {
      take(String(chunk))
      done()
    },
  })

const wordsOf = (line: string): ReadonlyArray<string> =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

/** As jq shows what is at a path. */
const picked = (value: unknown, path: string): string => {
  const at = path.split('.').filter(key => key !== '')
  const found = at.reduce((one, key) => (one as { readonly [key: string]: unknown } | undefined)?.[key], value)
  return JSON.stringify(found ?? null, undefined, 2)
}
