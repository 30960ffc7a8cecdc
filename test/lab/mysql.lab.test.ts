/** On the lab's LXD: `npm run lab -- up`, then `npm test -- mysql.lab`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { KEY } from './cache.js'
import { builtCli, type Desk, deskOf, type Said, told } from './cli.js'
import { inside } from './e2e/ground.js'
import { ensureKey, isLabPossible } from './host.js'
import { isRegistryPossible, registriesOf } from './images/registry.js'
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

interface Stage {
  desk: Desk
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
  stage.desk = deskOf(await builtCli(), environment(mirror.url))
  mkdirSync(join(stage.desk.folder, 'secrets'))
})
test.after(async ({ desk }) => {
  if (absent !== undefined) return
  await run(['lxc', 'delete', '--force', NAME])
  desk.remove()
})

if (absent !== undefined) test(`skipped: ${absent}`, () => void process.stdout.write(`skipped: ${absent}\n`))
else {
  test('a server is made, its passwords hold whatever is in them, and a second plan is empty', async stage => {
    give(stage, 'root', hostile('r'))
    give(stage, 'user', FIRST)
    good(await stage.desk.run('apply', '--yes'))
    await settled(stage)
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
  })
}

test.run()
