import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { release } from '../../scripts/bundle.js'
import { demo, folder } from '../support/cli.js'
import { sshStandIn } from '../support/ssh-stand-in.js'

const outdir = mkdtempSync(resolve('node_modules/.deployer-'))
const program = join(outdir, 'deployer.js')
const host = sshStandIn()
const cwd = folder()
writeFileSync(
  join(cwd, 'environment.yaml'),
  'name: demo\nprovider: { kind: ssh, host: host.example }\nssh: { user: ann, port: 2222 }\ntracker: { udp: [6969] }\n',
)

const test = suite('host')
test.before(() => release(outdir))
test.before.each(() => host.trouble(''))
test.after(() => rmSync(outdir, { recursive: true }))

const env = { ...process.env, PATH: `${host.path}:${process.env.PATH}`, HOME: cwd, LC_ALL: 'C' }
const ran = (argv: ReadonlyArray<string>, input: string | Buffer = '') =>
  spawnSync(process.execPath, [program, ...argv], { cwd, env, input, maxBuffer: 64 * 1024 * 1024 })
const said = (argv: ReadonlyArray<string>, input: string | Buffer = '') => {
  const { status, stdout, stderr } = ran(argv, input)
  return { status, stdout: stdout.toString(), stderr: stderr.toString() }
}
const result = (...argv: string[]) => JSON.parse(said([...argv, '--json']).stdout).result

const WORDS = [
  'a b',
  '',
  '$HOME',
  "it's",
  '"q"',
  'new\nline',
  'ü→😀',
  '\\',
  '\\n',
  '`id`',
  '*',
  '-n',
  '!x',
  '; exit 9',
  '$(id)',
  '\t',
  '~',
  '{a,b}',
  "'",
  '%s',
]

test('each word of a command arrives as it is', () => {
  const { status, stdout } = said(['exec', '--', 'printf', '[%s]', ...WORDS])
  assert.equal([status, stdout], [0, WORDS.map(word => `[${word}]`).join('')])
  assert.is(said(['exec', '--sudo', '--', 'printf', '[%s]', ...WORDS]).stdout, stdout)
})

test('a command without options of its own needs no dashes', () => {
  assert.is(said(['exec', 'echo', 'here']).stdout, 'here\n')
})

for (const root of [[], ['--sudo']]) {
  test(`the exit code is that of the command ${root}`, () => {
    const codeOf = (...argv: string[]) => said(['exec', ...root, '--', ...argv]).status
    for (const code of [0, 1, 3, 125, 254, 255]) assert.is(codeOf('sh', '-c', `exit ${code}`), code)
    assert.is(codeOf('no-such-program'), 127)
    assert.is(codeOf('/etc/passwd'), 126)
    for (const [signal, number] of [
      ['KILL', 9],
      ['TERM', 15],
      ['INT', 2],
    ] as const)
      assert.is(codeOf('sh', '-c', `kill -${signal} $$`), 128 + number)
  })
}

test('standard input goes to the command, byte by byte', () => {
  const bytes = randomBytes(3_000_000)
  const { status, stdout } = ran(['exec', '--', 'cat'], bytes)
  assert.equal([status, stdout.equals(bytes)], [0, true])
})

test('root is only asked for when it is wanted', () => {
  const before = host.sudoed()
  said(['exec', '--', 'true'])
  assert.is(host.sudoed(), before)
  said(['exec', '--sudo', '--', 'true'])
  assert.ok(host.sudoed() > before)
})

test('who was let in before and is not now is told to put back what was changed, and nobody else is', () => {
  const at = demo()
  const plan = (): string => spawnSync(process.execPath, [program, 'plan'], { cwd: at, env }).stderr.toString()
  const file = readFileSync(join(cwd, 'environment.yaml'))
  const first = readFileSync(join(at, 'environment.yaml'))
  host.trouble('refused')
  writeFileSync(join(at, 'environment.yaml'), file)
  assert.match(plan(), /LOGIN_REFUSED: .*\n {2}Check ssh\.user and ssh\.key, and that the public key is in authorized_keys there\n$/)
  writeFileSync(join(at, 'environment.yaml'), first)
  const sandbox = { ...env, DEPLOYER_KEY: '0'.repeat(64), DEPLOYER_SANDBOX_INSTANT: '1' }
  assert.is(spawnSync(process.execPath, [program, 'apply', '--yes'], { cwd: at, env: sandbox }).status, 0)
  writeFileSync(join(at, 'environment.yaml'), file)
  assert.match(plan(), /LOGIN_REFUSED: .*\n.*\n {2}This machine was set up with others: put back what they were\./)
})

