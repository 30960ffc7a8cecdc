import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { FAULTS } from '../../../specs/fault.js'
import { ISSUES } from '../../../specs/issue.js'
import { deployer, folder, parsed } from '../../support/cli.js'

const cwd = folder()

test('explain says what a code means, however it is written', async () => {
  const { code, stdout, stderr } = await deployer(['explain', 'locked'], { cwd })
  assert.equal([code, stderr], [0, ''])
  assert.match(stdout, /^LOCKED\n {2}One run at a time changes an environment\./)
})

test('explain without a code has them all', async () => {
  const { codes } = parsed(await deployer(['explain', '--json'], { cwd })).result
  assert.is(codes.length, Object.keys(FAULTS).length + Object.keys(ISSUES).length)
})

test('explain of a mistyped code says which was probably meant', async () => {
  const { code, stdout, stderr } = await deployer(['explain', 'LOKED'], { cwd })
  assert.equal([code, stdout], [1, ''])
  assert.match(stderr, 'error: CODE_UNKNOWN: there is no code LOKED; did you mean LOCKED')
  assert.is(parsed(await deployer(['explain', 'LOKED', '--json'], { cwd })).fault.code, 'CODE_UNKNOWN')
})

test('schema is a JSON Schema of the environment file', async () => {
  const plain = await deployer(['schema'], { cwd })
  const schema = JSON.parse(plain.stdout)
  assert.is(schema.$schema, 'https://json-schema.org/draft/2020-12/schema')
  assert.ok('tracker' in schema.properties)
  assert.equal(parsed(await deployer(['schema', '--json'], { cwd })).result, schema)
})

test.run()
