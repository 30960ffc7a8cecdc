import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { faultOf, loadedOf, problemsOf } from './house.js'

const FILE = { 'a.yaml': 'name: demo\nprovider: lxd\ntracker: { udp: [6969], http: [7070], api: { admin_token: { env: A } } }\n' }
const asWritten = { decode: (value: unknown) => ({ value, issues: [] }) }
const valueWith = async (variables: { readonly [name: string]: string }) => (await loadedOf(FILE, { variables, ...asWritten })).value
const problemsWith = (variables: { readonly [name: string]: string }) => problemsOf(FILE, { variables })

test('a variable sets a value, read as YAML', async () => {
  assert.equal(await valueWith({ DEPLOYER__TRACKER__UDP: '[1, 2]', DEPLOYER__TRACKER__PRIVATE: 'true', DEPLOYER__VM__DISK: '"10"' }), {
    name: 'demo',
    provider: 'lxd',
    tracker: { udp: [1, 2], http: [7070], api: { admin_token: { env: 'A' } }, private: true },
    vm: { disk: '10' },
  })
})

test('a part of what is written short becomes a part of what it is short for', async () => {
  const value = await valueWith({
    DEPLOYER__TRACKER__UDP__0__PORT: '6970',
    DEPLOYER__TRACKER__HTTP__0__BIND: 'loopback',
    DEPLOYER__PROVIDER__POOL: 'p',
  })
  assert.equal(value.tracker.udp, [{ port: 6970 }])
  assert.equal(value.tracker.http, [{ port: 7070, bind: 'loopback' }])
  assert.equal(value.provider, { kind: 'lxd', pool: 'p' })
})

test('an item is added right after the last one and nowhere else', async () => {
  assert.equal((await valueWith({ DEPLOYER__TRACKER__UDP__1: '6970' })).tracker.udp, [6969, 6970])
  assert.equal(await problemsWith({ DEPLOYER__TRACKER__UDP__5__PORT: '6970' }), [
    '$DEPLOYER__TRACKER__UDP__5__PORT:1:1 OVERRIDE_INVALID tracker.udp: a list of 1 item stands here. Expected 0 to 0, or 1 to add one.',
  ])
})

test('dashes of names are written as underscores, and all capitals', async () => {
  assert.equal((await valueWith({ DEPLOYER__COMPOSE_STACK__IPV6: 'required' }))['compose-stack'], { ipv6: 'required' })
  assert.equal((await valueWith({ DEPLOYER__TRACKER__API__ADMIN_TOKEN__ENV: 'B' })).tracker.api, { admin_token: { env: 'B' } })
})

test('a longer name adds to a shorter one, whatever their order', async () => {
  const value = await valueWith({ DEPLOYER__TRACKER__API__PORT: '2', DEPLOYER__TRACKER__API: '{ port: 1, admin_token: { env: C } }' })
  assert.equal(value.tracker.api, { port: 2, admin_token: { env: 'C' } })
})

test('null takes a section away', async () => {
  assert.is((await valueWith({ DEPLOYER__TRACKER: 'null' })).tracker, undefined)
})

test('variables with a single underscore are no overrides', async () => {
  const { overrides } = await loadedOf(FILE, { variables: { DEPLOYER_KEY: 'x', DEPLOYER_KEY_FILE: 'y', DEPLOYER: 'z', PATH: 'p' } })
  assert.equal(overrides, [])
})

test('a variable that lacks an underscore is warned about, and its value not shown', async () => {
  const variables = { DEPLOYER_TRACKER__UDP__0: 'p4ss', DEPLOYER_NAME: 'x', DEPLOYER_VM__CPU: '4', DEPLOYER_KEY: 'x' }
  const { issues, overrides } = await loadedOf(FILE, { variables })
  assert.equal(overrides, [])
  assert.equal(
    issues.filter(({ code }) => code === 'OVERRIDE_UNKNOWN').map(({ level, place, expected }) => [level, place?.file, expected]),
    [
      ['warning', '$DEPLOYER_NAME', 'Did you mean DEPLOYER__NAME?'],
      ['warning', '$DEPLOYER_TRACKER__UDP__0', 'Did you mean DEPLOYER__TRACKER__UDP__0?'],
      ['warning', '$DEPLOYER_VM__CPU', 'What overrides begins with DEPLOYER__.'],
    ],
  )
  assert.not.match(JSON.stringify(issues), 'p4ss')
})

