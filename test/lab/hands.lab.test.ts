/** On the lab's LXD: `npm run lab -- up`, then `npm test -- hands.lab`. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { builtCli, type Desk, deskOf, told } from './cli.js'
import { isLabPossible, type LabHost, labHost } from './host.js'

const test = suite('hands')
const why = isLabPossible()
if (why !== undefined) console.log(`skipped: ${why}`)
else {
  let host: LabHost
  let cli = ''
  let desk: Desk

  test.before(async () => {
    ;[host, cli] = await Promise.all([labHost({ name: `c-hands-${process.pid}` }), builtCli()])
    const { address, ssh } = host
    const environment = {
      name: 'c-hands',
      provider: { kind: 'ssh', host: address },
      ssh: { user: ssh.user, key: ssh.key },
      tracker: { udp: [6969] },
    }
    desk = deskOf(cli, environment)
  })
  test.after(async () => {
    desk?.remove()
    await host?.remove()
  })

  const ran = (argv: ReadonlyArray<string>, input: string | Buffer = '') =>
    spawnSync(process.execPath, [cli, ...argv], { cwd: desk.folder, input, maxBuffer: 64 * 1024 * 1024 })
  const codeOf = (...argv: string[]) => ran(argv).status

  test('doctor finds a host well whose key is not known yet, and keeps nothing of it', async () => {
    const said = await desk.run('doctor')
    assert.is(said.code, 0, told(said))
    assert.match(said.stdout, /^warn {2}host key +ED25519 SHA256:\S{43}, seen for the first time: /m, told(said))
    for (const name of ['login', 'sudo', 'system', 'clock', 'file system', 'packages'])
      assert.match(said.stdout, new RegExp(`^ok {4}${name} `, 'm'), told(said))
    assert.is(existsSync(join(desk.folder, '.deployer')), false)
  })

  test('words, exit codes and streams of a command are those of the host, as the login user and as root', () => {
    const words = ['a b', '', '$HOME', "it's", '"q"', 'new\nline', 'ü→😀', '\\n', '`id`', '*', '-n', '!x', '; exit 9']
    assert.is(ran(['exec', '--', 'printf', '[%s]', ...words]).stdout.toString(), words.map(word => `[${word}]`).join(''))
    assert.is(ran(['exec', '--', 'id', '-un']).stdout.toString(), `${host.ssh.user}\n`)
    assert.is(ran(['exec', '--sudo', '--', 'id', '-un']).stdout.toString(), 'root\n')
    for (const root of [[], ['--sudo']]) {
      const codes = ['exit 3', 'exit 255', 'kill -9 $$'].map(script => codeOf('exec', ...root, '--', 'sh', '-c', script))
      assert.equal(
        [...codes, codeOf('exec', ...root, '--', 'no-such'), codeOf('exec', ...root, '--', '/etc/passwd')],
        [3, 255, 137, 127, 126],
      )
      const bytes = randomBytes(1_000_000)
      assert.ok(ran(['exec', ...root, '--', 'cat'], bytes).stdout.equals(bytes))
    }
  })

  test('the key that was seen first is kept, and doctor says that it is known', async () => {
    const said = await desk.run('doctor')
    assert.match(said.stdout, /^ok {4}host key +known: .*ED25519 SHA256:/m, told(said))
  })

  test('a connection that goes under a command is told from what the command itself says', () => {
    const { status, stderr } = ran(['exec', '--sudo', '--', 'pkill', '-9', 'sshd-session'])
    assert.is(status, 125)
    assert.match(stderr.toString(), 'error: COMMAND_LOST: ')
  })

  test("a command on a terminal has one, and Ctrl-C is the command's", async () => {
    const waiting = desk.start(['exec', '--', 'sh', '-c', 'tty; sleep 60'], { terminal: true })
    await waiting.said(/\/dev\/pts\/\d+/)
    waiting.type('\u0003')
    assert.is((await waiting.ended).code, 130)
    assert.match(ran(['exec', '--', 'tty']).stdout.toString(), 'not a tty')
  })

  test('a login hands its words to ssh, and its exit code back', () => {
    const { status, stdout } = ran(['ssh'], 'hostname; exit 7\n')
    assert.equal([status, stdout.toString().trim().split('\n').at(-1)], [7, host.name])
    assert.is(ran(['ssh', '--', 'echo', '"$((6 * 7))"']).stdout.toString(), '42\n')
  })

  test('logs show what the services said, and on a terminal nothing that acts on it', async () => {
    await host.exec(['systemd-run', '--wait', '--quiet', '--unit=deployer-colours', 'printf', '\\033[31mred\\033[0m \\007bell\\n'])
    assert.match(ran(['logs', 'ssh', '--since', '5m']).stdout.toString(), `Accepted publickey for ${host.ssh.user}`)
    const { entries } = JSON.parse(ran(['logs', 'deployer', '--json']).stdout.toString()).result
    assert.ok(entries.some(({ text }: { text: string }) => text === '\u001b[31mred\u001b[0m \u0007bell'))
    const shown = await desk.start(['logs', 'deployer'], { terminal: true }).ended
    assert.match(shown.stdout, 'red \\u0007bell', told(shown))
    assert.is(codeOf('logs', 'nope'), 1)
  })
}

test.run()
