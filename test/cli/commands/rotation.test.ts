import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { demo, deployer } from '../../support/cli.js'

const REGISTRY = 'docker: { registries: { r.example.com: { user: u, password: { env: PASSWORD } } } }\n'

test('a password that changed behind its reference is the only change, and shows as changed', async () => {
  const cwd = demo(REGISTRY)
  const [before, after] = [{ PASSWORD: 'canary-before' }, { PASSWORD: 'canary-after' }]
  assert.is((await deployer(['apply', '--yes'], { cwd, env: before })).code, 0)
  assert.match((await deployer(['plan'], { cwd, env: before })).stdout, '3 as wanted')
  const { stdout } = await deployer(['plan', '-v'], { cwd, env: after })
  assert.match(stdout, '1 update, 2 unchanged')
  assert.match(stdout, /\n {4}~ \/etc\/docker\/deployer-demo\/config\.json +\(secret, changed\) +\[secret\]\n/)
  assert.not.match(stdout, 'canary')
  assert.is((await deployer(['apply', '--yes'], { cwd, env: after })).code, 0)
  assert.match((await deployer(['plan'], { cwd, env: after })).stdout, '3 as wanted')
})

test.run()
