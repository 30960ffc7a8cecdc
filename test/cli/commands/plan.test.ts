import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { demo, deployer, folder, parsed } from '../../support/cli.js'

test('a first plan creates, and writes nothing anywhere', async () => {
  const cwd = demo()
  const { code, stdout, stderr } = await deployer(['plan'], { cwd })
  assert.equal([code, stderr], [0, ''])
  assert.match(stdout, /^demo on sandbox \(simulated\): 5 create {2,}plan [0-9a-f]{8}\n/)
  assert.match(stdout, '\n+ create  vm.main ')
  assert.not(existsSync(join(cwd, '.deployer')))
})

test('a file that got another name still tells what stands under the old one', async () => {
  const cwd = demo()
  await deployer(['apply', '--yes'], { cwd })
  const file = join(cwd, 'environment.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('name: demo', 'name: other'))
  const { stdout } = await deployer(['plan'], { cwd })
  assert.match(stdout, 'This file was demo before, and what was made under that name still stands: 5')
  writeFileSync(file, readFileSync(file, 'utf8').replace('name: other', 'name: demo'))
  assert.not.match((await deployer(['plan'], { cwd })).stdout, 'This file was')
})

test('two plans of an unchanged world are equal bytes', async () => {
  const cwd = demo()
  const [one, two] = [await deployer(['plan', '-vv'], { cwd }), await deployer(['plan', '-vv'], { cwd })]
  assert.equal(one, two)
})

test('for programs the plan is the whole value', async () => {
  const ran = await deployer(['plan', '--json'], { cwd: demo() })
  const { ok, command, result, warnings } = parsed(ran)
  assert.equal([ran.code, ran.stderr, ok, command, result.format, warnings], [0, '', true, 'plan', 1, []])
  assert.equal(
    result.tasks.map((task: { addr: string }) => task.addr),
    ['vm.main', 'firewall.main', 'docker.main', 'compose-stack.main', 'tracker.main'],
  )
  assert.match(result.fingerprint, /^[0-9a-f]{64}$/)
})

test('changes have an exit code of their own when that is asked for', async () => {
  assert.is((await deployer(['plan', '--detailed-exitcode'], { cwd: demo() })).code, 2)
})

test('a plan that is made while a run goes on says so', async () => {
  const cwd = demo()
  assert.is((await deployer(['apply', '--yes'], { cwd })).code, 0)
  const notes: Array<Promise<string>> = []
  const plan = async (): Promise<string> => (await deployer(['plan'], { cwd })).stdout
  const onProgress = (text: string): void => void (text.includes('running') && notes.length === 0 && notes.push(plan()))
  const env = { DEPLOYER_SANDBOX_INSTANT: '', DEPLOYER__TRACKER__UDP__0__PORT: '6970' }
  assert.is((await deployer(['apply', '--yes'], { cwd, env, onProgress })).code, 0)
  assert.match((await Promise.all(notes)).join('').replace(/\s+/g, ' '), 'deployer apply by ann@desk is under way: this is what was seen')
  assert.not.match(await plan(), 'under way')
})

test('--steps shows the very steps', async () => {
  const { stdout } = await deployer(['plan', '--steps'], { cwd: demo() })
  assert.match(stdout, '    step 1  make machine demo: debian/13, 2 cpus')
})

test('a file of a folder above is named, and nothing where it was typed or is here', async () => {
  const cwd = demo()
  mkdirSync(join(cwd, 'below'))
  for (const command of ['plan', 'destroy'])
    assert.match((await deployer([command], { cwd: join(cwd, 'below') })).stderr, `Environment file: ${join(cwd, 'environment.yaml')}\n`)
  assert.is((await deployer(['plan', '-q'], { cwd: join(cwd, 'below') })).stderr, '')
  assert.is((await deployer(['plan', '../environment.yaml'], { cwd: join(cwd, 'below') })).stderr, '')
})

test('--out says what it wrote, and that apply takes it', async () => {
  const { stdout, stderr } = await deployer(['plan', '--out', 'my plan.json'], { cwd: demo() })
  assert.is(stderr, 'Wrote the plan to my plan.json.\n')
  assert.match(stdout, "Apply exactly this:        deployer apply 'my plan.json'\n")
})

test('--out saves the value that --json has', async () => {
  const cwd = demo()
  const { result } = parsed(await deployer(['plan', '--out', 'plan.json', '--json'], { cwd }))
  assert.equal(JSON.parse(readFileSync(join(cwd, 'plan.json'), 'utf8')), result)
  const { code, stderr } = await deployer(['plan', '--out', 'no/where.json'], { cwd })
  assert.is(code, 1)
  assert.match(stderr, 'FILE_UNWRITABLE')
})

test('-q leaves the plan and says nothing of what to type next', async () => {
  const { stdout, stderr } = await deployer(['plan', '-q', '--out', 'plan.json'], { cwd: demo() })
  assert.match(stdout, '\n+ create  vm.main ')
  assert.not.match(stdout + stderr, /deployer |Wrote/)
  assert.match((await deployer(['plan', '-q', '-v'], { cwd: demo() })).stderr, 'USAGE: -q and -v contradict each other')
})

test('a file with mistakes is no plan', async () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'environment.yaml'), 'name: demo\nprovider: sandbox\n')
  const { code, stdout, stderr } = await deployer(['plan'], { cwd })
  assert.equal([code, stdout], [1, ''])
  assert.match(stderr, 'LISTENER_MISSING')
})

test('a provider that this version cannot reach is told', async () => {
  const cwd = folder()
  await deployer(['init', 'hetzner'], { cwd })
  const { code, fault } = { ...(await deployer(['plan'], { cwd })), ...parsed(await deployer(['plan', '--json'], { cwd })) }
  assert.equal([code, fault.code, fault.facts.provider], [1, 'PROVIDER_LATER', 'hetzner'])
})

