/** Runs the tests: `npm test`, `npm test -- engine state/lock` for those whose path holds one of the words, `--times` for where time goes. */
import { type ChildProcess, fork } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { endsInRun, testFiles } from './test-files.js'
import type { FileResult } from './test-worker.js'

const isOfLab = (file: string): boolean => file.endsWith('.lab.test.ts')
/** Real hosts take longer: they boot and install. */
const limitOf = (file: string): number => (isOfLab(file) ? 1_800_000 : 300_000)

/** Tests make folders of their own and need not clear them away. */
const scratch = mkdtempSync(join(tmpdir(), 'deployer-tests-'))
// As wide as /tmp itself: tests that run as root give up their rights to see what others are refused.
chmodSync(scratch, 0o1777)
const args = process.argv.slice(2)
const words = args.filter(word => !word.startsWith('--'))
const files = testFiles(words)
/** What takes longest begins first, in this order. */
const LONG = [
  'test/e2e/',
  'test/lab/stack.',
  'test/lab/e2e',
  'test/lab/stack-',
  'test/lab/firewall',
  'test/lab/conformance',
  'test/lab/mysql',
]
const rankOf = (file: string): number => [...LONG, ''].findIndex(start => file.startsWith(start))
const waiting = [...files].sort((a, b) => rankOf(a) - rankOf(b))
const times: Array<{ readonly file: string; readonly seconds: number }> = []
let [passed, failed, skipped] = [0, 0, 0]

const tell = (file: string, output: string): void => {
  process.stdout.write(`\n${file}\n${output.trimEnd()}\n`)
}

const count = (file: string, result: FileResult): void => {
  const problems = [
    ...(result.passed + result.failed === 0 ? ['reports no tests'] : []),
    ...(endsInRun(file) ? [] : ['does not end in .run(), so uvu runs nothing of it']),
  ]
  passed += result.passed
  failed += result.failed + problems.length
  skipped += result.skipped
  if (result.failed > 0) tell(file, result.output)
  for (const problem of problems) tell(file, `  ${problem}`)
  // A test that cannot run on this machine says so, and why; one that runs on something else than the real thing, on what.
  for (const [line] of result.output.matchAll(/(?:skipped|stand-in): .*/g)) process.stdout.write(`${line} (${file})\n`)
}

/** What the file came to, or undefined when its process ended without saying so. */
const ask = (worker: ChildProcess, file: string): Promise<FileResult | undefined> =>
  new Promise(settle => {
    const timer = setTimeout(() => worker.kill('SIGKILL'), limitOf(file))
    const finish = (result?: FileResult): void => {
      clearTimeout(timer)
      worker.removeAllListeners()
      settle(result)
    }
    worker.once('message', message => finish(message as FileResult))
    worker.once('exit', () => finish())
    worker.send(file)
  })

const start = () => {
  const worker = fork(new URL('test-worker.ts', import.meta.url), { silent: true, env: { ...process.env, TMPDIR: scratch } })
  const said: string[] = []
  for (const stream of [worker.stdout, worker.stderr]) stream?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  return { worker, said }
}

/** A process that dies takes only its file with it; the next file gets a new one. */
const work = async (): Promise<void> => {
  let { worker, said } = start()
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const began = performance.now()
    const result = await ask(worker, file)
    const seconds = (performance.now() - began) / 1000
    times.push({ file, seconds })
    if (result !== undefined) count(file, result)
    else {
      failed += 1
      const why =
        seconds * 1000 >= limitOf(file)
          ? `took longer than ${limitOf(file) / 1000} s and was ended`
          : 'ended its process before its tests were done'
      tell(file, `  ${why}\n${said.join('')}`)
      ;({ worker, said } = start())
    }
  }
  worker.disconnect()
}

/** Whoever tests on real hosts waits for them most of the time. */
const workers = Math.ceil(availableParallelism() * (files.some(isOfLab) ? 1.5 : 1))
await Promise.all(Array.from({ length: Math.min(4, workers, files.length) }, work))
rmSync(scratch, { recursive: true, force: true })

if (files.length === 0) {
  failed += 1
  process.stdout.write(`no test file has ${words.join(' or ')} in its path\n`)
}
if (args.includes('--times'))
  for (const { file, seconds } of times.sort((a, b) => b.seconds - a.seconds)) process.stdout.write(`${seconds.toFixed(2)} s  ${file}\n`)
if (skipped > 0) process.stdout.write(`${skipped} skipped\n`)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