test('overrides are listed, and what the file says without them is known', async () => {
  const with_ = await loadedOf(FILE, { variables: { DEPLOYER__VM__CPUS: '4', DEPLOYER__NAME: 'other' } })
  assert.equal(with_.overrides, ['DEPLOYER__NAME', 'DEPLOYER__VM__CPUS'])
  assert.is(with_.value.vm.cpus, 4)
  assert.is(with_.withoutOverrides.vm.cpus, 2)
  assert.is(with_.withoutOverrides.name, 'demo')
  assert.equal(with_.placeOf(['vm', 'cpus']), { file: '$DEPLOYER__VM__CPUS', line: 1, col: 1, length: 1 })
  assert.not.ok('withoutOverrides' in (await loadedOf(FILE)))
})

test('an unknown one is an error with a suggestion', async () => {
  assert.equal(
    await problemsWith({
      DEPLOYER__TRAKCER__UDP__0: '1',
      DEPLOYER__VM__CPU: '1',
      DEPLOYER__PROVIDER__SEED: '1',
      DEPLOYER____: 'x',
      DEPLOYER__EXTENDS: 'b.yaml',
    }),
    [
      '$DEPLOYER__EXTENDS:1:1 OVERRIDE_UNKNOWN : no field has this name. See all fields with: deployer schema',
      '$DEPLOYER__PROVIDER__SEED:1:1 OVERRIDE_UNKNOWN provider.seed: lxd has no such key. It has kind, pool, project, profiles.',
      '$DEPLOYER__TRAKCER__UDP__0:1:1 OVERRIDE_UNKNOWN : no field has this name. Did you mean DEPLOYER__TRACKER__UDP__0?',
      '$DEPLOYER__VM__CPU:1:1 OVERRIDE_UNKNOWN : no field has this name. Did you mean DEPLOYER__VM__CPUS?',
      '$DEPLOYER____:1:1 OVERRIDE_UNKNOWN : no field has this name. See all fields with: deployer schema',
    ],
  )
})

test('an invalid one is placed at the variable', async () => {
  assert.equal(
    await problemsWith({
      DEPLOYER__VM__CPUS: 'many',
      DEPLOYER__TRACKER__UDP: '[1, x]',
      DEPLOYER__VM__DISK: '',
      DEPLOYER__TRACKER__PRIVATE: '{',
    }),
    [
      '$DEPLOYER__TRACKER__PRIVATE:1:2 OVERRIDE_INVALID tracker.private: } is missing, or this line stands too far left.',
      '$DEPLOYER__TRACKER__UDP:1:5 OVERRIDE_INVALID tracker.udp.1: text stands here. Expected a mapping with port, bind, domain.',
      '$DEPLOYER__VM__CPUS:1:1 OVERRIDE_INVALID vm.cpus: text stands here. Expected a whole number from 1 to 64.',
      '$DEPLOYER__VM__DISK:1:1 OVERRIDE_INVALID vm.disk: the variable is empty. Unset it, or write {} for the defaults, "" for empty text.',
    ],
  )
})

test('the value of a secret, or of what has no such field, is never shown', async () => {
  for (const [name, value] of Object.entries({
    DEPLOYER__TRACKER__API__ADMIN_TOKEN: '[hunter2]',
    DEPLOYER__TRACKER__API__ADMIN_TOKN: 'hunter2',
    DEPLOYER__TRACKER__API: '{ admin_token: hunter2, prot: 1 }',
    DEPLOYER__GRAFANA__PASSWORD: '{hunter2',
    DEPLOYER__GRAFANA__PASSWORD__ENVV: 'hunter2',
    DEPLOYER__SECRET: 'hunter2: x: y',
  })) {
    const fault = await faultOf(FILE, { variables: { [name]: value } })
    assert.is(fault.code, 'SPEC_INVALID')
    assert.not.match(JSON.stringify(fault), 'hunter2', name)
  }
})

test('a path in a variable is relative to the environment file', async () => {
  const { cwd, value } = await loadedOf({ 'sub/a.yaml': 'name: demo\n' }, { variables: { DEPLOYER__SSH__KEY: 'keys/one' } })
  assert.is(value.ssh.key, join(cwd, 'sub/keys/one'))
})

test('overrides work on TOML and JSON alike', async () => {
  const variables = { DEPLOYER__VM__CPUS: '8' }
  assert.is((await loadedOf({ 'a.toml': 'name = "demo"\nvm.cpus = 1\n' }, { variables })).value.vm.cpus, 8)
  assert.is((await loadedOf({ 'a.json': '{"name": "demo"}' }, { variables })).value.vm.cpus, 8)
})

test.run()