test('what kept a command from running is 125 and a fault, also of a 255 of ssh itself', () => {
  const faultOf = (...argv: string[]) => {
    const { status, stdout } = said([...argv.slice(0, 1), '--json', ...argv.slice(1)])
    return [status, JSON.parse(stdout).fault.code]
  }
  assert.equal(faultOf('exec'), [125, 'USAGE'])
  assert.equal(faultOf('exec', '--', 'echo', 'x'.repeat(100_000)), [125, 'USAGE'])
  host.trouble('refused')
  assert.equal(faultOf('exec', '--', 'true'), [125, 'LOGIN_REFUSED'])
  assert.equal(faultOf('ssh'), [125, 'LOGIN_REFUSED'])
  host.trouble('no sudo')
  assert.equal(faultOf('exec', '--sudo', '--', 'true'), [125, 'SUDO_REFUSED'])
  host.trouble('lost')
  assert.equal(faultOf('exec', '--', 'sleep', '9'), [125, 'COMMAND_LOST'])
})

test('the result for programs has what the command said on both streams', () => {
  const { status, stdout } = said(['exec', '--json', '--', 'sh', '-c', 'echo out; echo err >&2; exit 4'])
  const argv = ['sh', '-c', 'echo out; echo err >&2; exit 4']
  assert.equal([status, JSON.parse(stdout).result], [4, { argv, code: 4, stdout: 'out\n', stderr: 'err\n' }])
})

test('a login has the user, the port and the host key that a run trusts, and the words that ssh is given', () => {
  const { status, stdout } = said(['ssh', '--', '-L', '1212:127.0.0.1:1212'], 'echo "in $((40 + 2))"; exit 7\n')
  assert.equal([status, stdout], [7, 'in 42\n'])
  const call = host.calls().filter(words => words.includes('1212:127.0.0.1:1212'))[0] ?? []
  const known = `UserKnownHostsFile="${join(cwd, '.deployer/known_hosts')}"`
  for (const word of [known, 'HostKeyAlias=host.example', 'StrictHostKeyChecking=yes', 'ControlPath=none'])
    assert.ok(call.includes(word), word)
  assert.equal(call.slice(call.indexOf('-p'), call.indexOf('-p') + 4), ['-p', '2222', '-l', 'ann'])
  assert.equal(call.slice(-4), ['host.example', '-T', '-L', '1212:127.0.0.1:1212'])
})

test('ssh with --json says how to log in, and nobody does', () => {
  const before = host.calls().length
  const { machine, user, argv } = result('ssh')
  assert.equal([machine, user, argv[0], argv.at(-1)], ['host.example', 'ann', 'ssh', 'host.example'])
  assert.not(
    host
      .calls()
      .slice(before)
      .some(call => call.includes('ControlPath=none')),
  )
})

test('logs are asked of the journal, with the units of what this version handles', () => {
  const { status, stdout } = said(['logs', 'docker', '-n', '5', '--since', '2h'])
  assert.equal([status, stdout], [0, '\u001b[31mred\u001b[0m \u0007bell\n\tin\nend'])
  assert.equal(result('logs', 'docker'), { entries: [{ time: '2025-11-21T18:43:31.931Z', unit: 'docker.service', text: 'hi\u001b' }] })
})

test('secrets are hidden in logs, and every other byte stays as it is', () => {
  const secretive = folder()
  writeFileSync(
    join(secretive, 'environment.yaml'),
    'name: demo\nprovider: { kind: ssh, host: host.example }\nssh: { user: ann }\ntracker: { udp: [6969], api: { admin_token: { env: TOKEN }, tokens: { other: { env: NOBODY } } } }\n',
  )
  const logs = (...argv: string[]) =>
    spawnSync(process.execPath, [program, 'logs', ...argv], {
      cwd: secretive,
      env: { ...env, TOKEN: 'a+b c/hunter22', JOURNAL: '\\n\\377 ?token=a%%2Bb+c%%2Fhunter22\\000 a+b c/hunter22' },
    })
  const { status, stdout, stderr } = logs('docker')
  assert.equal(
    [status, stdout.toString('latin1')],
    [0, '\u001b[31mred\u001b[0m \u0007bell\n\tin\nend\n\u00ff ?token=(secret)\u0000 (secret)'],
  )
  assert.match(stderr.toString(), /^Not hidden in what follows, since it cannot be had here: tracker\.api\.tokens\.other\.\n/m)
})

