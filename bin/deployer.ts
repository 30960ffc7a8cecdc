#!/usr/bin/env node
import module from 'node:module'
import { version } from '../cli/version.js'

const argv = process.argv.slice(2)

if (argv.length === 1 && argv[0] === '--version') process.stdout.write(`${version}\n`)
else {
  // Node 22.1 and later keep compiled code between starts.
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache()
  const { aheadOf } = await import('./ahead.js')
  const ahead = aheadOf(argv, process.cwd())
  const { start } = await import('./start.js')
  await start(argv, ahead)
}
