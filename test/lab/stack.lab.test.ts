/** On the lab's LXD with its images: `npm run lab -- up`, then `npm test -- lab/stack.lab`; `npm run e2e -- stack` shows it. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { told } from './cli.js'
import { isLabPossible } from './host.js'
import { isRegistryPossible } from './images/registry.js'
import { inside } from './inside.js'
import { EDITS, SECRETS } from './stack/changes.js'
import { type Peers, peersOn } from './stack/peers.js'
import { good, type Played, playEdit, type Running, removeMachine, settled, stackNamed } from './stack/running.js'
import { changed, restartedIn, seenOn } from './stack/seen.js'
import { tableOf } from './stack/table.js'

const NAME = 's-stack'
const PEERS = 's-stack-peers'

interface Stage {
  running: Running
  peers: Promise<Peers>
  played: Played[]
}
const test = suite<Stage>('the core of the stack on a real host')
const absent = isLabPossible() ?? isRegistryPossible()

const on = (script: string): Promise<string> => inside(NAME, script)

test.before(async stage => {
  if (absent !== undefined) return
  await removeMachine(PEERS)
  stage.running = await stackNamed(NAME)
  stage.peers = peersOn(PEERS)
  stage.peers.catch(() => undefined)
  stage.played = []
})
test.after(async ({ running, played }) => {
  if (absent !== undefined) return
  process.stdout.write(`${tableOf(played)}\n`)
  for (const name of [NAME, PEERS]) await removeMachine(name)
  running.desk.remove()
})

const HASH = '0123456789abcdef0123456789abcdef01234567'
const stored = (): Promise<string> =>
  on(`docker exec ${NAME}-mysql-1 mysql --defaults-extra-file=/etc/mysql/client/client.cnf tracker -e 'SELECT info_hash FROM whitelist'`)

/** Where clients announce, from what an apply says that had something to do. */
const addressIn = async ({ desk }: Running): Promise<string> => {
  await on(`docker stop ${NAME}-tracker-1`)
  const { stdout } = good(await desk.run('apply', '--yes'))
  return /For BitTorrent clients +udp:\/\/([^:]+):6969\/announce/.exec(stdout)?.[1] ?? ''
}

if (absent !== undefined) test(`skipped: ${absent}`, () => void process.stdout.write(`skipped: ${absent}\n`))
else {
  test('one apply makes a tracker with MySQL out of nothing, which answers; a second plan is empty', async ({ running: { desk } }) => {
    const ran = good(await desk.run('apply', '--yes'))
    assert.match(ran.stdout, / is up: 6 created/)
    await settled(desk)
  })

  test('clients of BitTorrent find each other through it, and what the API is told is stored', async ({ running, peers }) => {
    const address = await addressIn(running)
    const { meet } = await peers
    assert.ok(await meet([`udp://${address}:6969/announce`], 'before over UDP'))
    assert.ok(await meet([`http://${address}:7070/announce`], 'before over HTTP'))
    await on(`curl -fsS -X POST 'http://127.0.0.1:1212/api/v1/whitelist/${HASH}?token=${SECRETS.STACK_TOKEN}'`)
    assert.match(await stored(), HASH)
  })

  test('what a service logs is shown without the secrets in it', async ({ running: { desk } }) => {
    const said = `GET /api/v1/stats?token=${SECRETS.STACK_TOKEN}`
    await on(`echo '${said}' >/proc/$(docker inspect -f '{{.State.Pid}}' ${NAME}-tracker-1)/fd/1`)
    assert.match(await on(`docker logs ${NAME}-tracker-1 2>&1`), said)
    const { stdout } = good(await desk.run('logs', 'tracker', '-n', '1000000'))
    assert.match(stdout, 'GET /api/v1/stats?token=(secret)\n')
    assert.not.match(stdout, SECRETS.STACK_TOKEN)
  })

  test('with the state gone what was generated is read back from the host, and nothing there changes', async ({ running: { desk } }) => {
    const shown = async (): Promise<string> => good(await desk.run('secret', 'show', 'mysql.root_password')).stdout
    const [password, { starts }] = [await shown(), await seenOn(NAME)]
    rmSync(join(desk.folder, '.deployer'), { recursive: true })
    assert.match(
      good(await desk.run('plan', '--detailed-exitcode')).stdout,
      /6 as wanted\n[\s\S]*read back from the host: mysql\.root_password\./,
    )
    assert.match(good(await desk.run('state', 'rebuild')).stdout, 'Read back and sealed: the generated secret mysql.root_password.\n')
    assert.is(await shown(), password)
    good(await desk.run('test'))
    await settled(desk)
    assert.equal(changed(starts, (await seenOn(NAME)).starts), [])
  })

  test('a mistake in the configuration is found before anything stops', async ({ running: { desk, file } }) => {
    const before = await seenOn(NAME)
    desk.write({ ...file, tracker: { ...(file.tracker as object), config: { core: { private_mode: { key: 1 } } } } })
    const ran = await desk.run('apply', '--yes')
    assert.is(ran.code, 4, told(ran))
    assert.match(ran.stderr, /CONFIG_REFUSED: tracker\.main[\s\S]*\n {2}\| .*onfiguration/, told(ran))
    desk.write(file)
    good(await desk.run('apply', '--yes'))
    assert.equal(changed(before.starts, (await seenOn(NAME)).starts), [])
    await settled(desk)
  })

  test('images that crash are found before anything stops, and leave the files as they were', async ({ running: { desk, file } }) => {
    const before = await seenOn(NAME)
    const stack = file['compose-stack'] as object | undefined
    for (const edit of [
      { tracker: { ...(file.tracker as object), image: 'lab/crash:1' } },
      { 'compose-stack': { ...stack, services: { other: { image: 'lab/crash:1' } } } },
    ]) {
      desk.write({ ...file, ...edit })
      const ran = await desk.run('apply', '--yes')
      assert.is(ran.code, 4, told(ran))
      assert.match(ran.stderr, /CONFIG_REFUSED: [\s\S]*\n {2}Now: nothing was changed\.\n/, told(ran))
      const after = await seenOn(NAME)
      assert.equal([restartedIn(before, after), changed(before.files, after.files)], [[], []])
      assert.not.match(good(await desk.run('plan')).stdout, 'Changed outside')
    }
    desk.write(file)
    good(await desk.run('apply', '--yes'))
    await settled(desk)
  })

  for (const one of EDITS)
    test(`${one.says}: only what was announced restarts, and no other file is touched`, async ({ running, played }) => {
      played.push(await playEdit(running, one))
    })

  test('clients still find each other, and what was stored is there', async ({ running, peers }) => {
    const address = await addressIn(running)
    assert.ok(await (await peers).meet([`udp://${address}:6969/announce`], 'after over UDP'))
    assert.match(await stored(), HASH)
  })
}

test.run()
