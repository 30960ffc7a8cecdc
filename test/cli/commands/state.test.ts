import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { E } from '../../../specs/fp.js'
import { openStore } from '../../../state/index.js'
import { demo, deployer, folder, parsed } from '../../support/cli.js'

const applied = async (): Promise<string> => {
  const cwd = demo()
  await deployer(['apply', '--yes'], { cwd })
  return cwd
}
const withPort = (cwd: string, port: number): string => {
  writeFileSync(join(cwd, 'environment.yaml'), `name: demo\nprovider: sandbox\ntracker: { udp: [${port}] }\n`)
  return cwd
}
const remembered = async (cwd: string): Promise<ReadonlyArray<string>> =>
  parsed(await deployer(['state', 'list', '--json'], { cwd }))
    .result.resources.map((one: { addr: string }) => one.addr)
    .sort()
const ALL = ['compose-stack.main', 'docker.main', 'firewall.main', 'tracker.main', 'vm.main']

test('before anything was applied there is nothing to tell, and nothing is made by asking', async () => {
  const cwd = demo()
  assert.is((await deployer(['state', 'list'], { cwd })).stdout, 'The state remembers no resource of it.\n')
  assert.is((await deployer(['list'], { cwd })).stdout, 'Nothing has been applied from here yet.\n')
  assert.is((await deployer(['history'], { cwd })).stdout, 'No run yet.\n')
  assert.is((await deployer(['state', 'verify'], { cwd })).stdout, 'There is no state yet at .deployer/state.db.\n')
  assert.match((await deployer(['show'], { cwd })).stdout, 'no machine yet')
  for (const words of [['backup'], ['unlock'], ['rm', 'vm.main']])
    assert.is(parsed(await deployer(['state', ...words, '--json'], { cwd })).fault.code, 'ENVIRONMENT_UNKNOWN')
  assert.not(existsSync(join(cwd, '.deployer')))
})

test('list, show, history and state list tell what was applied', async () => {
  const cwd = await applied()
  assert.equal(await remembered(cwd), ALL)
  assert.match(
    (await deployer(['list'], { cwd })).stdout,
    /^ENVIRONMENT .*\ndemo +sandbox +5 +environment\.yaml +1 apply, done, just now\n$/,
  )
  assert.match(
    (await deployer(['show'], { cwd })).stdout,
    /^Environment: +demo on sandbox \(simulated\), environment\.yaml\nAddress: +10\./,
  )
  const { runs } = parsed(await deployer(['history', '--json'], { cwd })).result
  assert.equal([runs.length, runs[0].outcome, runs[0].done, runs[0].user], [1, 'done', 5, 'ann'])
  assert.match((await deployer(['history', '--run', '1'], { cwd })).stdout, /vm\.main +create +done/)
  assert.is(parsed(await deployer(['history', '--run', '9', '--json'], { cwd })).fault.code, 'RUN_UNKNOWN')
})

test('show tells what was applied, not what the file says since', async () => {
  const reachable = async (cwd: string) => /^Reachable from outside: +(.*)$/m.exec((await deployer(['show'], { cwd })).stdout)?.[1]
  const cwd = demo('firewall: { ssh_from: [192.0.2.0/24] }\n')
  assert.is(await reachable(cwd), undefined)
  await deployer(['apply', '--yes'], { cwd })
  assert.match((await deployer(['show'], { cwd })).stdout, /outside: +6969\/udp\n +22\/tcp from 192\.0\.2\.0\/24\n/)
  writeFileSync(join(cwd, 'environment.yaml'), 'name: demo\nprovider: sandbox\ntracker: { udp: [7001] }\n')
  assert.is(await reachable(cwd), '6969/udp')
  await deployer(['apply', '--yes'], { cwd })
  assert.is(await reachable(cwd), '22/tcp  7001/udp')
  await deployer(['destroy', '--yes', '--accept-loss', 'vm.main'], { cwd })
  assert.is(await reachable(cwd), undefined)
})

test('state show has one resource, and names the others when it has not', async () => {
  const cwd = await applied()
  const { result } = parsed(await deployer(['state', 'show', 'vm.main', '--json'], { cwd }))
  assert.equal([result.addr, result.identity.name], ['vm.main', 'demo'])
  assert.match((await deployer(['state', 'show', 'vm.main'], { cwd })).stdout, /^addr: vm\.main\nkind: vm\n/)
  const unknown = await deployer(['state', 'show', 'vm.other'], { cwd })
  assert.is(unknown.code, 1)
  assert.match(unknown.stderr, 'error: ADDR_UNKNOWN: there is no resource vm.other; known: ')
})

test('the state can be asked although the file has mistakes', async () => {
  const cwd = await applied()
  writeFileSync(join(cwd, 'environment.yaml'), 'name: demo\nprovider: sandbox\n')
  assert.equal(await remembered(cwd), ALL)
})

test('a backup is a file, and verify counts it', async () => {
  const cwd = await applied()
  const { stdout } = await deployer(['state', 'backup'], { cwd })
  assert.ok(existsSync(join(cwd, stdout.trim())))
  assert.match((await deployer(['state', 'verify'], { cwd })).stdout, '.deployer/state.db is sound: 1 environment, 5 resources, 1 run, ')
  assert.is(parsed(await deployer(['state', 'verify', '--json'], { cwd })).result.resources, 5)
})

test('what is forgotten after a question is found again by the next plan', async () => {
  const cwd = await applied()
  assert.is((await deployer(['state', 'rm', 'docker.main'], { cwd })).code, 4)
  assert.is((await deployer(['state', 'rm', 'docker.main'], { cwd, typed: ['n'] })).code, 4)
  assert.equal(await remembered(cwd), ALL)
  assert.is((await deployer(['state', 'rm', 'docker.main'], { cwd, typed: ['y'] })).code, 0)
  assert.equal(
    await remembered(cwd),
    ALL.filter(addr => addr !== 'docker.main'),
  )
  assert.is(parsed(await deployer(['plan', '--json'], { cwd })).result.tasks.length, 0)
})

