#!/usr/bin/env node
import module from 'node:module'
import { version } from '../cli/version.js'

/** All but the few lines that begin the way to a host is loaded while that way opens. */
const main = async (argv: ReadonlyArray<string>): Promise<void> => {
  // Node 22.1 and later keep compiled code between starts.
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache()
  const { aheadOf } = await import('./ahead.js')
  const ahead = aheadOf(argv, process.cwd())
  const { start } = await import('./start.js')
  await start(argv, ahead)
}

const argv = process.argv.slice(2)
if (argv.length === 1 && argv[0] === '--version') process.stdout.write(`${version}\n`)
else void main(argv)
