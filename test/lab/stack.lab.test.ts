/** On the lab's LXD with its images: `npm run lab -- up`, then `npm test -- lab/stack.lab`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { KEY } from './cache.js'
import { builtCli, type Desk, deskOf, type Said, told } from './cli.js'
import { inside } from './e2e/ground.js'
import { ensureKey, isLabPossible } from './host.js'
import { run } from './run.js'
import { EDITS, type Edit, fileOf, SECRETS } from './stack/changes.js'
import { type Peers, peersOn } from './stack/peers.js'

const NAME = 's-stack'
const PEERS = 's-stack-peers'

interface Stage {
  desk: Desk
  peers: Peers
  file: ReturnType<typeof fileOf>
}
const test = suite<Stage>('the core of the stack on a real host')
/** Read anew by each command. */
const secrets: Record<string, string> = { ...SECRETS }
const absent = isLabPossible()

interface Task {
  readonly addr: string
  readonly impact: { readonly stops: ReadonlyArray<string> }
  readonly files: ReadonlyArray<{ readonly path: string }>
  readonly steps: ReadonlyArray<{ readonly do: string; readonly path?: string; readonly id?: string }>
}
interface Plan {
  readonly tasks: ReadonlyArray<Task>
}

const on = (script: string): Promise<string> => inside(NAME, script)
const good = (said: Said): Said => {
  assert.is(said.code, 0, told(said))
  return said
}
const plan = async (desk: Desk): Promise<Plan> => JSON.parse(good(await desk.run('plan', '--json')).stdout).result as Plan
const settled = async (desk: Desk): Promise<void> => void good(await desk.run('plan', '--detailed-exitcode'))

/** When each container started, by the service's name. */
const startsOf = async (): Promise<ReadonlyMap<string, string>> => {
  const said = await on(
    `docker ps -aq --filter label=com.docker.compose.project=${NAME} | xargs -r docker inspect -f '{{index .Config.Labels "com.docker.compose.service"}} {{.Id}} {{.State.StartedAt}}'`,
  )
  return new Map(
    said
      .trim()
      .split('\n')
      .map(line => [line.split(' ')[0] ?? '', line]),
  )
}

/** Every file of ours and of the system, but for what programs write while they run. */
const filesOf = async (): Promise<ReadonlyMap<string, string>> => {
  const said = await on(
    `find /etc /opt /usr/local -xdev -type f ! -path '/opt/*/storage/mysql/data/*' ! -path '/opt/*/storage/tracker/lib/*' ! -path '/opt/*/storage/tracker/log/*' -exec sha256sum {} +`,
  )
  return new Map(
    said
      .trim()
      .split('\n')
      .map(line => [line.slice(66), line.slice(0, 64)]),
  )
}

const changed = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): ReadonlyArray<string> =>
  [...new Set([...before.keys(), ...after.keys()])].filter(key => before.get(key) !== after.get(key)).sort()

/** What the firewall keeps beside what the plan says of it. */
const isKept = (path: string): boolean => path.startsWith('/etc/ufw/')

test.before(async stage => {
  if (absent !== undefined) return
  await ensureKey()
  for (const name of [NAME, PEERS]) await run(['lxc', 'delete', '--force', name])
  stage.file = fileOf(NAME, { ssh: { key: KEY } })
  stage.desk = deskOf(await builtCli(), stage.file, secrets)
})
test.after(async ({ desk }) => {
  if (absent !== undefined) return
  for (const name of [NAME, PEERS]) await run(['lxc', 'delete', '--force', name])
  desk.remove()
})

const announced = (tasks: ReadonlyArray<Task>): ReadonlyArray<string> =>
  [...new Set(tasks.flatMap(({ impact }) => impact.stops.map(addr => addr.split('.')[0] ?? '')))].sort()

