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
  assert.match(stdout, /\n {4}~ \/etc\/docker\/deployer-demo\/config\.json +\(secret, changed\) +\[secret\]\n/)
  assert.not.match(stdout, 'canary')
  assert.is((await deployer(['apply', '--yes'], { cwd, env: after })).code, 0)
  assert.match((await deployer(['plan'], { cwd, env: after })).stdout, '5 as wanted')
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
