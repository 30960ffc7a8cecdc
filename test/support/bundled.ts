import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { RELEASE } from '../../scripts/bundle.js'

export interface Ended {
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A script as one file, for tests that start it many times: compiling it each time takes longer than running it. */
export const bundled = async (script: string): Promise<(args: ReadonlyArray<string>) => Promise<Ended>> => {
  const folder = mkdtempSync('node_modules/.test-')
  const outfile = join(folder, 'script.mjs')
  await build({ ...RELEASE, splitting: false, entryPoints: [script], outfile })
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return args => started(outfile, args)
}

const started = (script: string, args: ReadonlyArray<string>): Promise<Ended> =>
  new Promise(resolve => {
    const child = spawn(process.execPath, [script, ...args])
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', text => {
      stdout += text
    })
    child.stderr.on('data', text => {
      stderr += text
    })
    child.on('close', (_code, signal) => resolve({ signal, stdout, stderr }))
  })
