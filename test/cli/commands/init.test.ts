import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deployer, folder, parsed } from '../../support/cli.js'

/** With a key to log in with, as people who have a server have one. */
const withKey = (): string => {
  const cwd = folder()
  mkdirSync(join(cwd, '.ssh'))
  writeFileSync(
    join(cwd, '.ssh/id_ed25519.pub'),
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8k7m3m1f0q0k6b1v9m4r7S5Q2m3m1f0q0k6b1v9m4r ann@desk\n',
  )
  return cwd
}

const SERVERS = ['tracker.example.com', 'ann@192.0.2.10', '192.0.2.10:2222', '2001:db8::1', 'ssh://ann@[2001:db8::1]:2222/']

for (const words of [[], ['sandbox'], ['lxd'], ['hetzner'], ...SERVERS.map(server => ['ssh', server])]) {
  test(`what init ${words.join(' ')} writes is valid as it is`, async () => {
    const cwd = withKey()
    const wrote = await deployer(['init', ...words], { cwd })
    assert.equal([wrote.code, wrote.stderr], [0, ''])
    const checked = await deployer(['validate', '--json'], { cwd })
    assert.equal([checked.code, parsed(checked).result], [0, { file: 'environment.yaml', errors: 0, warnings: 0 }])
  })
}

test('user and port of a server become keys of their own', async () => {
  const cwd = withKey()
  await deployer(['init', 'ssh', 'ann@192.0.2.10:2222'], { cwd })
  const text = readFileSync(join(cwd, 'environment.yaml'), 'utf8')
  assert.match(text, '  host: "192.0.2.10"\n')
  assert.match(text, '\nssh:\n  user: "ann"\n  port: 2222\n')
})

for (const server of ['bad host', `${'a'.repeat(33)}@192.0.2.10`, 'ann@', '192.0.2.10:0', '192.0.2.10:99999'])
  test(`${server} is refused at once, and nothing is written`, async () => {
    const cwd = folder()
    const { code, stderr } = await deployer(['init', 'ssh', server], { cwd })
    assert.equal([code, existsSync(join(cwd, 'environment.yaml'))], [1, false])
    assert.match(stderr, 'is no server')
  })

test('-q leaves what was written', async () => {
  assert.is((await deployer(['init', '-q'], { cwd: folder() })).stdout, 'Wrote environment.yaml: demo on sandbox.\n')
})

test('what this version cannot apply is said', async () => {
  const { stdout } = await deployer(['init', 'hetzner'], { cwd: folder() })
  assert.match(stdout, 'This version checks such a file, but cannot reach machines of hetzner yet.')
})

test('what this computer lacks for it is said with how to mend it, and then where it leads', async () => {
  const cwd = folder()
  const { stdout } = await deployer(['init', 'lxd'], { cwd })
  assert.match(stdout, `First, on this computer:\n\n`)
  assert.match(stdout, `  there is no ~/.ssh/id_ed25519\n    ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519\n`)
  assert.match(
    stdout,
    '\nThen:\n\n  deployer doctor    see whether all is there\n  deployer plan      see what would change; changes nothing\n',
  )
})

test('a server that exists is logged in to as ssh does, so it takes no key pair of ours', async () => {
  const { missing } = parsed(await deployer(['init', 'ssh', 'tracker.example.com', '--json'], { cwd: folder() })).result
  assert.equal(
    missing.filter(({ name }: { name: string }) => name === 'key pair'),
    [],
  )
})

test('a file that is there is left as it is', async () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'environment.yaml'), 'mine')
  const { code, stdout, stderr } = await deployer(['init'], { cwd })
  assert.equal([code, stdout, readFileSync(join(cwd, 'environment.yaml'), 'utf8')], [4, '', 'mine'])
  assert.match(stderr, 'error: FILE_EXISTS: environment.yaml is there already; it was left as it is')
})

test('no second environment file is put beside one of another format', async () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'environment.toml'), 'mine')
  assert.is((await deployer(['init'], { cwd })).code, 4)
  assert.not(existsSync(join(cwd, 'environment.yaml')))
})

test('another file and another name are taken', async () => {
  const cwd = folder()
  const { result } = parsed(await deployer(['init', '-f', 'stage.yml', '--name', 'stage', '--json'], { cwd }))
  assert.equal(result, { file: 'stage.yml', name: 'stage', provider: 'sandbox', ready: true, missing: [] })
  assert.match(readFileSync(join(cwd, 'stage.yml'), 'utf8'), '\nname: stage\n')
})

test('beside another environment a free name is taken, and a taken one is refused', async () => {
  const cwd = folder()
  await deployer(['init'], { cwd })
  assert.match((await deployer(['init', '-f', 'other.yaml'], { cwd })).stdout, 'Wrote other.yaml: demo2 on sandbox')
  assert.is((await deployer(['apply', '--yes', 'other.yaml'], { cwd })).code, 0)
  rmSync(join(cwd, 'other.yaml'))
  assert.is(parsed(await deployer(['init', '-f', 'third.yaml', '--json'], { cwd })).result.name, 'demo3')
  const taken = await deployer(['init', '-f', 'fourth.yaml', '--name', 'demo3', '--json'], { cwd })
  assert.equal([taken.code, parsed(taken).fault.code, parsed(taken).fault.facts.by], [4, 'STATE_NAME_TAKEN', 'third.yaml'])
  assert.is(parsed(await deployer(['init', '-f', 'other.yaml', '--name', 'demo2', '--json'], { cwd })).result.name, 'demo2')
})

test('what init cannot make sense of is a usage fault', async () => {
  const cwd = folder()
  const why = async (...argv: string[]): Promise<string> => parsed(await deployer(['init', ...argv, '--json'], { cwd })).fault.says
  assert.is(await why('sandbx'), 'there is no provider sandbx; did you mean sandbox?')
  assert.is(await why('ssh'), 'ssh wants the name or the address of the server')
  assert.is(await why('lxd', 'here'), 'lxd takes no host')
  assert.is(await why('--name', 'My Env'), 'My Env cannot be a name: a-z, 0-9 and dashes inside, at most 40')
  assert.is(await why('-f', 'environment.toml'), 'init writes YAML, and environment.toml does not end in .yaml or .yml')
  assert.not(existsSync(join(cwd, 'environment.yaml')))
})

test('a folder that is not there is told, not made', async () => {
  const { code, stderr } = await deployer(['init', '-f', 'no/where.yaml'], { cwd: folder() })
  assert.is(code, 1)
  assert.match(stderr, 'error: FILE_UNWRITABLE: no/where.yaml cannot be written: there is no folder no\n')
})

test.run()
