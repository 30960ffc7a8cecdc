/** On the lab's LXD: `npm run lab -- up`, then `npm test -- mysql.lab`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { KEY } from './cache.js'
import { builtCli, type Desk, deskOf, type Said, told } from './cli.js'
import { type ForeignServer, foreignServer } from './foreign.js'
import { ensureKey, isLabPossible, removeHost } from './host.js'
import { isRegistryPossible, registriesOf } from './images/registry.js'
import { inside } from './inside.js'
import { run } from './run.js'

const NAME = 'g-lab-mysql'
const SERVER = `${NAME}-mysql-1`

/** All that has been in the way of somebody's password, in 90 characters. */
const hostile = (mark: string): string => `${mark}it's "q" $HOME \`id\` #;\\ %s\n--línea 世界 🎈`.padEnd(90, 'x')
const [FIRST, SECOND] = [hostile('1'), hostile('2')]

const environment = (mirror: string): object => ({
  name: NAME,
  provider: 'lxd',
  ssh: { key: KEY },
  vm: { upgrades: 'none' },
  docker: { mirrors: [mirror] },
  tracker: { udp: [6969], image: 'torrust/tracker:v3.0.0', database: 'mysql' },
  mysql: { image: 'mysql:9.7', password: { file: 'secrets/user' }, root_password: { file: 'secrets/root' } },
})

const elsewhere = (mirror: string, host: string): object => ({
  ...environment(mirror),
  'compose-stack': { services: { once: { image: 'lab/hello:1', command: ['true'], restart: 'no' } } },
  tracker: {
    udp: [6969],
    image: 'torrust/tracker:v3.0.0',
    database: { driver: 'mysql', host, password: { file: 'secrets/foreign' } },
  },
})

interface Stage {
  desk: Desk
  mirror: string
  /** Made while the first test goes on. */
  foreign: Promise<ForeignServer>
}
const test = suite<Stage>('MySQL 9.7 on a real Debian 13')
const absent = isLabPossible() ?? isRegistryPossible()

const on = (script: string): Promise<string> => inside(NAME, script)
const good = (said: Said): void => assert.is(said.code, 0, told(said))
const settled = async ({ desk }: Stage): Promise<void> => good(await desk.run('plan', '--detailed-exitcode'))
const give = ({ desk }: Stage, user: string, password: string): void => writeFileSync(join(desk.folder, 'secrets', user), password)

const ROOT = '/opt/torrust/storage/mysql/passwords/root'
/** As root of the server, whose password goes there over standard input. */
const asRoot = (sql: string): Promise<string> =>
  on(
    `base64 -w 0 ${ROOT} | docker exec -i ${SERVER} sh -c 'read -r c; MYSQL_PWD=$(printf %s "$c" | base64 -d) exec mysql -N -uroot -e "$1"' sh '${sql}'`,
  )
const started = (service: string): Promise<string> => on(`docker inspect -f '{{.State.StartedAt}}' ${NAME}-${service}-1`)

/** Logs in as the tracker would, with what its container was given, again and again; a refusal counts if that still is what it was given. */
const CLIENT = `
import base64, os, subprocess, time, urllib.parse
def given():
  said = subprocess.run(['docker', 'inspect', '-f', '{{range .Config.Env}}{{println .}}{{end}}', '${NAME}-tracker-1'], capture_output=True, text=True).stdout
  urls = [line.split('://', 1)[1] for line in said.splitlines() if 'DATABASE__PATH=' in line]
  return urllib.parse.unquote(urls[0].split(':', 1)[1].rsplit('@', 1)[0]) if urls else None
INSIDE = 'read -r c; MYSQL_PWD=$(printf %s "$c" | base64 -d) exec mysql -N -utracker --protocol=tcp -h127.0.0.1 -e "SELECT 1" tracker'
def enters(password):
  return subprocess.run(['docker', 'exec', '-i', '${SERVER}', 'sh', '-c', INSIDE], input=base64.b64encode(password.encode()) + b'\\n', capture_output=True).returncode == 0
let, refused = 0, 0
while not os.path.exists('/run/client-stop'):
  password = given()
  if password is None: continue
  if enters(password): let += 1
  elif given() == password and not enters(password): refused += 1
  open('/run/client-tally', 'w').write(f'{let} {refused}')
`

