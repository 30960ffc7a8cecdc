import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { crashed } from '../../cli/main.js'
import { version } from '../../cli/version.js'
import { kinds } from '../../resources/registry.js'
import { contextIn, demo, deployer, folder, parsed } from '../support/cli.js'

const cwd = folder()
const said = async (...argv: string[]): Promise<string> => {
  const { code, stdout, stderr } = await deployer(argv, { cwd })
  assert.equal([code, stdout], [1, ''])
  return stderr
}

test('a mistyped command is told with what was probably meant', async () => {
  assert.is(
    await said('plna'),
    `error: USAGE: there is no command plna. Did you mean plan?
  Usage: deployer COMMAND; all of them: deployer --help
`,
  )
})

test('a mistyped --help and the word version are told as well', async () => {
  assert.match(await said('plan', '--hlep'), 'deployer plan has no option --hlep. Did you mean --help?')
  assert.match(await said('version'), 'there is no command version. Did you mean --version?')
})

test('a file in place of a command is told how to be planned', async () => {
  assert.match(await said('prod.yaml'), 'there is no command prod.yaml. For a file: deployer plan prod.yaml')
})

test('half of a command lists the other halves', async () => {
  assert.match(await said('secret'), 'secret wants one more word\n  Usage: deployer secret list|show\n')
  assert.match(await said('state', 'lst'), 'state has no command lst. Did you mean list?')
})

test('a mistyped option is told with what was probably meant', async () => {
  assert.is(
    await said('plan', '--detailed-exitcod'),
    `error: USAGE: deployer plan has no option --detailed-exitcod. Did you mean --detailed-exitcode?
  Usage: deployer plan [OPTIONS] [FILE]
`,
  )
})

test('-v alone is the version, and what deployer alone cannot take is told', async () => {
  assert.equal(await deployer(['-v'], { cwd }), { code: 0, stdout: `${version}\n`, stderr: '' })
  assert.match(await said('--nope'), 'error: USAGE: deployer has no option --nope')
})

test('a narrow terminal breaks no line of what commands say of themselves', async () => {
  const at = demo()
  await deployer(['apply', '--yes'], { cwd: at })
  const said = [
    await deployer([], { cwd: folder(), columns: 60 }),
    await deployer(['init', '-f', 'a.yaml'], { cwd: folder(), columns: 60 }),
    await deployer(['init', 'lxd'], { cwd: folder(), columns: 60 }),
    await deployer(['show'], { cwd: at, columns: 60 }),
    await deployer(['history'], { cwd: at, columns: 60 }),
    await deployer(['state', 'list'], { cwd: at, columns: 60 }),
  ]
  assert.equal(
    said.flatMap(({ stdout }) => stdout.split('\n')).filter(line => line.length > 60),
    [],
  )
})

test('help for a narrow terminal breaks no word and no line of its own', async () => {
  const argvs = [['--help'], ['state', '--help'], ['apply', '--help'], ['state', 'rebuild', '--help']]
  for (const argv of argvs) {
    const { stdout } = await deployer(argv, { cwd, columns: 60 })
    const lines = stdout.split('\n').filter(line => !/^( {4}deployer |Usage: )/.test(line))
    assert.equal(
      lines.filter(line => line.length > 60),
      [],
    )
    const { stdout: wide } = await deployer(argv, { cwd })
    assert.is(stdout.replaceAll(/\s+/g, ' '), wide.replaceAll(/\s+/g, ' '))
  }
})

test('a word too many, a value that is missing and an argument that is missing are told', async () => {
  assert.match(await said('explain', 'LOCKED', 'now'), 'USAGE: now is one word too many')
  assert.match(await said('plan', '--out'), 'USAGE: --out wants a value behind it')
  assert.match(await said('state', 'show'), 'USAGE: deployer state show wants to know more\n  Usage: deployer state show [OPTIONS] ADDR\n')
})

