#!/usr/bin/env node
import module from 'node:module'
import { dirname, join } from 'node:path'
import { version } from '../cli/version.js'

/** The file that holds all the rest; the sources have it as modules. */
declare const DEPLOYER_REST: string | undefined

/** All but the few lines that begin the way to a host is loaded while that way opens. */
const main = async (argv: ReadonlyArray<string>): Promise<void> => {
  const { aheadOf, LOOKING } = await import('./ahead.js')
  const ahead = aheadOf(argv, process.cwd())
  const sort = LOOKING.includes(argv[0]) ? `${argv[0]}${ahead?.isBegun === true ? '-begun' : ''}` : 'other'
  const { start } = await rest(sort)
  await start(argv, ahead)
}

const rest = async (sort: string): Promise<typeof import('./start.js')> => {
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache()
  else if (typeof DEPLOYER_REST === 'string') {
    const { compiled, placeFor } = await import('./compiled.js')
    return compiled(join(dirname(import.meta.filename), DEPLOYER_REST), placeFor(DEPLOYER_REST, sort))
  }
  return import('./start.js')
}

const argv = process.argv.slice(2)
if (argv.length === 1 && argv[0] === '--version') process.stdout.write(`${version}\n`)
else void main(argv)
