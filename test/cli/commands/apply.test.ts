import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { demo, deployer, parsed } from '../../support/cli.js'

const fingerprintOf = async (cwd: string): Promise<string> => parsed(await deployer(['plan', '--json'], { cwd })).result.fingerprint
const pending = async (cwd: string): Promise<number> => parsed(await deployer(['plan', '--json'], { cwd })).result.tasks.length

test('apply shows the plan, asks, runs, and leaves nothing to do', async () => {
  const cwd = demo()
  const { code, stdout, stderr } = await deployer(['apply'], { cwd, typed: ['y'] })
  assert.is(code, 0)
  assert.match(stderr, '+ create  vm.main')
  assert.match(stderr, 'Make these 5 changes to demo? [y/N] ')
  assert.match(stderr, /done +docker\.main/)
  assert.match(stdout, /^demo is up: 5 created in .*Run 1\.\n/)
  assert.not.match(stdout, 'create  vm.main')
  assert.is(await pending(cwd), 0)
})

test('a second apply asks nothing and says in one line that there is nothing to do', async () => {
  const cwd = demo('prometheus: {}\n')
  await deployer(['apply', '--yes'], { cwd })
  const { code, stdout, stderr } = await deployer(['apply'], { cwd })
  assert.equal([code, stdout], [0, 'demo on sandbox (simulated): 5 as wanted\n'])
  assert.match(stderr, /^Not handled by this version yet: /)
  assert.is((await deployer(['apply', '--yes', '-q'], { cwd })).stderr, '')
  assert.is(parsed(await deployer(['history', '--json'], { cwd })).result.runs.length, 1)
})

test('where there is only something to remember, the end is the same line', async () => {
  const cwd = demo()
  await deployer(['apply', '--yes'], { cwd })
  await deployer(['state', 'rm', 'docker.main', '--yes'], { cwd })
  for (const argv of [['apply'], ['apply', '--yes']])
    assert.is((await deployer(argv, { cwd })).stdout, 'demo on sandbox (simulated): 5 as wanted\n')
})

test('anything but yes is no, and nothing was changed', async () => {
  const cwd = demo()
  const { code, stdout, stderr } = await deployer(['apply'], { cwd, typed: [''] })
  assert.equal([code, stdout], [4, ''])
  assert.match(stderr, '[y/N] Nothing was changed.\n')
  assert.not(existsSync(join(cwd, '.deployer')))
})

test('a secret that cannot be had is missed before anything is changed', async () => {
  const cwd = demo('docker: { registries: { r.example.com: { user: u, password: { env: NOT_THERE } } } }\n')
  const { code, stderr } = await deployer(['apply', '--yes'], { cwd })
  assert.is(code, 1)
  assert.match(stderr, 'error: SECRET_UNAVAILABLE: the secret docker.registries.r.example.com.password cannot be had')
  assert.not.match(stderr, 'running')
  assert.is(await pending(cwd), 5)
  assert.equal(parsed(await deployer(['history', '--json'], { cwd })).result.runs, [])
})

test('without a terminal nobody is asked', async () => {
  const cwd = demo()
  const { code, stdout, stderr } = await deployer(['apply'], { cwd })
  assert.equal([code, stdout], [4, ''])
  assert.match(
    stderr,
    'error: ANSWER_NEEDED: a question needs an answer and there is no terminal: Make these 5 changes to demo?\n  Answer it with --yes\n',
  )
})

test('with --json nobody is asked either, even where there is a terminal', async () => {
  const ran = await deployer(['apply', '--json'], { cwd: demo(), typed: ['y'] })
  assert.equal([ran.code, ran.stderr, parsed(ran).fault.code], [4, '', 'ANSWER_NEEDED'])
})

test('with --json the result is plan and report, and progress is an object a line', async () => {
  const ran = await deployer(['apply', '--yes', '--json'], { cwd: demo() })
  const { ok, result } = parsed(ran)
  assert.equal([ran.code, ok, result.plan.tasks.length, result.report.outcome, result.report.done.length], [0, true, 5, 'done', 5])
  const events = ran.stderr
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.equal([events[0].at, events.filter(({ at }) => at === 'done').length], ['begin', 5])
  assert.is(events.find(({ at, addr }) => at === 'done' && addr === 'vm.main').says, result.report.host)
  assert.ok(events.some(({ at, says }) => at === 'doing' && says === 'adding the rule allow 6969/udp'))
})

