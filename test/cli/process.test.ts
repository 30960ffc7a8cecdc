import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { version } from '../../cli/version.js'
import { release } from '../../scripts/bundle.js'
import { demo, folder } from '../support/cli.js'

/** Beside the packages that stay outside of the bundle. */
const outdir = mkdtempSync(resolve('node_modules/.deployer-'))
const program = join(outdir, 'deployer.js')

const test = suite('process')
test.before(() => release(outdir))
test.after(() => rmSync(outdir, { recursive: true }))

const quick = { ...process.env, DEPLOYER_KEY: '0'.repeat(64), DEPLOYER_SANDBOX_INSTANT: '1' }
const ran = (cwd: string, ...argv: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], { cwd, env: quick, encoding: 'utf8' })
  return { status, stdout, stderr }
}
const shell = (cwd: string, line: string) =>
  spawnSync('bash', ['-c', line], { cwd, env: { ...quick, D: `${process.execPath} ${program}` }, encoding: 'utf8' })

test('the version is printed without anything else being loaded', () => {
  assert.equal(ran(folder(), '--version'), { status: 0, stdout: `${version}\n`, stderr: '' })
})

test('plan, apply, plan: the exit codes that pipelines know', () => {
  const cwd = demo()
  assert.is(ran(cwd, 'plan', '--detailed-exitcode').status, 2)
  assert.is(ran(cwd, 'apply').status, 4)
  assert.is(ran(cwd, 'apply', '--yes').status, 0)
  assert.is(ran(cwd, 'plan', '--detailed-exitcode').status, 0)
  assert.is(ran(cwd, 'plan', '--nope').status, 1)
})

test('what was compiled is kept for the next start, for this user alone; nothing that lies there in its place keeps a command from running', () => {
  const caches = folder()
  const kept = join(caches, 'deployer')
  const explained = (env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, [program, 'explain', 'PORT_TAKEN'], { env: { ...quick, ...env }, encoding: 'utf8' })
  const { stdout: wanted } = explained({ XDG_CACHE_HOME: '/dev/null' })
  assert.match(wanted, /^PORT_TAKEN\n/)
  assert.is(explained({ XDG_CACHE_HOME: caches }).stdout, wanted)
  if ('enableCompileCache' in module) return
  const [name = '', ...others] = readdirSync(kept)
  assert.equal(others, [])
  const at = join(kept, name)
  const { mode, size } = statSync(at)
  assert.is(mode & 0o777, 0o600)
  for (const [content, mode] of [
    ['nothing that was compiled', 0o600],
    ['', 0o600],
    ['written by anybody', 0o666],
  ] as const) {
    writeFileSync(at, content)
    chmodSync(at, mode)
    writeFileSync(join(kept, 'rest-OLD.cjs_v20_x64_plan'), '')
    writeFileSync(join(kept, 'of-somebody-else'), '')
    const { stdout, stderr } = explained({ XDG_CACHE_HOME: caches })
    assert.equal([stdout, stderr], [wanted, ''])
    assert.equal(readdirSync(kept).sort(), ['of-somebody-else', name], 'that of another build goes, and nothing else')
    assert.ok(Math.abs(statSync(at).size - size) < size / 10)
  }
  const before = statSync(at).mtimeMs
  assert.is(explained({ XDG_CACHE_HOME: caches }).stdout, wanted)
  assert.is(statSync(at).mtimeMs, before, 'it is as good as it was')
})

