import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { demo, deployer, folder, parsed } from '../../support/cli.js'

test('a first plan creates, and writes nothing anywhere', async () => {
  const cwd = demo()
  const { code, stdout, stderr } = await deployer(['plan'], { cwd })
  assert.equal([code, stderr], [0, ''])
  assert.match(stdout, /^demo on sandbox \(simulated\): 3 create {2,}plan [0-9a-f]{8}\n/)
  assert.match(stdout, '\n+ create  vm.main ')
  assert.not(existsSync(join(cwd, '.deployer')))
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
    ['vm.main', 'firewall.main', 'docker.main'],
  )
  assert.match(result.fingerprint, /^[0-9a-f]{64}$/)
})

test('changes have an exit code of their own when that is asked for', async () => {
  assert.is((await deployer(['plan', '--detailed-exitcode'], { cwd: demo() })).code, 2)
})

test('--steps shows the very steps', async () => {
  const { stdout } = await deployer(['plan', '--steps'], { cwd: demo() })
  assert.match(stdout, '    step 1  make machine demo: debian/13, 2 cpus')
})

test('--out saves the value that --json has', async () => {
  const cwd = demo()
  const { result } = parsed(await deployer(['plan', '--out', 'plan.json', '--json'], { cwd }))
  assert.equal(JSON.parse(readFileSync(join(cwd, 'plan.json'), 'utf8')), result)
  const { code, stderr } = await deployer(['plan', '--out', 'no/where.json'], { cwd })
  assert.is(code, 1)
  assert.match(stderr, 'FILE_UNWRITABLE')
})

test('-q leaves the line that counts', async () => {
  const { stdout } = await deployer(['plan', '-q'], { cwd: demo() })
  assert.is(stdout.split('\n').length, 2)
  assert.match((await deployer(['plan', '-q', '-v'], { cwd: demo() })).stderr, 'USAGE: -q and -v contradict each other')
})

test('--upgrade says truthfully that nothing is pinned', async () => {
  const { code, stderr } = await deployer(['plan', '--upgrade'], { cwd: demo() })
  assert.equal([code, stderr], [0, 'No image is pinned in this version, so --upgrade changes nothing.\n'])
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
  await deployer(['init', 'ssh', 'tracker.example.com'], { cwd })
  const { code, fault } = { ...(await deployer(['plan'], { cwd })), ...parsed(await deployer(['plan', '--json'], { cwd })) }
  assert.equal([code, fault.code, fault.facts.provider], [1, 'PROVIDER_LATER', 'ssh'])
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
  assert.match(await stdoutOf('{ disk: 5GiB }'), `3 as wanted\n\n${stays}`)
  const update = await stdoutOf('{ disk: 5GiB, memory: 4GiB }')
  assert.match(update, stays)
  assert.not.match(update, 'Changed outside')
  assert.not.match(await stdoutOf('{ disk: 5GiB, image: debian/12 }'), 'the disk stays')
})

test.run()
