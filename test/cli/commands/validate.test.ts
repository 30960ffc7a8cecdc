import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { demo, deployer, folder, parsed } from '../../support/cli.js'

const withFile = (text: string, name = 'environment.yaml'): string => {
  const cwd = folder()
  writeFileSync(join(cwd, name), text)
  return cwd
}
const GOOD = 'name: demo\nprovider: sandbox\ntracker: { udp: [6969] }\n'
const BAD = 'name: demo\nprovider: sandbox\ntracker: { udp: [6969], htp: [7070] }\nvm: { memory: 2 }\n'

test('a good file is one line on stdout', async () => {
  const ran = await deployer(['validate'], { cwd: withFile(GOOD) })
  assert.equal(ran, { code: 0, stdout: 'environment.yaml: 0 errors, 0 warnings.\n', stderr: '' })
})

test('problems are the result, so they are on stdout, each with its place', async () => {
  const { code, stdout, stderr } = await deployer(['validate'], { cwd: withFile(BAD) })
  assert.equal([code, stderr], [1, ''])
  assert.match(stdout, 'environment.yaml:3:25: error: KEY_UNKNOWN at tracker.htp\n')
  assert.match(stdout, 'environment.yaml:4:15: error: UNIT_MISSING at vm.memory\n')
  assert.match(stdout, '\nenvironment.yaml: 2 errors, 0 warnings. deployer explain CODE tells more.\n')
})

test('for programs the problems are facts of one fault, with the first place', async () => {
  const { ok, fault } = parsed(await deployer(['validate', '--json'], { cwd: withFile(BAD) }))
  assert.equal([ok, fault.code, fault.place.line, fault.place.col], [false, 'SPEC_INVALID', 3, 25])
  assert.equal(
    fault.facts.issues.map((issue: { code: string }) => issue.code),
    ['KEY_UNKNOWN', 'UNIT_MISSING'],
  )
})

test('warnings are told and are no error; -q leaves them out', async () => {
  const cwd = withFile(`${GOOD.replace('[6969]', '[6969], api: { admin_token: "correct horse" }')}`)
  const { code, stdout } = await deployer(['validate'], { cwd })
  assert.is(code, 0)
  assert.match(stdout, 'warning: SECRET_LITERAL at tracker.api.admin_token')
  assert.not.match(stdout, 'correct horse')
  assert.is((await deployer(['validate', '-q'], { cwd })).stdout, 'environment.yaml: 0 errors, 0 warnings.\n')
  const { result, warnings } = parsed(await deployer(['validate', '--json'], { cwd }))
  assert.equal([result.warnings, warnings.length], [1, 1])
})

test('a file is found above, named alone, or named with -f', async () => {
  const cwd = withFile(GOOD, 'prod.yaml')
  assert.is((await deployer(['validate', 'prod.yaml'], { cwd })).code, 0)
  assert.is((await deployer(['validate', '-f', 'prod.yaml'], { cwd })).code, 0)
  const { code, stderr } = await deployer(['validate', 'prod.yaml', '-f', 'stage.yaml'], { cwd })
  assert.is(code, 1)
  assert.match(stderr, 'USAGE: two environment files: prod.yaml and stage.yaml')
  assert.match((await deployer(['validate'], { cwd })).stderr, 'error: FILE_MISSING: no environment file in')
})

test('variables override the file, and an unknown one is a problem', async () => {
  const cwd = withFile(GOOD)
  const { code, stdout } = await deployer(['validate'], { cwd, env: { DEPLOYER__TRACKER__UPD__0: '1' } })
  assert.is(code, 1)
  assert.match(stdout, 'OVERRIDE_UNKNOWN')
})

test('a key that the file names and that is not there is a problem of the file, on a simulated host none', async () => {
  const keyed = (provider: string): string =>
    `name: demo\nprovider: ${provider}\nssh: { authorized_keys: [{ file: mine.pub }] }\ntracker: { udp: [6969] }\n`
  const { code, stdout } = await deployer(['validate'], { cwd: withFile(keyed('lxd')) })
  assert.is(code, 1)
  assert.match(stdout, 'error: REFERENCE_UNREADABLE at ssh.authorized_keys[0]')
  // Where the line breaks depends on how long the folder's name is.
  assert.match(stdout.replaceAll(/\n +\| /g, ' '), 'ssh-keygen -t ed25519')
  assert.is((await deployer(['validate'], { cwd: withFile(keyed('sandbox')) })).code, 0)
})

test('without a key pair a file is right all the same, and a plan says first what its provider says', async () => {
  const cwd = withFile('name: demo\nprovider: { kind: hetzner, location: nbg1 }\nvm: { server_type: cx22 }\ntracker: { udp: [6969] }\n')
  const { code, stdout } = await deployer(['validate'], { cwd })
  assert.is(code, 0)
  assert.match(stdout, /^warning: REFERENCE_UNREADABLE at ssh\.key\n/)
  assert.match(stdout.replaceAll(/\n +\| /g, ' '), 'deployer needs a key pair to log in, and there is no file')
  assert.match((await deployer(['plan'], { cwd })).stderr, /^error: PROVIDER_LATER/)
})

test('problems of a variable are counted for the variable', async () => {
  const ran = await deployer(['validate'], { cwd: demo(), env: { DEPLOYER__VM__CPUS: 'many', DEPLOYER__VMM: '1', DEPLOYER_VM__CPUS: '2' } })
  assert.equal(ran.stdout.split('\n').slice(-5), [
    '$DEPLOYER_VM__CPUS: 0 errors, 1 warning.',
    '$DEPLOYER__VMM: 1 error, 0 warnings.',
    '$DEPLOYER__VM__CPUS: 1 error, 0 warnings.',
    'deployer explain CODE tells more.',
    '',
  ])
})

test('on a narrow terminal an excerpt stays on its line, and the caret under what it is about', async () => {
  const cwd = demo('vm: { timezone: Europe/Berlin, hostname: tracker-of-the-environment-demo, cpus: many }\n')
  const { stdout } = await deployer(['validate'], { cwd, columns: 60 })
  const lines = stdout.split('\n')
  const at = lines.findIndex(line => line.includes('^'))
  const [excerpt = '', mark = ''] = lines.slice(at - 1)
  assert.is(excerpt.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1), 'many')
  assert.equal(
    lines.slice(at - 1).filter(line => line.length >= 60),
    [],
  )
})

test.run()