test('-q leaves the result', async () => {
  const { stdout, stderr } = await deployer(['apply', '--yes', '-q'], { cwd: demo() })
  assert.match(stdout, 'demo is up')
  assert.not.match(stderr, 'running')
})

test('a fingerprint that was reviewed is agreement enough, another one is refused', async () => {
  const cwd = demo()
  const fingerprint = await fingerprintOf(cwd)
  const moved = await deployer(['apply', '--expect', '0'.repeat(16), '--json'], { cwd })
  assert.equal([moved.code, parsed(moved).fault.code], [4, 'PLAN_MOVED'])
  assert.is(await pending(cwd), 5)
  assert.is((await deployer(['apply', '--expect', fingerprint.slice(0, 16)], { cwd })).code, 0)
  assert.is(await pending(cwd), 0)
})

test('eight digits are refused, with all sixteen where they are those of the plan', async () => {
  const { code, stderr } = await deployer(['apply', '--expect', 'c41f7a02'], { cwd: demo() })
  assert.is(code, 1)
  assert.match(stderr, 'error: USAGE: --expect takes 16 digits or more')
  assert.match(stderr, '  Usage: deployer apply --expect FINGERPRINT\n')
  const cwd = demo()
  const fingerprint = await fingerprintOf(cwd)
  const short = await deployer(['apply', '--expect', fingerprint.slice(0, 8)], { cwd })
  assert.match(short.stderr, `  Usage: deployer apply --expect ${fingerprint.slice(0, 16)}\n`)
})

test('a saved plan is applied as it is, or refused with what moved', async () => {
  const cwd = demo()
  await deployer(['plan', '--out', 'plan.json'], { cwd })
  writeFileSync(join(cwd, 'environment.yaml'), 'name: demo\nprovider: sandbox\ntracker: { udp: [6970] }\nvm: { cpus: 4 }\n')
  const { code, stderr } = await deployer(['apply', 'plan.json'], { cwd })
  assert.is(code, 4)
  assert.match(stderr, /error: PLAN_MOVED: the plan is no longer [0-9a-f]{8} but [0-9a-f]{8}: .*vm\.main: .*4 cpus/)
  await deployer(['plan', '--out', 'plan.json'], { cwd })
  assert.is((await deployer(['apply', 'plan.json', '--json'], { cwd })).code, 0)
})

test('a saved plan that was applied already asks for nothing more, as --expect does', async () => {
  const cwd = demo()
  await deployer(['plan', '--out', 'plan.json'], { cwd })
  for (const _ of [1, 2]) assert.is((await deployer(['apply', 'plan.json'], { cwd })).code, 0)
  const two = await deployer(['apply', 'plan.json', 'plan.json'], { cwd })
  assert.is(two.code, 1)
  assert.match(two.stderr, 'error: USAGE: two saved plans')
})

test('a saved plan of another environment, or one beside --expect, is a usage fault', async () => {
  const cwd = demo()
  await deployer(['plan', '--out', 'plan.json'], { cwd })
  const both = parsed(await deployer(['apply', 'plan.json', '--expect', '0'.repeat(16), '--json'], { cwd }))
  assert.is(both.fault.says, 'a saved plan and --expect say the same: give one of them')
  writeFileSync(join(cwd, 'environment.yaml'), 'name: other\nprovider: sandbox\ntracker: { udp: [6969] }\n')
  const other = parsed(await deployer(['apply', 'plan.json', '--json'], { cwd }))
  assert.is(other.fault.says, 'the saved plan is of demo, and the file describes other')
})

test('lost data is never covered by --yes, and --accept-loss takes addresses', async () => {
  const cwd = demo()
  await deployer(['apply', '--yes'], { cwd })
  writeFileSync(join(cwd, 'environment.yaml'), 'name: demo\nprovider: sandbox\ntracker: { udp: [6969] }\nvm: { image: debian/12 }\n')
  const refused = await deployer(['apply', '--yes', '--json'], { cwd })
  assert.equal([refused.code, parsed(refused).fault.code], [4, 'DATA_LOSS'])
  assert.is(parsed(await deployer(['apply', '--accept-loss', 'vm', '--json'], { cwd })).fault.code, 'USAGE')
  const { addrs } = parsed(refused).fault.facts
  assert.is((await deployer(['apply', '--yes', '--accept-loss', addrs.join(',')], { cwd })).code, 0)
})