test('a half-replaced installation ends in a bug that is told once, whichever part is missing', async () => {
  const cwd = demo()
  const parts = readdirSync(outdir).filter(part => part !== 'deployer.js')
  /** Each in an installation of its own, as many at once as there are processors. */
  const worker = async (): Promise<void> => {
    const broken = mkdtempSync(resolve('node_modules/.deployer-broken-'))
    try {
      cpSync(outdir, broken, { recursive: true })
      for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
        const [here, away] = [join(broken, part), join(broken, `${part}.away`)]
        renameSync(here, away)
        const argv = [join(broken, 'deployer.js'), 'plan', 'no.yaml']
        const child = spawn(process.execPath, argv, { cwd, env: quick, timeout: 20_000, stdio: 'ignore' })
        assert.is(await ended(child), 1, part)
        renameSync(away, here)
      }
    } finally {
      rmSync(broken, { recursive: true })
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
})

test('a reader that closes the pipe early is no error', () => {
  const cwd = demo()
  for (const line of ['$D explain | head -n 1', '$D schema | true', '$D explain 2>&1 >/dev/full | true']) {
    const { stderr } = shell(cwd, `set -o pipefail; ${line}`)
    assert.is(stderr, '', line)
  }
  assert.is(shell(cwd, '$D apply --yes | true; $D plan --detailed-exitcode >/dev/null; echo $?').stdout, '0\n')
})

test('a full disk under stdout is told, not swallowed', () => {
  const { status, stderr } = shell(demo(), '$D explain > /dev/full')
  assert.is(status, 1)
  assert.is(stderr, 'error: DISK_FULL: the disk is full: the standard output\n  Make space, then run the same command again\n')
})

const text = (child: ChildProcess, until: RegExp): Promise<string> =>
  new Promise(done => {
    let heard = ''
    child.stderr?.on('data', chunk => {
      heard += String(chunk)
      if (until.test(heard)) done(heard)
    })
    child.once('close', () => done(heard))
  })
const ended = (child: ChildProcess): Promise<number | null> => new Promise(done => child.once('exit', code => done(code)))

test('Ctrl-C twice ends at once with 130, and apply goes on from there', async () => {
  const cwd = demo()
  const child = spawn(process.execPath, [program, 'apply', '--yes'], { cwd, env: { ...quick, DEPLOYER_SANDBOX_INSTANT: '' } })
  await text(child, /running +vm\.main/)
  const said = text(child, /Go on with/)
  child.kill('SIGINT')
  child.kill('SIGTERM')
  assert.is(await ended(child), 130)
  assert.match(await said, 'Ended at once; what was under way may be half done.\n  Go on with: deployer apply\n')
  assert.is(ran(cwd, 'apply', '--yes').status, 0)
  assert.is(ran(cwd, 'plan', '--detailed-exitcode').status, 0)
})

test('SIGTERM once ends after the current step', async () => {
  const cwd = demo()
  const child = spawn(process.execPath, [program, 'apply', '--yes'], { cwd, env: { ...quick, DEPLOYER_SANDBOX_INSTANT: '' } })
  await text(child, /running +vm\.main/)
  child.kill('SIGTERM')
  assert.is(await ended(child), 130)
  assert.match(ran(cwd, 'history').stdout, /1 +apply +(failed|interrupted)/)
})

test('the second of two applies at the same time is refused, and says who is running', async () => {
  const cwd = demo()
  const child = spawn(process.execPath, [program, 'apply', '--yes'], { cwd, env: { ...quick, DEPLOYER_SANDBOX_INSTANT: '' } })
  await text(child, /running +vm\.main/)
  child.kill('SIGSTOP')
  const second = ran(cwd, 'apply', '--yes', '--json')
  child.kill('SIGCONT')
  assert.is(second.status, 4)
  assert.equal([JSON.parse(second.stdout).fault.code, JSON.parse(second.stdout).fault.facts.pid], ['LOCKED', child.pid])
  assert.is(await ended(child), 0)
})

test('a file that cannot be what it should is a fault with its place in the family', () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'environment.yaml'), Buffer.from([0x6e, 0xff, 0xfe]))
  const { status, stdout } = ran(cwd, 'plan', '--json')
  assert.equal([status, JSON.parse(stdout).fault.code], [1, 'FILE_NOT_UTF8'])
})

test.run()