const play = async (stage: Stage, { edit, env, restarts, idle }: Edit): Promise<void> => {
  const { desk } = stage
  stage.file = edit(stage.file)
  Object.assign(secrets, env)
  desk.write(stage.file)
  const [containers, files] = [await startsOf(), await filesOf()]
  const { tasks } = await plan(desk)
  if (idle) assert.equal(tasks, [])
  const ran = good(await desk.run('apply', '--yes'))
  const after = await startsOf()
  const restarted = changed(containers, after).filter(service => containers.has(service) && after.has(service))
  assert.equal(restarted, [...restarts].sort(), told(ran))
  const ours = announced(tasks).filter(service => service !== 'compose-stack')
  assert.equal(
    ours,
    restarts.filter(service => service === 'tracker' || service === 'mysql').sort(),
    JSON.stringify(tasks.map(({ addr, impact }) => ({ addr, impact }))),
  )
  const written = new Set(
    tasks.flatMap(({ files, steps }) =>
      [...files, ...steps.map(({ path, id }) => ({ path: path ?? id }))].flatMap(({ path }) => path ?? []),
    ),
  )
  assert.equal(
    changed(files, await filesOf()).filter(path => !written.has(path) && !isKept(path)),
    [],
  )
  await settled(desk)
}

const HASH = '0123456789abcdef0123456789abcdef01234567'
const stored = (): Promise<string> =>
  on(`docker exec ${NAME}-mysql-1 mysql --defaults-extra-file=/etc/mysql/client/client.cnf tracker -e 'SELECT info_hash FROM whitelist'`)

/** What an apply says that had something to do. */
const upAgain = async ({ desk }: Stage): Promise<string> => {
  await on(`docker stop ${NAME}-tracker-1`)
  return good(await desk.run('apply', '--yes')).stdout
}

if (absent !== undefined) test(`skipped: ${absent}`, () => void process.stdout.write(`skipped: ${absent}\n`))
else {
  test('one apply makes a tracker with MySQL out of nothing, which answers; a second plan is empty', async ({ desk }) => {
    const ran = good(await desk.run('apply', '--yes'))
    assert.match(ran.stdout, / is up: 6 created/)
    await settled(desk)
  })

  test('clients of BitTorrent find each other through it, and what the API is told is stored', async stage => {
    const [, address] = /For BitTorrent clients +udp:\/\/([^:]+):6969\/announce/.exec(await upAgain(stage)) ?? []
    stage.peers = await peersOn(PEERS)
    assert.ok(await stage.peers.meet([`udp://${address}:6969/announce`], 'before over UDP'))
    assert.ok(await stage.peers.meet([`http://${address}:7070/announce`], 'before over HTTP'))
    await on(`curl -fsS -X POST 'http://127.0.0.1:1212/api/v1/whitelist/${HASH}?token=${SECRETS.STACK_TOKEN}'`)
    assert.match(await stored(), HASH)
  })

  test('a mistake in the configuration is found before anything stops', async stage => {
    const before = await startsOf()
    stage.desk.write({ ...stage.file, tracker: { ...(stage.file.tracker as object), config: { core: { private_mode: { key: 1 } } } } })
    const ran = await stage.desk.run('apply', '--yes')
    assert.is(ran.code, 4, told(ran))
    assert.match(ran.stderr, /CONFIG_REFUSED: tracker\.main[\s\S]*\n {2}\| .*onfiguration/, told(ran))
    assert.equal(changed(before, await startsOf()), [])
    stage.desk.write(stage.file)
    good(await stage.desk.run('apply', '--yes'))
    assert.equal(changed(before, await startsOf()), [])
    await settled(stage.desk)
  })

  test('killed at any moment, a change is finished by the next run', async ({ desk, file }) => {
    for (const [turn, level] of ['debug', 'info', 'warn', 'debug', 'info'].entries()) {
      desk.write({ ...file, tracker: { ...(file.tracker as object), log_level: level } })
      const started = desk.start(['apply', '--yes'])
      await started.said(/^(?:running|done) /m)
      await sleep(turn * 400 + Math.random() * 400)
      started.kill('SIGKILL')
      await started.ended
      good(await desk.run('apply', '--yes'))
      await settled(desk)
    }
    desk.write(file)
    good(await desk.run('apply', '--yes'))
  })

  for (const one of EDITS) test(`${one.says}: only what was announced restarts, and no other file is touched`, stage => play(stage, one))

  test('clients still find each other, and what was stored is there', async stage => {
    const [, address] = /For BitTorrent clients +udp:\/\/([^:]+):6969\/announce/.exec(await upAgain(stage)) ?? []
    assert.ok(await stage.peers.meet([`udp://${address}:6969/announce`], 'after over UDP'))
    assert.match(await stored(), HASH)
  })
}

test.run()
