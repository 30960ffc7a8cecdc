import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deployer, folder, parsed } from '../../support/cli.js'

const FILE = `name: demo
provider: sandbox
tracker:
  udp: [6969]
  api:
    admin_token: { env: TOKEN }
    tokens: { one: { file: token }, two: { command: [cat, token] }, three: { generate: 20 }, four: in-the-clear-123, five: { command: ["false"] } }
`
const withSecrets = (): string => {
  const cwd = folder()
  writeFileSync(join(cwd, 'environment.yaml'), FILE)
  writeFileSync(join(cwd, 'token'), 'from-a-file\n')
  return cwd
}
const env = { TOKEN: 'from-a-variable', PATH: process.env.PATH ?? '' }

test('list tells where each secret is and whether it is there, never its value', async () => {
  const cwd = withSecrets()
  const { code, stdout } = await deployer(['secret', 'list'], { cwd, env })
  assert.is(code, 0)
  assert.match(stdout, /tracker\.api\.admin_token +the variable TOKEN +set\n/)
  assert.not.match(stdout, /from-a|in-the-clear/)
  const { secrets } = parsed(await deployer(['secret', 'list', '--json'], { cwd })).result
  assert.equal(
    secrets.map(({ name, says }: { name: string; says: string }) => [name.replace('tracker.api.', ''), says]),
    [
      ['admin_token', 'not set'],
      ['tokens.one', 'there'],
      ['tokens.two', 'asked when needed'],
      ['tokens.three', 'to be generated'],
      ['tokens.four', 'in clear'],
      ['tokens.five', 'asked when needed'],
    ],
  )
})

test('show prints one secret alone, wherever it comes from', async () => {
  const cwd = withSecrets()
  const shown = async (name: string) => (await deployer(['secret', 'show', `tracker.api.${name}`, '-q'], { cwd, env })).stdout
  assert.equal(await Promise.all(['admin_token', 'tokens.one', 'tokens.two', 'tokens.four'].map(shown)), [
    'from-a-variable\n',
    'from-a-file\n',
    'from-a-file\n',
    'in-the-clear-123\n',
  ])
})

test('a secret that cannot be had is told with its source', async () => {
  const cwd = withSecrets()
  const why = async (name: string) => parsed(await deployer(['secret', 'show', name, '--json'], { cwd })).fault.says
  assert.is(await why('tracker.api.admin_token'), 'the secret tracker.api.admin_token cannot be had from the variable TOKEN: it is not set')
  assert.match(await why('tracker.api.tokens.three'), 'the apply that first uses it generates it')
  assert.match(await why('tracker.api.tokens.five'), 'this machine: false failed: it ended with 1')
  assert.match(await why('tracker.api.tokens.six'), 'there is no secret tracker.api.tokens.six; known: tracker.api.admin_token, ')
})

test.run()
