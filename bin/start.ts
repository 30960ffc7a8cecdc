import { crashed, main } from '../cli/main.js'
import { processContext } from './context.js'

/** Runs one command line in this process. The process ends by itself, so that all output gets out. */
export const start = async (argv: ReadonlyArray<string>): Promise<void> => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', pipeClosed)
  const context = processContext()
  const onCrash = (cause: unknown): void => {
    void crashed(cause, argv, context).then(code => process.exit(code))
  }
  process.on('uncaughtException', onCrash)
  process.on('unhandledRejection', onCrash)
  process.exitCode = await main(argv, context)
}

/** Whoever read us has read enough, as `head` does. What is being done goes on. */
const pipeClosed = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPIPE') throw error
}