test('Ctrl-C once ends after the current step, and apply goes on from there', async () => {
  const cwd = demo()
  let press = (): void => {}
  const ran = await deployer(['apply', '--yes', '--json'], {
    cwd,
    onListening: heard => {
      press = heard
    },
    onProgress: text => {
      if (text.includes('"running"')) press()
    },
  })
  assert.is(ran.code, 130)
  const { fault, result } = parsed(ran)
  assert.is(fault.says, 'demo was interrupted; 0 done, 4 not begun; vm.main was begun and may be half done')
  assert.equal(
    [result.report.leftOff, result.report.notBegun],
    [['vm.main'], ['firewall.main', 'docker.main', 'compose-stack.main', 'tracker.main']],
  )
  assert.match((await deployer(['history'], { cwd })).stdout, /^1 +apply +interrupted +0 of 5 +0 +0 /m)
  assert.match((await deployer(['history', '--run', '1'], { cwd })).stdout, /^vm\.main +create +left off +/m)
  assert.is((await deployer(['apply', '--yes'], { cwd })).code, 0)
  assert.is(await pending(cwd), 0)
})

test('Ctrl-C at the question is no answer: nothing was changed', async () => {
  const cwd = demo()
  let press = (): void => {}
  const { code, stderr } = await deployer(['apply'], {
    cwd,
    typed: [],
    onListening: heard => {
      press = heard
    },
    onProgress: text => {
      if (text.includes('[y/N]')) setImmediate(press)
    },
  })
  assert.is(code, 130)
  assert.match(stderr, 'error: INTERRUPTED: demo was interrupted; nothing was changed\n  To begin again: deployer apply\n')
  assert.not(existsSync(join(cwd, '.deployer')))
})

test('a next command is given the variables that this one had, quoted, and never a secret', async () => {
  const cwd = demo()
  const token = 'DEPLOYER__TRACKER__API__ADMIN_TOKEN'
  const env = { DEPLOYER__TRACKER__UDP__0__PORT: '6970', DEPLOYER__VM: "{ timezone: 'Europe/Berlin' }", [token]: 'hidden-from-all-1' }
  const { stdout, stderr } = await deployer(['plan'], { cwd, env })
  const line = `${token}="$${token}" DEPLOYER__TRACKER__UDP__0__PORT=6970 DEPLOYER__VM='{ timezone: '\\''Europe/Berlin'\\'' }' deployer apply --expect `
  assert.ok(stdout.includes(line), stdout)
  const applied = await deployer(['apply', '--yes'], { cwd, env })
  assert.ok(applied.stdout.includes('  Take it down             deployer destroy\n'), applied.stdout)
  const [with0, ...others] = applied.stdout.slice(applied.stdout.indexOf('  Each of these with')).trimEnd().split('\n')
  assert.is(with0, `  Each of these with       ${token}="$${token}"`)
  assert.equal(
    others.map(other => other.trim()),
    ['DEPLOYER__TRACKER__UDP__0__PORT=6970', "DEPLOYER__VM='{ timezone: '\\''Europe/Berlin'\\'' }'"],
  )
  assert.not.match(stdout + stderr + applied.stdout + applied.stderr, 'hidden-from-all')
})

test('what apply and history count is the same', async () => {
  const cwd = demo()
  await deployer(['apply', '--yes'], { cwd })
  await deployer(['state', 'rm', 'docker.main', '--yes'], { cwd })
  writeFileSync(join(cwd, 'environment.yaml'), 'name: demo\nprovider: sandbox\ntracker: { udp: [6970] }\n')
  const { report } = parsed(await deployer(['apply', '--yes', '--json'], { cwd })).result
  const [run] = parsed(await deployer(['history', '--json'], { cwd })).result.runs
  assert.equal([run.done, run.tasks, run.seconds], [report.done.length, 3, report.seconds])
})

