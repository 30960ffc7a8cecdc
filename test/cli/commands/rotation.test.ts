import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sqlite } from '../../../state/sqlite.js'
import { demo, deployer } from '../../support/cli.js'

const REGISTRY = 'docker: { registries: { r.example.com: { user: u, password: { env: PASSWORD } } } }\n'

test('a password that changed behind its reference is the only change, and shows as changed', async () => {
  const cwd = demo(REGISTRY)
  const [before, after] = [{ PASSWORD: 'canary-before' }, { PASSWORD: 'canary-after' }]
  assert.is((await deployer(['apply', '--yes'], { cwd, env: before })).code, 0)
  assert.match((await deployer(['plan'], { cwd, env: before })).stdout, '5 as wanted')
  const { stdout } = await deployer(['plan', '-v'], { cwd, env: after })
  assert.match(stdout, '1 update, 4 unchanged')
  assert.match(
    stdout,
    /\n {4}~ \/etc\/docker\/deployer-demo\/config\.json +\(secret: docker\.registries\.r\.example\.com\.password, changed\) +\[secret\]\n/,
  )
  assert.not.match(stdout, 'canary')
  assert.is((await deployer(['apply', '--yes'], { cwd, env: after })).code, 0)
  assert.match((await deployer(['plan'], { cwd, env: after })).stdout, '5 as wanted')
})

const withToken = (token: string, more = ''): string =>
  `name: demo\nprovider: sandbox\ntracker: { udp: [6969], api: { admin_token: ${token}${more} } }\n`

test('of a file with several secrets the one that changed is named', async () => {
  const cwd = demo()
  const write = (token: string): void =>
    writeFileSync(join(cwd, 'environment.yaml'), withToken(token, ', tokens: { ci: { env: CI_TOKEN }, ops: { generate: 32 } }'))
  write('{ generate: 32 }')
  const env = { CI_TOKEN: 'canary-before' }
  assert.is((await deployer(['apply', '--yes'], { cwd, env })).code, 0)
  const after = await deployer(['plan'], { cwd, env: { CI_TOKEN: 'canary-after' } })
  assert.match(after.stdout, /tracker\.env +\(secret: tracker\.api\.tokens\.ci, changed\) +\[secret\]\n/)
  write('{ generate: 32, version: 2 }')
  assert.match(
    (await deployer(['plan'], { cwd, env })).stdout,
    /tracker\.env +\(secret: tracker\.api\.admin_token, changed\) +\[secret\]\n/,
  )
})

test('a fingerprint also stands for where secrets come from, and is the same on another computer', async () => {
  const cwd = demo()
  const print = async (token: string, at = cwd): Promise<string> => {
    writeFileSync(join(at, 'environment.yaml'), withToken(token))
    const { stdout } = await deployer(['plan', '--json'], { cwd: at, env: { ONE: 'canary-one-long', TWO: 'canary-two-long' } })
    return JSON.parse(stdout).result.fingerprint
  }
  writeFileSync(join(cwd, 'token'), 'canary-in-a-file\n')
  const sources = [
    '{ generate: 32 }',
    '{ generate: 32, version: 2 }',
    '{ env: ONE }',
    '{ env: TWO }',
    '{ file: token }',
    '{ command: [echo, canary-token-1] }',
    'canary-literal-1',
  ]
  const prints: Array<string> = []
  for (const source of sources) prints.push(await print(source))
  assert.is(new Set(prints).size, sources.length)
  const other = demo()
  writeFileSync(join(other, 'token'), 'canary-in-a-file\n')
  assert.equal([await print('{ file: token }', other), await print('{ generate: 32 }', other)], [prints[4], prints[0]])
})

test('a secret that is there already is not said to be generated', async () => {
  const cwd = demo()
  const first = await deployer(['plan'], { cwd })
  assert.match(first.stdout, /api\.admin_token +\(secret, to be generated\)\n/)
  assert.is((await deployer(['apply', '--yes'], { cwd })).code, 0)
  assert.is((await deployer(['destroy'], { cwd, typed: ['demo'] })).code, 0)
  const again = await deployer(['plan'], { cwd })
  assert.match(again.stdout, /api\.admin_token +\(secret, kept\)\n/)
  const named = (text: string) => /plan (\w{8})/.exec(text)?.[1]
  assert.is(named(again.stdout), named(first.stdout))
})

test('a generated password that is gone from the state is a fault, and a new version the way out', async () => {
  const generated = (version: number): string =>
    `docker: { registries: { r.example.com: { user: u, password: { generate: 32, version: ${version} } } } }\n`
  const cwd = demo(generated(1))
  assert.is((await deployer(['apply', '--yes'], { cwd })).code, 0)
  const state = new (sqlite())(join(cwd, '.deployer', 'state.db'))
  state.exec('delete from secrets')
  state.close()
  const { code, stderr } = await deployer(['apply', '--yes'], { cwd })
  assert.is(code, 4)
  assert.match(stderr, 'error: SECRET_LOST: the generated secret docker.registries.r.example.com.password is not in the state')
  writeFileSync(
    join(cwd, 'environment.yaml'),
    `name: demo\nprovider: sandbox\ntracker: { udp: [6969], api: { admin_token: { generate: 32, version: 2 } } }\n${generated(2)}`,
  )
  assert.is((await deployer(['apply', '--yes'], { cwd })).code, 0)
  assert.match((await deployer(['plan'], { cwd })).stdout, '5 as wanted')
})

test.run()