test('unlock of what is not locked says so', async () => {
  assert.is((await deployer(['state', 'unlock', '--yes'], { cwd: await applied() })).stdout, 'demo is not locked.\n')
})

test('a lock of another machine is shown, and taken away after a question', async () => {
  const cwd = await applied()
  const options = { folder: join(cwd, '.deployer'), host: 'far', user: 'bob', pid: 7, now: Date.now, env: {} }
  const store = openStore(options)
  if (E.isLeft(store)) throw new Error(store.left.code)
  store.right.lock({ environment: 'demo', file: join(cwd, 'environment.yaml'), provider: 'sandbox', command: 'apply' })
  store.right.close()
  assert.is(parsed(await deployer(['apply', '--yes', '--json'], { cwd: withPort(cwd, 6970) })).fault.code, 'LOCKED')
  assert.match((await deployer(['list'], { cwd })).stdout, 'locked by bob@far')
  const asked = await deployer(['state', 'unlock'], { cwd, typed: ['y'] })
  assert.match(asked.stderr, 'demo is locked by bob@far, apply, process 7, which cannot be seen from here. Take the lock away? [y/N] ')
  assert.equal([asked.code, asked.stdout], [0, 'demo is no longer locked by bob@far, apply, process 7, which cannot be seen from here.\n'])
  assert.is((await deployer(['apply', '--yes'], { cwd })).code, 0)
})

test('a lost state is made again from what the hosts say', async () => {
  const cwd = demo()
  const env = { TOKEN: 'kept-elsewhere-123' }
  const tracker = 'tracker: { udp: [6969], api: { admin_token: { env: TOKEN } } }'
  writeFileSync(join(cwd, 'environment.yaml'), `name: demo\nprovider: sandbox\n${tracker}\n`)
  await deployer(['apply', '--yes'], { cwd, env })
  const db = join(cwd, '.deployer/state.db')
  for (const end of ['', '-wal', '-shm']) rmSync(`${db}${end}`, { force: true })
  assert.equal(await remembered(cwd), [])
  const { code, result } = {
    ...(await deployer(['state', 'rebuild', '--json'], { cwd, env })),
    ...parsed(await deployer(['state', 'rebuild', '--json'], { cwd, env })),
  }
  assert.equal([code, result.remembered.sort(), result.absent, result.others], [0, ALL, [], []])
  assert.equal(await remembered(cwd), ALL)
  assert.is(parsed(await deployer(['plan', '--json'], { cwd, env })).result.tasks.length, 0)
})

test('rebuild speaks of all secrets that this version uses, and of no other', async () => {
  const cwd = demo('docker: { registries: { ghcr.io: { user: bot, password: { generate: 20 } } } }\nprometheus: {}\ngrafana: {}\n')
  await deployer(['apply', '--yes'], { cwd })
  for (const end of ['', '-wal', '-shm']) rmSync(join(cwd, `.deployer/state.db${end}`), { force: true })
  const { stdout } = await deployer(['state', 'rebuild'], { cwd })
  assert.match(
    stdout,
    'Not read back: the generated secrets docker.registries.ghcr.io.password, tracker.api.admin_token. To have new ones made, raise their version in the file: { generate: 32, version: 2 }.\n',
  )
  assert.not.match(stdout, 'grafana.admin_password')
})

test('state rm says, before and after, that the next apply finds again what it forgot', async () => {
  const says = 'The next plan and apply find it again by its mark on the host.'
  assert.match((await deployer(['state', 'rm', '--help'], { cwd: folder() })).stdout.replaceAll(/\s+/g, ' '), says)
  assert.match((await deployer(['state', 'rm', 'vm.main', '--yes'], { cwd: await applied() })).stdout, says)
})

test('rebuild finds nothing where nothing was made', async () => {
  const { stdout } = await deployer(['state', 'rebuild'], { cwd: demo() })
  assert.match(stdout, 'Nothing of demo was found.\nNot found: vm.main')
})

test('deployer alone says where one stands', async () => {
  const nowhere = await deployer([], { cwd: folder() })
  assert.is(nowhere.code, 0)
  assert.match(nowhere.stdout, '\n  deployer init             to try it: a simulated host, nothing real happens\n')
  const cwd = await applied()
  assert.match(
    (await deployer([], { cwd })).stdout,
    /^demo on sandbox \(simulated\), environment\.yaml\nLast run: run 1, apply, done\nNext: deployer plan\n/,
  )
  assert.is(parsed(await deployer(['--json'], { cwd })).result.here.environment, 'demo')
})

test('graph draws in three ways', async () => {
  const cwd = demo()
  assert.match((await deployer(['graph'], { cwd })).stdout, /docker\.main +after vm\.main\n/)
  assert.match((await deployer(['graph', '--format', 'mermaid'], { cwd })).stdout, /^flowchart LR\n/)
  assert.match((await deployer(['graph', '--format', 'dot'], { cwd })).stdout, '"vm.main" -> "docker.main"')
  const { result } = parsed(await deployer(['graph', '--json'], { cwd }))
  assert.equal(
    result.edges.filter((one: { to: string }) => one.to === 'docker.main'),
    [{ from: 'vm.main', to: 'docker.main' }],
  )
  assert.is(
    parsed(await deployer(['graph', '--format', 'dott', '--json'], { cwd })).fault.says,
    'there is no format dott. Did you mean dot?',
  )
})

test.run()
