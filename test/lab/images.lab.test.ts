/** On the lab's LXD and its registry: `npm run lab -- up`, `npm run lab -- images`, then `npm test -- images.lab`. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isLabPossible, type LabHost, labHost, removeHost } from './host.js'
import { trackerClient } from './images/clients.js'
import { failingRegistry } from './images/failing.js'
import { isRegistryPossible, type Registries, registriesOf } from './images/registry.js'
import { standIns } from './images/shelf.js'
import { type Ran, run } from './run.js'

const NAME = 'd-lab-images'
const HASH = '9c38422213e30bff212b30c360d26f9a02136422'
const PASSWORD = `$HOME # ${'ü'.repeat(60)}\n!`

const CONFIG = `[metadata]
schema_version = "2.0.0"
[logging]
threshold = "info"
[core]
listed = false
private = false
[core.database]
driver = "sqlite3"
path = "/var/lib/torrust/tracker/database/sqlite3.db"
[[udp_trackers]]
bind_address = "[::]:6969"
[[http_trackers]]
bind_address = "[::]:7070"
`

const DOCKER = `set -e
mkdir -p /etc/docker /srv/tracker
cat >/etc/docker/daemon.json
apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends docker.io docker-cli`

interface Stage {
  host: LabHost
  registries: Registries
}
const test = suite<Stage>('images for real hosts')
const absent = isLabPossible() ?? isRegistryPossible()

const tried = ({ host }: Stage, script: string, input = ''): Promise<Ran> => host.exec(['sh', '-c', script], { input })
const on = async (stage: Stage, script: string, input = ''): Promise<string> => {
  const { code, stdout, stderr } = await tried(stage, script, input)
  assert.is(code, 0, `${script}\n${stdout}${stderr}`)
  return stdout.trim()
}
/** Within half a minute. */
const until = (condition: string): string =>
  `for try in $(seq 150); do if ${condition}; then break; fi; sleep 0.2; done; if ! ${condition}; then docker ps -a; exit 1; fi`

test.before(async stage => {
  if (absent !== undefined) return
  for (const line of standIns()) process.stdout.write(`${line}\n`)
  await removeHost(NAME)
  stage.registries = await registriesOf()
  stage.host = await labHost({ name: NAME })
  const { mirror, closed } = stage.registries
  const network = `${closed.address.split(':')[0]}/32`
  await on(stage, DOCKER, JSON.stringify({ 'registry-mirrors': [mirror.url], 'insecure-registries': [network] }))
})
test.after(async ({ host }) => host?.remove())

if (absent !== undefined) test(`skipped: ${absent}`, () => void process.stdout.write(`skipped: ${absent}\n`))
else {
  test('a registry that breaks off halfway leaves no image, and the next pull succeeds', async stage => {
    const registry = await failingRegistry(100_000)
    try {
      const name = `${registry.address}/torrust/tracker:develop`
      assert.is.not((await tried(stage, `timeout 5 docker pull -q ${name}`)).code, 0)
      assert.is(await on(stage, `docker images -q ${registry.address}/torrust/tracker`), '')
      registry.heal()
      assert.match(await on(stage, `docker pull -q ${name}`), /develop/)
    } finally {
      await registry.close()
    }
  })

  test('the real tracker comes under its official name, gets healthy and answers its own clients', async stage => {
    await on(stage, 'cat >/srv/tracker/tracker.toml', CONFIG)
    await on(
      stage,
      'docker run -d --name tracker -v /srv/tracker:/etc/torrust/tracker -p 6969:6969/udp -p 7070:7070 torrust/tracker:v3.0.0',
    )
    await on(stage, until(`[ "$(docker inspect -f '{{.State.Health.Status}}' tracker)" = healthy ]`))
    const udp = await run([...trackerClient('udp_tracker_client'), 'announce', `${stage.host.address}:6969`, HASH])
    assert.is(JSON.parse(udp.stdout).AnnounceIpv4.seeders, 1, udp.stderr)
    const http = await run([...trackerClient('http_tracker_client'), 'announce', `http://${stage.host.address}:7070`, HASH])
    assert.is(JSON.parse(http.stdout).complete, 1, http.stderr)
  })

  test('the real MySQL takes the variables of the official image, and a password that is no word', async stage => {
    const env = `-e MYSQL_RANDOM_ROOT_PASSWORD=yes -e MYSQL_DATABASE=a_b -e MYSQL_USER=app -e MYSQL_PASSWORD`
    await on(
      stage,
      `MYSQL_PASSWORD=$(cat; echo x) && export MYSQL_PASSWORD="\${MYSQL_PASSWORD%x}" && docker run -d --name mysql ${env} mysql:8.4`,
      PASSWORD,
    )
    await on(stage, until("docker logs mysql 2>&1 | grep -q 'ready for connections.*port: 3306'"))
    const asked = `MYSQL_PWD=$(cat; echo x) && export MYSQL_PWD="\${MYSQL_PWD%x}" && docker exec -e MYSQL_PWD mysql mysql -h127.0.0.1 -uapp -Nr -e`
    const version = await on(stage, `${asked} 'SELECT VERSION()'`, PASSWORD)
    process.stdout.write(`stand-in: mysql:8.4 is MySQL ${version} here\n`)
    assert.match(version, /^\d+\.\d+\.\d+/)
    assert.match(await on(stage, `${asked} 'SHOW GRANTS'`, PASSWORD), /ALL PRIVILEGES ON `a\\_b`\.\* TO `app`@`%`/)
    assert.is(await on(stage, "docker exec mysql stat -c '%u %g' /var/lib/mysql /var/lib/mysql/mysql.ibd"), '999 999\n999 999')
  })

  test("an apostrophe in MYSQL_PASSWORD ends the first start, as the official entry script's SQL does", async stage => {
    const env = `-e MYSQL_RANDOM_ROOT_PASSWORD=yes -e MYSQL_USER=app -e "MYSQL_PASSWORD=it's"`
    assert.match((await tried(stage, `docker run --rm --name broken ${env} mysql:9.7`)).stderr, /ERROR 1064/)
  })

  test('a registry that wants a login refuses strangers, and serves who logs in', async stage => {
    const { address, login } = stage.registries.closed
    const pull = `docker pull -q ${address}/lab/hello:2`
    assert.match((await tried(stage, pull)).stderr, /no basic auth credentials|unauthorized/)
    await on(stage, `docker login -u ${login?.user} --password-stdin ${address}`, login?.password)
    await on(stage, `${pull} && docker run -d --name hello -p 8080:8080 ${address}/lab/hello:2`)
    await on(stage, until('curl -fs http://127.0.0.1:8080'))
    assert.is(await on(stage, 'curl -fs http://127.0.0.1:8080'), 'hello 2')
  })

  test('one program ends at once, and another runs and is never healthy', async stage => {
    await on(stage, 'docker run -d --name crash lab/crash:1 && docker run -d --name never lab/never:1')
    await on(stage, until(`[ "$(docker inspect -f '{{.State.Health.Status}}' never)" = unhealthy ]`))
    assert.is(await on(stage, "docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' crash"), 'exited 3')
    assert.is(await on(stage, 'docker logs crash 2>&1 | sort'), 'fatal: the answer is not 42\nreading the configuration')
  })
}

test.run()