test.before(async stage => {
  if (absent !== undefined) return
  await ensureKey()
  await run(['lxc', 'delete', '--force', NAME])
  const { mirror } = await registriesOf()
  stage.mirror = mirror.url
  stage.foreign = foreignServer(`${NAME}-foreign`, mirror.url)
  stage.foreign.catch(() => {})
  stage.desk = deskOf(await builtCli(), environment(mirror.url))
  mkdirSync(join(stage.desk.folder, 'secrets'))
})
test.after(async ({ desk, foreign }) => {
  if (absent !== undefined) return
  await run(['lxc', 'delete', '--force', NAME])
  await foreign.then(
    server => server.remove(),
    () => removeHost(`${NAME}-foreign`),
  )
  desk.remove()
})

if (absent !== undefined) test(`skipped: ${absent}`, () => void process.stdout.write(`skipped: ${absent}\n`))
else {
  test('a server is made, its passwords hold whatever is in them, and a second plan is empty', async stage => {
    give(stage, 'root', hostile('r'))
    give(stage, 'user', FIRST)
    good(await stage.desk.run('apply', '--yes'))
    await settled(stage)
    assert.match((await stage.desk.run('test')).stdout, /database tracker at mysql: lets tracker in, tables keys torrents whitelist/)
    assert.is(
      await asRoot('SHOW GRANTS FOR tracker'),
      'GRANT USAGE ON *.* TO `tracker`@`%`\nGRANT ALL PRIVILEGES ON `tracker`.* TO `tracker`@`%`\n',
    )
    assert.match(await asRoot('SHOW TABLES FROM tracker'), /^torrents$/m)
    await asRoot('CREATE TABLE tracker.mark (it INT); INSERT INTO tracker.mark VALUES (42)')
    assert.is(
      await on(`docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' ${SERVER} | grep -c -e MYSQL_PASSWORD -e MYSQL_USER || true`),
      '0\n',
    )
  })

  test('a password changes with no refused login, killed again and again on both sides', async stage => {
    const server = await started('mysql')
    await on(
      `printf %s '${Buffer.from(CLIENT).toString('base64')}' | base64 -d >/run/client.py; systemd-run -q --unit client python3 /run/client.py`,
    )
    give(stage, 'user', SECOND)
    for (const ms of [200, 1500, 4000]) {
      const { kill, said, ended } = stage.desk.start(['apply', '--yes'])
      await said(/running +(mysql|tracker)\.main/)
      await sleep(ms)
      kill('SIGKILL')
      await ended
      await on("systemctl kill -s KILL 'deployer-*.service' 2>/dev/null; true")
    }
    good(await stage.desk.run('apply', '--yes'))
    await settled(stage)
    const [entered, refused] = (await on('touch /run/client-stop; sleep 1; cat /run/client-tally')).split(' ').map(Number)
    assert.ok((entered ?? 0) > 10, `${entered} logins`)
    assert.is(refused, 0)
    assert.is(await started('mysql'), server)
    assert.is(await asRoot('SELECT it FROM tracker.mark'), '42\n')
    assert.not.match(await asRoot('SELECT User_attributes FROM mysql.user'), /additional_password/)
    assert.is(await on('ls /opt/torrust/storage/mysql/passwords'), 'root\ntracker\n')
    for (const password of [FIRST, SECOND]) assert.not.ok(stage.desk.log().includes(password.slice(0, 20)))
  })

  test('root gets another password, what somebody granted goes, and nothing is restarted', async stage => {
    await asRoot('GRANT SELECT ON mysql.* TO tracker; GRANT PROCESS ON *.* TO tracker')
    give(stage, 'root', hostile('s'))
    const before = [await started('mysql'), await started('tracker')]
    good(await stage.desk.run('apply', '--yes'))
    await settled(stage)
    assert.equal([await started('mysql'), await started('tracker')], before)
    assert.match(await asRoot('SHOW GRANTS FOR tracker'), /^GRANT USAGE ON \*\.\* TO \S+\nGRANT ALL PRIVILEGES ON `tracker`\.\* TO \S+\n$/)
  })

  test('data of a newer server is refused to an older one before anything stops', async stage => {
    await on("sed -i 's/:9.7/:9.9/' /opt/torrust/storage/mysql/image")
    const before = await started('mysql')
    const said = await stage.desk.run('apply', '--yes')
    assert.is(said.code, 4, told(said))
    assert.match(
      said.stderr,
      /DATA_NEWER: the data of mysql\.main in \/opt\/torrust\/storage\/mysql\/data belongs to version 9\.9, and 9\.7/,
    )
    assert.is(await started('mysql'), before)
    await on("sed -i 's/:9.9/:9.7/' /opt/torrust/storage/mysql/image")
  })

  test('a data folder that somebody gave to another user is given back, and nothing is restarted', async stage => {
    const before = await started('mysql')
    await on('chown 0:0 /opt/torrust/storage/mysql/data')
    const plan = await stage.desk.run('plan')
    assert.match(plan.stdout, /storage\/mysql\/data.*\[host\]/, told(plan))
    good(await stage.desk.run('apply', '--yes'))
    await settled(stage)
    assert.is(await on('stat -c %u:%g /opt/torrust/storage/mysql/data'), '10002:10002\n')
    assert.is(await started('mysql'), before)
  })

  test("somebody else's server is asked first, and each way to refuse is told at its place in the file", async stage => {
    const { desk, mirror } = stage
    const foreign = await stage.foreign
    const before = await started('tracker')
    desk.write(elsewhere(mirror, foreign.address))
    give(stage, 'foreign', hostile('w'))
    const refused = async (at: string, code: string, words: string): Promise<void> => {
      const plan = await desk.run('plan')
      const text = `environment\\.yaml:\\d+:\\d+: error: DATABASE_${code} at tracker\\.database\\.${at}: .*${words}`
      assert.match(plan.stdout, new RegExp(text), told(plan))
    }
    await foreign.stop()
    await refused('host', 'UNREACHABLE', 'connection refused')
    await foreign.start()
    await foreign.sql("CREATE USER tracker IDENTIFIED BY 'another'")
    await refused('password', 'REFUSED', "Access denied for user 'tracker'")
    const password = hostile('f')
    give(stage, 'foreign', password)
    await foreign.sql(`ALTER USER tracker IDENTIFIED BY '${password.replace(/[\\']/g, '\\$&').replace('\n', '\\n')}'`)
    await foreign.sql('GRANT SELECT, INSERT ON tracker.* TO tracker')
    await refused('name', 'UNKNOWN', "Unknown database 'tracker'")
    await foreign.sql('CREATE DATABASE tracker')
    await refused('user', 'PRIVILEGES', 'tracker may not UPDATE, DELETE, CREATE in the database tracker')
    await foreign.sql('GRANT ALL ON tracker.* TO tracker; ALTER USER tracker REQUIRE SSL')
    await refused('host', 'ENCRYPTED', 'encrypted connections alone')
    const said = await desk.run('apply', '--yes', '--accept-loss', 'tracker.main')
    assert.is(said.code, 4, told(said))
    assert.is(await started('tracker'), before)
  })

  test('with exactly what the tracker needs there it works, and a plan notices when it no longer does', async stage => {
    const { desk } = stage
    const foreign = await stage.foreign
    await foreign.sql(`ALTER USER tracker REQUIRE NONE; REVOKE ALL ON tracker.* FROM tracker;
      GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON tracker.* TO tracker`)
    const said = await desk.run('apply', '--yes', '--accept-loss', 'tracker.main')
    good(said)
    assert.match(said.stderr, /^ok +tracker\.main +database tracker at \S+: lets tracker in, tables keys torrents whitelist$/m)
    assert.is(await on(`docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' ${NAME}-once-1`), 'exited 0\n')
    await settled(stage)
    await foreign.sql('DROP TABLE tracker.whitelist')
    const tried = await desk.run('test')
    assert.is(tried.code, 1, told(tried))
    assert.match(tried.stdout + tried.stderr, /tables keys torrents whitelist: of its tables it has only keys torrents/)
    await foreign.sql('ALTER USER tracker ACCOUNT LOCK')
    const plan = await desk.run('plan', '--detailed-exitcode')
    assert.is(plan.code, 0, told(plan))
    assert.match(plan.stdout.replace(/\s+/g, ' '), /tracker\.main: the database at \S+ refuses tracker: Access denied .* Account is locked/)
  })
}

test.run()
