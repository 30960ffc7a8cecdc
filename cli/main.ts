import type { Fault } from '../specs/fault.js'
import type { BaseCommand } from './command.js'
import type { Context } from './context.js'
import { envelope } from './envelope.js'
import { BrokenRun, CHANGED_SOMETHING, exitOf } from './exit.js'
import { type Log, makeLog } from './log.js'
import { type Entry, welcome } from './table.js'
import { version } from './version.js'
import { type Asked, asked, hasOption } from './words.js'

/** One command line, from its words to its exit code. Loads only the command that was asked for. */
export const main = async (argv: ReadonlyArray<string>, context: Context): Promise<number> => {
  const log = makeLog(context)
  try {
    return await dispatch(argv, context, log)
  } catch (cause) {
    return await crashed(cause, argv, context, log)
  } finally {
    log.close()
  }
}

/** What should be impossible: the stack goes to the log, never to the screen. */
export const crashed = async (
  cause: unknown,
  argv: ReadonlyArray<string>,
  context: Context,
  log: Log = makeLog(context),
): Promise<number> => {
  const inside = cause instanceof BrokenRun ? cause.cause : cause
  const { stack, message } = inside instanceof Error ? inside : new Error(String(inside))
  const report = log.insist(`bug ${argv[0] ?? ''}: ${stack}`)
  const fault: Fault = { code: 'BUG', message, ...(report === undefined ? {} : { report }) }
  const code = await complain(fault, argv, context, log).catch(() => barely(fault, context, log))
  return cause instanceof BrokenRun ? CHANGED_SOMETHING : code
}

/** Where even the words for it cannot be loaded, as from a half-replaced installation. */
const barely = (fault: Fault & { readonly code: 'BUG' }, { stderr }: Context, log: Log): number => {
  stderr.write(log.mask(`error: ${fault.code}: ${fault.message}\n`))
  return 1
}

const dispatch = async (argv: ReadonlyArray<string>, context: Context, log: Log): Promise<number> => {
  const [first, ...others] = argv
  if (first === 'help') return help(asked(others), others, context, log)
  if (hasOption(argv, '-h', '--help')) return help(asked(argv), argv, context, log)
  const what = asked(argv)
  if (what.is === 'nothing' && hasOption(argv, '-v', '--version')) return showVersion(argv, context)
  if (what.is === 'nothing') return execute(await welcome(), '', argv, context, log)
  if (what.is === 'command') return execute(await what.entry.load(), what.entry.words, argv, context, log)
  const { unknown } = await import('./unknown.js')
  return complain(unknown(what), argv, context, log)
}

const showVersion = (argv: ReadonlyArray<string>, context: Context): number => {
  const json = hasOption(argv, '--json')
  context.stdout.write(json ? envelope({ command: '--version', result: { version }, warnings: [] }, text => text) : `${version}\n`)
  return 0
}

type Loaded = Awaited<ReturnType<Entry['load']>>

const execute = async (loaded: Loaded, words: string, argv: ReadonlyArray<string>, context: Context, log: Log): Promise<number> => {
  const { Cli } = await import('clipanion')
  const cli = new Cli<Context>({ binaryName: 'deployer', enableColors: false })
  cli.register(loaded)
  let command: BaseCommand
  try {
    command = cli.process([...argv], context) as BaseCommand
  } catch (error) {
    const { misused } = await import('./usage.js')
    const [definition] = cli.definitions()
    const options = definition?.options.flatMap(option => (option.definition.split(' ')[0] ?? '').split(',')) ?? []
    const fault = misused(error, words, await lineOf(loaded), [...options, '--help'])
    if (fault === undefined) throw error
    return complain(fault, argv, context, log)
  }
  command.log = log
  return (await command.execute()) ?? 0
}

const lineOf = async (loaded: Loaded): Promise<string> => (await import('./help.js')).usageLine(loaded)

const help = async (what: Asked, argv: ReadonlyArray<string>, context: Context, log: Log): Promise<number> => {
  if (what.is === 'unknown') return complain((await import('./unknown.js')).unknown(what), argv, context, log)
  const { helpOf } = await import('./help.js')
  const { text, result } = await helpOf(what, context.isTerminal.stdout ? context.columns : undefined)
  context.stdout.write(hasOption(argv, '--json') ? envelope({ command: 'help', result, warnings: [] }, log.mask) : text)
  return 0
}

/** A fault that came before there was a command to tell it. */
const complain = async (fault: Fault, argv: ReadonlyArray<string>, context: Context, log: Log): Promise<number> => {
  if (hasOption(argv, '--json')) {
    context.stdout.write(
      envelope(
        {
          command: argv
            .filter(word => !word.startsWith('-'))
            .slice(0, 2)
            .join(' '),
          fault,
          warnings: [],
        },
        log.mask,
      ),
    )
    return exitOf(fault)
  }
  const [{ renderFault }, { lookOf }] = await Promise.all([import('./render/fault.js'), import('./look.js')])
  context.stderr.write(log.mask(renderFault(fault, lookOf(context, 'stderr'))))
  return exitOf(fault)
}
