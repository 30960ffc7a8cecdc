import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { digestIn } from '../../providers/sandbox/digests.js'
import { demo, deployer, folder, parsed, type Ran } from '../support/cli.js'
import { withImageKind } from '../support/image-kind.js'

const giveBack = withImageKind()
test.after(giveBack)

const IMAGE = 'torrust/tracker:develop'
const OLD = `sha256:${'a'.repeat(64)}`
const NEW = digestIn(IMAGE)

const lockIn = (cwd: string, file = 'environment.lock'): string => join(cwd, file)
const lines = (cwd: string, file?: string): ReadonlyArray<string> =>
  readFileSync(lockIn(cwd, file), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
const lock = (cwd: string, ...pins: ReadonlyArray<readonly [string, string]>): void =>
  writeFileSync(lockIn(cwd), pins.map(([image, digest]) => `${image}: ${digest}\n`).join(''))
const plan = async (cwd: string, ...more: ReadonlyArray<string>) => parsed(await deployer(['plan', '--json', ...more], { cwd })).result
const write = (cwd: string, tracker: string, file = 'environment.yaml'): void =>
  writeFileSync(join(cwd, file), `name: demo\nprovider: sandbox\ntracker: { udp: [6969]${tracker} }\n`)
/** Somewhere between others. */
const says = ({ stdout, stderr }: Ran): string => stdout + stderr

test('a first plan shows what images will be pinned to, and writes nothing', async () => {
  const cwd = demo()
  const { code, stdout } = await deployer(['plan'], { cwd })
  assert.is(code, 0)
  assert.match(stdout, `Reachable from outside:    22/tcp  6969/udp\nTo be pinned:              ${IMAGE} -> ${NEW}\n\nApply exactly this:`)
  assert.match(
    (await deployer(['plan'], { cwd, columns: 100 })).stdout,
    /To be pinned: {14}torrust\/tracker:develop -> sha256:[0-9a-f]{8}\.\.\.[0-9a-f]{4}\n/,
  )
  const { pins, tasks } = await plan(cwd)
  assert.equal(pins, [{ image: IMAGE, digest: NEW }])
  assert.is(tasks.find((one: { kind: string }) => one.kind === 'tracker').steps[0].content, `${IMAGE}@${NEW}`)
  assert.not(existsSync(lockIn(cwd)))
})

test('apply writes the lock file, says so once, and then plans speak of pins no more', async () => {
  const cwd = demo()
  const { stdout } = await deployer(['apply', '--yes'], { cwd })
  assert.match(stdout, '  Commit                   environment.yaml environment.lock\n')
  assert.equal(lines(cwd), [`${IMAGE}: ${NEW}`])
  assert.equal(
    readdirSync(cwd).filter(name => name.includes('lock')),
    ['environment.lock'],
  )
  const again = await deployer(['plan'], { cwd })
  assert.not.match(says(again), 'inned')
  assert.equal([(await plan(cwd)).pins, (await plan(cwd)).tasks], [undefined, []])
  write(cwd, ', log_level: debug')
  assert.not.match((await deployer(['apply', '--yes'], { cwd })).stdout, 'Commit')
})

test('a refused or declined apply leaves no lock file', async () => {
  const cwd = demo()
  await deployer(['apply'], { cwd, typed: ['n'] })
  await deployer(['apply', '--expect', '0'.repeat(16)], { cwd })
  assert.not(existsSync(lockIn(cwd)))
})

test('what is locked counts, and a newer line is a change that the lock file made', async () => {
  const cwd = demo()
  lock(cwd, [IMAGE, OLD])
  await deployer(['apply', '--yes'], { cwd })
  assert.equal(lines(cwd), [`${IMAGE}: ${OLD}`])
  lock(cwd, [IMAGE, NEW])
  const { stdout } = await deployer(['plan'], { cwd })
  assert.match(stdout, new RegExp(`    ~ image +${IMAGE}@${OLD} -> ${IMAGE}@${NEW} +\\[lock\\]\n`))
  assert.not.match(stdout, 'To be pinned')
})

test('another tag is a change of the file, though the lock file gets a line for it', async () => {
  const cwd = demo()
  await deployer(['apply', '--yes'], { cwd })
  write(cwd, ', image: "torrust/tracker:v3.0.0"')
  const { tasks, pins } = await plan(cwd)
  assert.equal(
    [tasks[0].fields[0].source, pins],
    ['file', [{ image: 'torrust/tracker:v3.0.0', digest: digestIn('torrust/tracker:v3.0.0') }]],
  )
  await deployer(['apply', '--yes'], { cwd })
  assert.equal(lines(cwd), [`torrust/tracker:v3.0.0: ${digestIn('torrust/tracker:v3.0.0')}`])
})

test('--upgrade shows old and new, and the command to apply exactly that', async () => {
  const cwd = demo()
  lock(cwd, [IMAGE, OLD])
  await deployer(['apply', '--yes'], { cwd })
  const { stdout } = await deployer(['plan', '--upgrade'], { cwd })
  assert.match(stdout, /\[lock\]\n/)
  assert.match(stdout, `To be pinned:              ${IMAGE}  ${OLD} -> ${NEW}\n`)
  const [, flags = ''] = /deployer apply (--upgrade --expect [0-9a-f]{16})\n/.exec(stdout) ?? []
  assert.is((await deployer(['apply', ...flags.split(' ')], { cwd })).code, 0)
  assert.equal(lines(cwd), [`${IMAGE}: ${NEW}`])
  const again = await deployer(['plan', '--upgrade'], { cwd })
  assert.is(again.stdout.split('\n')[0], 'demo on sandbox (simulated): 4 as wanted')
  assert.match(again.stdout, 'No image is newer than what is pinned.')
})

test('without --upgrade nothing newer is looked for', async () => {
  const cwd = demo()
  lock(cwd, [IMAGE, OLD])
  await deployer(['apply', '--yes'], { cwd })
  assert.equal((await plan(cwd)).tasks, [])
})

test('a lock file that was lost is written again, though nothing else is to be done', async () => {
  const cwd = demo()
  await deployer(['apply', '--yes'], { cwd })
  for (const how of [{}, { typed: [] }]) {
    lock(cwd)
    const { code, stdout, stderr } = await deployer(['apply', ...('typed' in how ? [] : ['--yes'])], { cwd, ...how })
    assert.equal([code, stdout], [0, 'demo on sandbox (simulated): 4 as wanted\n'])
    assert.match(stderr, /Pinned: {20}torrust\/tracker:develop (→|->) sha256:/)
    assert.match(stderr, 'Commit:                    environment.yaml environment.lock')
    assert.equal(lines(cwd), [`${IMAGE}: ${NEW}`])
  }
})

test('apply leaves exactly what is used: by the file, and by it without overrides', async () => {
  const cwd = demo('caddy: { email: ops@example.com }\n')
  const caddy = 'caddy:2.11.2'
  writeFileSync(
    join(cwd, 'environment.yaml'),
    'name: demo\nprovider: sandbox\ntracker: { http: [{ port: 7070, domain: t.example.com }] }\ncaddy: { email: o@example.com }\n',
  )
  lock(cwd, ['unused:1', OLD], [caddy, OLD], [IMAGE, OLD])
  await deployer(['apply', '--yes'], { cwd, env: { DEPLOYER__TRACKER__IMAGE: 'torrust/tracker:v9' } })
  assert.equal(lines(cwd), [`${caddy}: ${OLD}`, `${IMAGE}: ${OLD}`, `torrust/tracker:v9: ${digestIn('torrust/tracker:v9')}`])
  await deployer(['apply', '--yes'], { cwd })
  assert.equal(lines(cwd), [`${caddy}: ${OLD}`, `${IMAGE}: ${OLD}`])
})

test('two files of one stem share a lock file, and neither takes lines of the other out', async () => {
  const cwd = folder()
  write(cwd, ', image: "one:1"', 'prod.yaml')
  writeFileSync(join(cwd, 'prod.toml'), 'name = "other"\nprovider = "sandbox"\n[tracker]\nudp = [6969]\nimage = "two:2"\n')
  await deployer(['apply', '--yes', 'prod.yaml'], { cwd })
  await deployer(['apply', '--yes', 'prod.toml'], { cwd })
  await deployer(['apply', '--yes', 'prod.yaml'], { cwd })
  assert.equal(lines(cwd, 'prod.lock'), [`one:1: ${digestIn('one:1')}`, `two:2: ${digestIn('two:2')}`])
})

test('what carries a digest is neither looked up nor locked', async () => {
  const cwd = demo()
  write(cwd, `, image: "${IMAGE}@${OLD}"`)
  await deployer(['apply', '--yes'], { cwd })
  assert.not(existsSync(lockIn(cwd)))
})

test('nonsense in the lock file stops plan and apply at its line, and nothing else', async () => {
  const cwd = demo()
  writeFileSync(lockIn(cwd), `# mine\n${IMAGE}: sha256:abc\n`)
  for (const argv of [['plan'], ['apply', '--yes']]) {
    const { code, stderr } = await deployer(argv, { cwd })
    assert.is(code, 1)
    assert.match(stderr, `error: LOCK_INVALID: environment.lock:2: the digest of ${IMAGE} is not sha256: and 64 digits of 0-9 and a-f\n`)
  }
  assert.match(readFileSync(lockIn(cwd), 'utf8'), 'sha256:abc')
  for (const argv of [['validate'], ['show'], ['destroy', '--yes']]) assert.is((await deployer(argv, { cwd })).code, 0)
})

test('a lock file that cannot be written is missed before anything is changed', async () => {
  const cwd = folder()
  const stem = 'x'.repeat(245)
  write(cwd, '', `${stem}.yaml`)
  const { code, stderr } = await deployer(['apply', '--yes', `${stem}.yaml`], { cwd })
  assert.is(code, 1)
  assert.match(stderr, `error: FILE_UNWRITABLE: ${stem}.lock cannot be written: ENAMETOOLONG`)
  assert.not.match(stderr, 'running')
  assert.equal(parsed(await deployer(['history', '--json', `${stem}.yaml`], { cwd })).result.runs, [])
})

test('a link to a lock file stays one, and the mode of the file as well', async () => {
  const cwd = demo()
  mkdirSync(join(cwd, 'shared'))
  writeFileSync(join(cwd, 'shared', 'lock'), '', { mode: 0o640 })
  chmodSync(join(cwd, 'shared', 'lock'), 0o640)
  symlinkSync('shared/lock', lockIn(cwd))
  await deployer(['apply', '--yes'], { cwd })
  assert.equal(lines(cwd, 'shared/lock'), [`${IMAGE}: ${NEW}`])
  assert.is(statSync(join(cwd, 'shared', 'lock')).mode & 0o777, 0o640)
  assert.equal(readdirSync(join(cwd, 'shared')), ['lock'])
})

test('a saved plan brings what it looked up, as long as the lock file says what it said then', async () => {
  const cwd = demo()
  await deployer(['plan', '--out', 'plan.json'], { cwd })
  const saved = readFileSync(join(cwd, 'plan.json'), 'utf8')
  const other = `sha256:${'d'.repeat(64)}`
  writeFileSync(join(cwd, 'plan.json'), saved.replaceAll(NEW, other))
  const moved = await deployer(['apply', 'plan.json', '--json'], { cwd })
  assert.is(parsed(moved).fault.code, 'PLAN_MOVED')
  writeFileSync(join(cwd, 'plan.json'), saved)
  assert.is((await deployer(['apply', 'plan.json'], { cwd })).code, 0)
  assert.equal(lines(cwd), [`${IMAGE}: ${NEW}`])
})

test('a saved upgrade is applied without --upgrade, and refused once somebody locked something else', async () => {
  const cwd = demo()
  lock(cwd, [IMAGE, OLD])
  await deployer(['apply', '--yes'], { cwd })
  await deployer(['plan', '--upgrade', '--out', 'plan.json'], { cwd })
  lock(cwd, [IMAGE, `sha256:${'c'.repeat(64)}`])
  assert.is(parsed(await deployer(['apply', 'plan.json', '--json'], { cwd })).fault.code, 'PLAN_MOVED')
  lock(cwd, [IMAGE, OLD])
  assert.is((await deployer(['apply', 'plan.json'], { cwd })).code, 0)
  assert.equal(lines(cwd), [`${IMAGE}: ${NEW}`])
})

test('going back to a run brings its images back, and leaves the lock file to the environment file', async () => {
  const cwd = demo()
  lock(cwd, [IMAGE, OLD])
  await deployer(['apply', '--yes'], { cwd })
  await deployer(['apply', '--yes', '--upgrade'], { cwd })
  const { tasks, pins } = await plan(cwd, '--back-to', '1')
  assert.equal(
    [tasks.map((one: { addr: string }) => one.addr), tasks[0].fields[0].to, tasks[0].fields[0].source],
    [['tracker.main'], `${IMAGE}@${OLD}`, 'run'],
  )
  assert.is(pins, undefined)
  const back = await deployer(['apply', '--yes', '--back-to', '1'], { cwd })
  assert.equal([back.code, lines(cwd)], [0, [`${IMAGE}: ${NEW}`]])
  assert.not.match(back.stdout, 'Commit')
  assert.equal((await plan(cwd)).tasks[0].fields[0].to, `${IMAGE}@${NEW}`)
})

test('to look for newer images and to go back contradict each other', async () => {
  const { code, stderr } = await deployer(['plan', '--upgrade', '--back-to', '1'], { cwd: demo() })
  assert.is(code, 1)
  assert.match(stderr, 'USAGE: --upgrade looks for newer images, and --back-to wants those of a run')
})

test('render writes what is locked, and asks nobody for the rest', async () => {
  const cwd = demo()
  const rendered = async (): Promise<string> => {
    assert.is((await deployer(['render', '--out', 'rendered'], { cwd })).code, 0)
    return readFileSync(join(cwd, 'rendered', 'host', 'etc', 'image'), 'utf8')
  }
  assert.is(await rendered(), IMAGE)
  lock(cwd, [IMAGE, OLD])
  assert.is(await rendered(), `${IMAGE}@${OLD}`)
})

test('destroy needs no images, and says that the lock file stays', async () => {
  const cwd = demo()
  await deployer(['apply', '--yes'], { cwd })
  const { stderr } = await deployer(['destroy', '--yes', '--accept-loss', 'vm.main'], { cwd })
  assert.match(stderr, 'Stays: environment.yaml, environment.lock, history and secrets in .deployer.')
  assert.equal(lines(cwd), [`${IMAGE}: ${NEW}`])
})

test.run()
