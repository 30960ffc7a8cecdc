import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import vm from 'node:vm'

type Wrapped = (exports: object, require: NodeJS.Require, module: { exports: object }, filename: string, dirname: string) => void

/**
 * Runs a script with what was compiled of it the last time. Node 22.1 and later keep that by themselves; version 20 compiles anew at
 * every start, beside an ssh that needs the same processors.
 */
export const compiled = <Exports>(file: string, kept: string | undefined): Exports => {
  const cachedData = kept === undefined ? undefined : keptAt(kept)
  // The bundler writes nothing beyond ASCII.
  const script = new vm.Script(module.wrap(readFileSync(file, 'latin1')), {
    filename: file,
    ...(cachedData !== undefined && { cachedData }),
  })
  const made = { exports: {} }
  const run = script.runInThisContext() as Wrapped
  run(made.exports, createRequire(file), made, file, dirname(file))
  if (kept !== undefined && (cachedData === undefined || script.cachedDataRejected)) {
    // Of a run that went its whole way, so that all that the next one needs is in it.
    process.on('exit', code => {
      if (code === 0 || code === 2) keep(kept, script.createCachedData())
    })
  }
  return made.exports as Exports
}

/** For each script, which is named by its content, version of Node, and sort of run. Undefined: whoever runs this has no home. */
export const placeFor = (script: string, sort: string): string | undefined => {
  try {
    const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
    return join(caches, 'deployer', `${script}_${process.version}_${process.arch}_${sort}`)
  } catch {
    return undefined
  }
}

/** Code that somebody else has written is not run. */
const keptAt = (kept: string): Buffer | undefined => {
  try {
    const file = openSync(kept, 'r')
    try {
      const { uid, mode } = fstatSync(file)
      return uid === process.getuid?.() && (mode & 0o022) === 0 ? readFileSync(file) : undefined
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}

/** The folder's name is not ours alone. */
const OURS = /^rest-\w+\.cjs_/

/** Whatever is in the way, the next start only takes a moment longer. What belongs to other scripts of ours goes. */
const keep = (kept: string, code: Buffer): void => {
  const folder = dirname(kept)
  const script = basename(kept).split('_', 1)[0]
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const others = readdirSync(folder).filter(name => OURS.test(name) && name.split('_', 1)[0] !== script)
    for (const name of others) rmSync(join(folder, name), { force: true })
    writeFileSync(`${kept}.${process.pid}`, code, { mode: 0o600 })
    renameSync(`${kept}.${process.pid}`, kept)
  } catch {}
}