test('a service of a compose file that is included is known, and one that is nearly so is meant', () => {
  const including = folder()
  writeFileSync(join(including, 'more.yaml'), 'services: { other: { image: nginx:1.29 } }\n')
  writeFileSync(
    join(including, 'environment.yaml'),
    'name: demo\nprovider: { kind: ssh, host: host.example }\nssh: { user: ann }\ntracker: { udp: [6969] }\ncompose-stack: { include: [more.yaml] }\n',
  )
  const { stderr } = spawnSync(process.execPath, [program, 'logs', 'othr'], { cwd: including, env, encoding: 'utf8' })
  assert.match(stderr, /known: tracker, other, host, docker, .*\n {2}Did you mean other\?\n/)
})

test('without a service it is the tracker that is shown, and host is all of the journal', () => {
  assert.match(said(['logs']).stderr, /tracker has no container here/)
  assert.equal(result('logs', 'host'), result('logs', 'docker'))
})

test('that nothing is logged is said, also to whoever has no terminal', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'logs', 'docker'], {
    cwd,
    env: { ...env, JOURNAL: 'silent' },
    encoding: 'utf8',
  })
  assert.equal([status, stdout], [0, ''])
  assert.match(stderr, /^Nothing is logged\.\n/m)
})

test('a simulated host has no shell, and a service that is not there is told with those that are', () => {
  const inDemo = (...argv: string[]) => spawnSync(process.execPath, [program, ...argv, '--json'], { cwd: demo(), env, encoding: 'utf8' })
  for (const [command, code] of [
    ['ssh', 125],
    ['logs', 1],
  ] as const) {
    const { status, stdout } = inDemo(command)
    assert.equal([status, JSON.parse(stdout).fault.code], [code, 'NO_SHELL'])
  }
  assert.match(
    said(['logs', 'nope']).stderr,
    'there is no service nope here; known: tracker, host, docker, ssh, unattended-upgrades, deployer',
  )
  assert.match(said(['logs', 'prod.yaml']).stderr, 'deployer logs --file prod.yaml')
  assert.match(said(['logs', '-f', '--json']).stdout, 'has no end')
  assert.match(said(['logs', '-n', 'few']).stderr, 'few is no number of lines')
  const { status, stderr } = said(['logs', '--since', 'nonsense'])
  assert.is(status, 1)
  assert.match(stderr, /^error: USAGE: nonsense is no time: 30m, 2h, .*\n {2}Usage: deployer logs/)
})

for (const [words, signal, number] of [
  [['exec', '--', 'sleep', '30'], 'SIGTERM', 143],
  [['logs', '-f'], 'SIGINT', 130],
] as const)
  test(`the number of ${signal} is the exit code of ${words[0]}, though ssh calls all of its own ends 255`, async () => {
    host.trouble('hangs')
    const before = host.calls().length
    const child = spawn(process.execPath, [program, ...words], { cwd, env, stdio: 'ignore', detached: true })
    const ended = new Promise(resolve => child.on('exit', (code, signal) => resolve(code ?? signal)))
    const isUnderWay = (): boolean =>
      host
        .calls()
        .slice(before)
        .some(call => call.at(-1)?.startsWith('exec /bin/sh -c') === true)
    while (!isUnderWay()) await new Promise(resolve => setTimeout(resolve, 20))
    // Ctrl-C is told to both by the terminal.
    process.kill(signal === 'SIGINT' ? -(child.pid ?? 0) : (child.pid ?? 0), signal)
    assert.is(await ended, number)
  })

test('doctor asks the host too, and keeps nothing', () => {
  const fresh = folder()
  writeFileSync(join(fresh, 'environment.yaml'), readFileSync(join(cwd, 'environment.yaml')))
  const { status, stdout } = spawnSync(process.execPath, [program, 'doctor', '--json'], {
    cwd: fresh,
    env: { ...env, HOME: fresh },
    encoding: 'utf8',
  })
  const { areas } = JSON.parse(stdout).result
  const findings = areas.flatMap((area: { findings: ReadonlyArray<{ name: string; level: string }> }) => area.findings)
  const key = findings.find((one: { name: string }) => one.name === 'host key') as { readonly says: string } | undefined
  assert.match(key?.says ?? '', /^ED25519 SHA256:[\w+/]{43}, seen for the first time/)
  const levelOf = (name: string) => findings.find((one: { name: string }) => one.name === name)?.level
  assert.equal(['file', 'provider', 'login', 'host key', 'sudo', 'clock'].map(levelOf), ['ok', 'ok', 'ok', 'warn', 'ok', 'ok'])
  assert.equal([status !== null, existsSync(join(fresh, '.deployer'))], [true, false])
  host.trouble('refused')
  const refused = spawnSync(process.execPath, [program, 'doctor'], { cwd: fresh, env, encoding: 'utf8' })
  assert.is(refused.status, 1)
  assert.match(refused.stdout, /^fail {2}login +host\.example does not let ann in with the keys that are offered\n +Fix: Check ssh\.user/m)
})

test.run()
