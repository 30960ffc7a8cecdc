import type { Context } from '../cli/context.js'
import { crashed, main } from '../cli/main.js'
import { type Fault, hintOf, saysOf } from '../specs/fault.js'
import { processContext } from './context.js'

/** Runs one command line in this process, and ends it once all output got out. */
export const start = async (argv: ReadonlyArray<string>, ahead?: Context['ahead']): Promise<void> => {
  process.stdout.on('error', error => unwritable(error, 'the standard output'))
  process.stderr.on('error', error => unwritable(error, undefined))
  const context = processContext(ahead)
  const onCrash = (cause: unknown): void => {
    void crashed(cause, argv, context).then(code => process.exit(code))
  }
  process.on('uncaughtException', onCrash)
  process.on('unhandledRejection', onCrash)
  const code = await main(argv, context)
  ahead?.drop()
  process.exitCode ??= code
  await Promise.all([process.stdout, process.stderr].map(written))
  process.exit()
}

/** Also where nobody reads any more. */
const written = (stream: NodeJS.WriteStream): Promise<void> => new Promise(resolve => stream.write('', () => resolve()))

/** Whoever read us has read enough, as `head` does: what is being done goes on. A full disk is another matter. */
const unwritable = ({ code }: NodeJS.ErrnoException, where: string | undefined): void => {
  if (code !== 'ENOSPC' || where === undefined) return
  const fault: Fault = { code: 'DISK_FULL', where }
  process.exitCode = 1
  process.stderr.write(`error: ${fault.code}: ${saysOf(fault)}\n  ${hintOf(fault)}\n`)
}