test('with --json a usage error is one object on stdout and nothing on stderr', async () => {
  for (const argv of [['plna'], ['state'], ['plan', '--nope'], ['state', 'show']]) {
    const ran = await deployer([...argv, '--json'], { cwd })
    assert.equal([ran.code, ran.stderr], [1, ''])
    const { format, command, ok, fault, warnings } = parsed(ran)
    assert.equal(
      [format, command, ok, fault.code, fault.retry, warnings],
      [1, argv.filter(word => !word.startsWith('-')).join(' '), false, 'USAGE', 'never', []],
    )
  }
})

test('the version is one line, or one object', async () => {
  assert.equal(await deployer(['--version'], { cwd }), { code: 0, stdout: `${version}\n`, stderr: '' })
  assert.equal(parsed(await deployer(['--version', '--json'], { cwd })).result, { version })
})

test('help lists every command, a group its own, and a command its options', async () => {
  assert.is(/no tracker runs yet/.test((await deployer(['--help'], { cwd })).stdout), !kinds.has('tracker'))
  assert.match((await deployer(['--help'], { cwd })).stdout, '\n  state rebuild      make a lost state again from what hosts say\n')
  const group = (await deployer(['state', '--help'], { cwd })).stdout
  assert.match(group, '  state verify ')
  assert.not.match(group, '  plan ')
  const one = await deployer(['help', 'apply'], { cwd })
  assert.match(one.stdout, 'Usage: deployer apply [OPTIONS] [FILE] [PLANFILE]\n')
  assert.match(one.stdout, '  --expect FINGERPRINT ')
  assert.match(one.stdout, '    deployer apply --expect c41f7a02b8e64d10\n')
  assert.equal(await deployer(['apply', '-h'], { cwd }), one)
})

test('what a newcomer reads first fits 80 columns, with LXD here and without', async () => {
  const [without, dead] = [folder(), folder()]
  writeFileSync(join(dead, 'unix.socket'), '')
  const texts = await Promise.all(
    [without, dead].flatMap(LXD_DIR =>
      [[], ['--help'], ['init', 'lxd', '-f', 'lxd.yaml']].map(
        async argv => (await deployer(argv, { cwd: folder(), env: { LXD_DIR } })).stdout,
      ),
    ),
  )
  assert.equal(
    texts.flatMap(text => text.split('\n').filter(line => line.length > 80 && !line.includes('/unix.socket'))),
    [],
  )
  const [none = '', , first = '', here = '', , stopped = ''] = texts
  assert.match(none, '  deployer init lxd         a machine on this computer\n')
  assert.match(none, '  deployer init hetzner     a cloud server (costs money)\n\nThis version ')
  assert.match(here, '  deployer init lxd         a machine on this computer (LXD is here)\n')
  assert.match(first, /\n {2}neither LXD nor Incus is here: there is no socket at\n {2}\/.*\n {4}Install one .*\n {4}\S/)
  assert.match(stopped, '\n    Start it: systemctl start lxd')
})

test('help is an object for programs', async () => {
  const { result } = parsed(await deployer(['state', 'rm', '--help', '--json'], { cwd }))
  assert.equal([result.words, result.usage], ['state rm', 'deployer state rm [OPTIONS] ADDR'])
})

test('a bug shows no stack but where its stack was written', async () => {
  const home = folder()
  const context = contextIn(home)
  const shown: string[] = []
  context.stderr.on('data', chunk => shown.push(String(chunk)))
  const code = await crashed(new TypeError('x is not a function'), ['plan'], context)
  const log = join(home, '.local/state/deployer/deployer.log')
  assert.is(code, 1)
  assert.is(shown.join(''), `error: BUG: this is a bug in deployer: x is not a function\n  Please report it with ${log}\n`)
  assert.match(readFileSync(log, 'utf8'), /bug plan: TypeError: x is not a function\n.*at /s)
})

test.run()