test('a run to go back to has to be a number, and one that was', async () => {
  const cwd = demo()
  assert.is(parsed(await deployer(['plan', '--back-to', 'last', '--json'], { cwd })).fault.code, 'USAGE')
  assert.is(parsed(await deployer(['plan', '--back-to', '7', '--json'], { cwd })).fault.code, 'ENVIRONMENT_UNKNOWN')
  await deployer(['apply', '--yes'], { cwd })
  assert.equal(parsed(await deployer(['plan', '--back-to', '7', '--json'], { cwd })).fault.facts.known, [1])
})

test('a disk that cannot shrink is said to stay as it is, not to have changed outside', async () => {
  const cwd = folder()
  const stdoutOf = async (vm: string): Promise<string> => {
    writeFileSync(join(cwd, 'environment.yaml'), `{ name: demo, provider: sandbox, tracker: { udp: [6969] }, vm: ${vm} }`)
    return (await deployer(['plan'], { cwd })).stdout
  }
  const stays = "vm.main: the disk stays at 10GiB, more than the 5GiB asked for: disks don't\nshrink.\n"
  await stdoutOf('{}')
  await deployer(['apply', '--yes'], { cwd })
  assert.match(await stdoutOf('{ disk: 5GiB }'), `5 as wanted\n\n${stays}`)
  const update = await stdoutOf('{ disk: 5GiB, memory: 4GiB }')
  assert.match(update, stays)
  assert.not.match(update, 'Changed outside')
  assert.not.match(await stdoutOf('{ disk: 5GiB, image: debian/12 }'), 'the disk stays')
})

test('a secret that left the file is no change outside, though it can be compared no more', async () => {
  const cwd = folder()
  const write = (tracker: string, more = ''): void =>
    writeFileSync(join(cwd, 'environment.yaml'), `name: demo\nprovider: sandbox\ntracker: ${tracker}\n${more}`)
  const service = 'compose-stack: { services: { web: { image: nginx:1.29, environment: { TOKEN: { env: T } } } } }\n'
  write('{ udp: [6969, 6970], api: { admin_token: { env: A }, tokens: { ci: { env: T } } } }', service)
  const env = { T: 'one-token', A: 'another-token' }
  assert.is((await deployer(['apply', '--yes'], { cwd, env })).code, 0)
  write('{ udp: [6969] }')
  const { stdout } = await deployer(['plan'], { cwd })
  assert.match(stdout, '    - udp 6970 ')
  assert.not.match(stdout, 'Changed outside')
  assert.not.match(stdout, '[host]')
})

test('a secret that changed on the host alone is a change outside, and what uses it is tried', async () => {
  const cwd = folder()
  const log = join(cwd, '.deployer/sandbox/demo.log')
  writeFileSync(
    join(cwd, 'environment.yaml'),
    'name: demo\nprovider: sandbox\ntracker: { udp: [6969], api: { admin_token: { env: A } } }\n',
  )
  const applied = async (A: string): Promise<string> => {
    assert.is((await deployer(['apply', '--yes'], { cwd, env: { A } })).code, 0)
    return readFileSync(log, 'utf8')
  }
  const before = await applied('the-first-token')
  const after = await applied('the-second-token')
  writeFileSync(log, before)
  const env = { A: 'the-second-token' }
  const { stdout } = await deployer(['plan'], { cwd, env })
  assert.match(stdout, /tracker\.env +\(secret, changed\) +\[host\]\n/)
  assert.match(stdout, 'tracker.env changed: put back above')
  assert.match((await deployer(['test'], { cwd, env })).stdout, /\n\w+ +tracker\.main +api 1212/)
  writeFileSync(log, after)
  const changed = (await deployer(['plan'], { cwd, env: { A: 'the-third-token' } })).stdout
  assert.match(changed, /tracker\.env +\(secret: tracker\.api\.admin_token, changed\) +\[secret\]\n/)
  assert.not.match(changed, 'Changed outside')
})

test('an edit of the file is never taken for a change outside, nor for anything but the file', async () => {
  const cwd = folder()
  const edits = [
    '',
    'ssh: { user: ops, port: 2222 }',
    'docker: { daemon: { log-level: warn }, mirrors: ["https://mirror.example.com"] }',
    'docker: { packages: docker }',
    'vm: { timezone: Europe/Berlin, upgrades: none, hostname: other, sysctl: { vm.swappiness: 10 } }',
    'firewall: { managed: false }',
    'firewall: { ssh_from: [192.0.2.0/24], allow: [{ port: 9100, from: 192.0.2.0/24, note: exporter }] }',
  ]
  for (const [index, edit] of [...edits, ...edits.toReversed()].entries()) {
    writeFileSync(join(cwd, 'environment.yaml'), `name: demo\nprovider: sandbox\ntracker: { udp: [6969] }\n${edit}\n`)
    const { result } = parsed(await deployer(['plan', '--json'], { cwd }))
    const updates = result.tasks.filter(({ action }: PlannedTask) => action === 'update')
    const sources = updates.flatMap((task: PlannedTask) => [...task.fields, ...task.files].map(({ source }) => source))
    const drift = result.drift.filter(({ fate }: { readonly fate: string }) => fate !== 'left alone')
    if (index > 0) assert.equal([drift, [...new Set(sources)].filter(source => source !== 'file')], [[], []], edit)
    assert.is((await deployer(['apply', '--yes', '--accept-deletes'], { cwd })).code, 0)
  }
})
interface PlannedTask {
  readonly action: string
  readonly fields: ReadonlyArray<{ readonly source?: string }>
  readonly files: ReadonlyArray<{ readonly source?: string }>
}

test.run()