test('a secret is in no output, no log and no state', async () => {
  const secret = 'p4ss "wörd" of the registry'
  const cwd = demo('docker: { registries: { ghcr.io: { user: bot, password: { env: REGISTRY } } } }\n')
  const given = { cwd, env: { REGISTRY: secret } }
  const runs = [
    await deployer(['plan', '-vvv', '--steps'], given),
    await deployer(['plan', '--json', '--out', 'plan.json'], given),
    await deployer(['apply', '--yes', '-vvv'], given),
    await deployer(['state', 'show', 'docker.main', '--json'], given),
    await deployer(['secret', 'list', '--json'], given),
  ]
  assert.equal(
    runs.map(({ code }) => code),
    [0, 0, 0, 0, 0],
  )
  const written = readdirSync(cwd, { recursive: true, encoding: 'utf8' })
    .map(name => join(cwd, name))
    .filter(path => statSync(path).isFile())
  const texts = [...runs.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...written.map(path => readFileSync(path, 'latin1'))]
  for (const form of ['p4ss', Buffer.from(secret).toString('base64'), encodeURIComponent(secret)])
    assert.not.ok(texts.some(text => text.includes(form)))
})

test('a literal secret is not in history, so going back takes it from the file', async () => {
  const registry = (port: number) =>
    `name: demo\nprovider: sandbox\ntracker: { udp: [${port}] }\ndocker: { registries: { ghcr.io: { user: bot, password: in-the-clear-1 } } }\n`
  const cwd = demo()
  writeFileSync(join(cwd, 'environment.yaml'), registry(6969))
  await deployer(['apply', '--yes'], { cwd })
  writeFileSync(join(cwd, 'environment.yaml'), registry(6970))
  await deployer(['apply', '--yes'], { cwd })
  const { tasks } = parsed(await deployer(['plan', '--back-to', '1', '--json'], { cwd })).result
  assert.equal(
    tasks.map((task: { addr: string }) => task.addr),
    ['firewall.main', 'compose-stack.main', 'tracker.main'],
  )
  writeFileSync(join(cwd, 'environment.yaml'), 'name: demo\nprovider: sandbox\ntracker: { udp: [6970] }\n')
  const { fault } = parsed(await deployer(['plan', '--back-to', '1', '--json'], { cwd }))
  assert.equal([fault.code, fault.facts.why], ['SECRET_UNAVAILABLE', 'its text was not kept'])
})

test('a bug in the middle of a run shows no stack, counts as a change, and gives the lock back', async () => {
  const cwd = demo()
  const broken = await deployer(['apply', '--yes', '--json'], {
    cwd,
    onProgress: text => {
      if (text.includes('"done"')) throw new TypeError('x is not a function')
    },
  })
  assert.equal(
    [broken.code, parsed(broken).fault.code, parsed(broken).fault.says],
    [3, 'BUG', 'this is a bug in deployer: x is not a function'],
  )
  assert.not.match(broken.stdout + broken.stderr, /\n {4}at /)
  assert.match(readFileSync(join(cwd, '.deployer/deployer.log'), 'utf8'), /bug apply: TypeError: x is not a function\n.*at /s)
  assert.is((await deployer(['apply', '--yes'], { cwd })).code, 0)
  const { runs } = parsed(await deployer(['history', '--json'], { cwd })).result
  assert.equal(
    runs.map((run: { outcome: string }) => run.outcome),
    ['done', 'failed'],
  )
})

test('going back to a run is a plan towards what it wanted', async () => {
  const cwd = demo()
  await deployer(['apply', '--yes'], { cwd })
  writeFileSync(join(cwd, 'environment.yaml'), 'name: demo\nprovider: sandbox\ntracker: { udp: [6970] }\n')
  await deployer(['apply', '--yes'], { cwd })
  const back = await deployer(['plan', '--back-to', '1'], { cwd })
  assert.match(back.stdout, /\nBack to run 1, of environment\.yaml: .*\+ rule +allow 6969\/udp +\[run\]/s)
  assert.not.match(back.stdout, '[file]')
  assert.match(back.stdout, /deployer apply --back-to 1 --expect [0-9a-f]{16}\n/)
  const went = await deployer(['apply', '--back-to', '1', '--yes'], { cwd })
  assert.is(went.code, 0)
  assert.match(went.stdout, 'environment.yaml still asks for something else\n')
  assert.equal(parsed(await deployer(['plan', '--back-to', '1', '--json'], { cwd })).result.tasks, [])
})

test('the log says what was done, and only its owner may read it', async () => {
  const cwd = demo()
  await deployer(['apply', '--yes'], { cwd })
  const file = join(cwd, '.deployer/deployer.log')
  assert.match(readFileSync(file, 'utf8'), /run 1 of demo begins.*run 1 done \{"addr":"vm\.main".*run 1 of demo ended: done/s)
  assert.is(statSync(file).mode & 0o777, 0o600)
})

test.run()
