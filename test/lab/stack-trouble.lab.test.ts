/** On the lab's LXD with its images: `npm test -- stack-trouble.lab`; `SEED=NUMBER` before it has the same moments again. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { builtCli, type Desk, deskOf, type Said, told } from './cli.js'
import { chanceOf, SEED } from './e2e/chance.js'
import { expectWhole } from './e2e/ground.js'
import { comes, type Moment, momentsIn, momentWords } from './e2e/moment.js'
import { isLabPossible, labHost, removeHost } from './host.js'
import { isRegistryPossible } from './images/registry.js'
import { inside } from './inside.js'
import { good, settled } from './stack/running.js'
import { changed, seenOn } from './stack/seen.js'

const NAME = 't-trouble'
const KILLS = 10
const HASH = 'ab'.repeat(20)

interface Stage {
  desk: Desk
  file: (tracker?: object) => object
}
const test = suite<Stage>('a tracker in trouble on a real host')
const absent = isLabPossible() ?? isRegistryPossible()
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const on = (script: string): Promise<string> => inside(NAME, script)
const LIB = '/opt/torrust/storage/tracker/lib/database'
const sql = (script: string): Promise<string> =>
  on(`python3 -c 'import sqlite3; d = sqlite3.connect("${LIB}/tracker.db"); print(d.executescript("${script}"))'`)
const torrents = (): Promise<string> =>
  on(`python3 -c 'import sqlite3; print(sqlite3.connect("${LIB}/tracker.db").execute("select * from torrents").fetchall())'`)

/** Trials get an empty folder: what is wrong with the data shows only in the container itself. */
const crashed = (said: Said, ...patterns: ReadonlyArray<RegExp>): void => {
  assert.is(said.code, 3, told(said))
  for (const pattern of [/^error: CONTAINER_CRASH_LOOP: tracker\.main: .* ended \d+ times, exit code 101$/m, ...patterns])
    assert.match(said.stderr, pattern, told(said))
}

test.before(async stage => {
  if (absent !== undefined) return
  say(`seed ${SEED}`)
  await removeHost(NAME)
  const [{ address, ssh }, cli] = await Promise.all([labHost({ name: NAME }), builtCli()])
  stage.file = tracker => ({
    name: NAME,
    provider: { kind: 'ssh', host: address },
    ssh: { user: ssh.user, key: ssh.key },
    vm: { upgrades: 'none' },
    tracker: { image: 'torrust/tracker:v3.0.0', udp: [6969], ...tracker },
  })
  stage.desk = deskOf(cli, stage.file())
})
test.after(async ({ desk }) => {
  if (absent !== undefined) return
  await removeHost(NAME)
  desk?.remove()
})

if (absent !== undefined) test(`skipped: ${absent}`, () => say(`skipped: ${absent}`))
else {
  test('a first tracker that crashes again and again is told with its last words, taken down, and made once that is mended', async ({
    desk,
  }) => {
    await on(
      `systemd-run -q sh -c 'until [ -d ${LIB} ]; do sleep 0.05; done; echo "no database, whatever its name says" >${LIB}/tracker.db'`,
    )
    const said = await desk.run('apply', '--yes')
    crashed(said, /\n {2}\| .*file is not a database/, /so its container was taken down\.\n/)
    assert.is(await on('docker ps -aq'), '')
    await on(`rm ${LIB}/tracker.db`)
    good(await desk.run('apply', '--yes'))
    await settled(desk)
  })

  test('a change that makes it crash again and again is told, and what ran before is back', async ({ desk, file }) => {
    await sql(`insert into torrents (info_hash, completed) values (\\"${HASH}\\", 7)`)
    await sql('alter table whitelist rename to kept; create table whitelist (x integer)')
    const before = await seenOn(NAME)
    desk.write(file({ listed: true }))
    const said = await desk.run('apply', '--yes')
    crashed(
      said,
      /\n {2}\| .*no such column: info_hash/,
      /\n {2}What ran before is back, .* serves again\.\n/,
      / tracker\.main runs as before\.\n/,
    )
    assert.equal(changed(before.files, (await seenOn(NAME)).files), [])
    desk.write(file())
    const tested = good(await desk.run('test'))
    assert.match(tested.stdout, /udp 6969 IPv4: connect, announce and scrape/, told(tested))
    await settled(desk)
    await sql('drop table whitelist; alter table kept rename to whitelist')
    desk.write(file({ listed: true }))
    good(await desk.run('apply', '--yes'))
    await settled(desk)
  })

  test(`killed with -9 at ten moments (seed ${SEED}), a change is finished by the next run, and nothing is there twice`, async ({
    desk,
    file,
  }) => {
    const chance = chanceOf(SEED)
    const ways = [file({ http: [7070], log_level: 'debug' }), file()]
    const logs: string[] = []
    for (const way of ways) {
      const from = desk.log().length
      desk.write(way)
      good(await desk.run('apply', '--yes'))
      logs.push(desk.log().slice(from))
    }
    const [there, back] = logs.map(log => momentsIn(log, KILLS, chance))
    for (let turn = 0; turn < KILLS; turn++) {
      const moment = (turn % 2 === 0 ? there : back)?.[turn] as Moment
      desk.write(ways[turn % 2] as object)
      const run = desk.start(['apply', '--yes'])
      await comes(moment, desk, run)
      run.kill('SIGKILL')
      const { signal, seconds } = await run.ended
      say(`${signal === null ? 'over' : 'killed'} after ${seconds.toFixed(1)} s, ${momentWords(moment)}`)
      good(await desk.run('apply', '--yes'))
      await settled(desk)
      await expectWhole(NAME)
    }
    assert.match(await torrents(), `'${HASH}', 7`)
  })
}

test.run()
