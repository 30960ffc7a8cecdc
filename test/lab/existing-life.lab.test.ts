/** On the lab's LXD: `npm run lab -- up`, then `npm test -- existing-life.lab`. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { builtCli, type Desk, deskOf, type Said, told } from './cli.js'
import { good, shows } from './good.js'
import { MIRROR } from './ground.js'
import { isLabPossible, type LabHost, labHost, removeHost } from './host.js'
import { changesIn, snapshotOf } from './snapshot.js'

interface Stage {
  host: LabHost
  one: Desk
  two: Desk
  folder: string
  before: ReadonlyArray<string>
}

const NAME = 'a-life'
const SECRET = 'never.On-a_command-line'

const test = suite<Stage>('the life of two environments on a server that had a life of its own')
const absent = isLabPossible()
if (absent !== undefined) test.skip(absent)

/** A firewall that is on, with rules, and an engine with settings and an image. */
const FURNISH = `export DEBIAN_FRONTEND=noninteractive
mkdir -p /etc/docker; echo '{ "registry-mirrors": ["${MIRROR}"] }' >/etc/docker/daemon.json
{ apt-get -q update; apt-get -q -y install --no-install-recommends ufw iptables docker.io docker-cli; } >/dev/null 2>&1
ufw allow 22/tcp comment 'our ssh'; ufw deny 25/tcp; ufw limit 2022/tcp; ufw allow from 192.0.2.0/24 to any port 9100 proto tcp
ufw allow 6969/udp comment 'a tracker of before'
ufw --force enable
docker pull -q lab/hello:1
echo '{ "debug": false, "max-concurrent-downloads": 2 }' >/etc/docker/daemon.json
systemctl restart docker`

const environmentOf = ({ host: { address, ssh } }: Pick<Stage, 'host'>, name: string, over: object = {}): object => ({
  name,
  provider: { kind: 'ssh', host: address },
  ssh: { user: ssh.user, key: ssh.key, port: 2222 },
  vm: { timezone: 'Europe/Berlin', upgrades: 'security', sysctl: { 'net.ipv4.tcp_syncookies': '2' } },
  docker: {
    daemon: { 'max-concurrent-downloads': 5 },
    registries: { 'registry.example.com': { user: 'ops', password: { env: 'SECRET' } } },
  },
  tracker: { udp: [6969] },
  ...over,
})

test.before(async stage => {
  await removeHost(NAME)
  stage.folder = mkdtempSync(join(tmpdir(), 'deployer-life-'))
  stage.host = await labHost({ name: NAME })
  await stage.host.exec(['sh', '-ec', FURNISH])
  stage.before = await snapshotOf(stage.host)
  const cli = await builtCli()
  stage.one = deskOf(cli, environmentOf(stage, 'life-one'), { SECRET })
  stage.two = deskOf(
    cli,
    environmentOf(stage, 'life-two', {
      vm: {},
      docker: {},
      'compose-stack': { root: '/opt/two' },
      tracker: { udp: [6970], api: { port: 1222 }, health: { port: 1323 } },
    }),
  )
})
test.after(async ({ host, one, two, folder }) => {
  one?.remove()
  two?.remove()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  await host?.remove()
})

/** With the tracker goes what its database has counted. */
const destroyed = async (desk: Desk): Promise<Said> => good(await desk.run('destroy', '--yes', '--accept-loss', 'tracker.main'))

/** A machine of the lab shares this one's list of processes, so both sides are watched at once. */
const watched = (folder: string): (() => string) => {
  const [pattern, found] = [join(folder, 'pattern'), join(folder, 'found')]
  writeFileSync(pattern, `${SECRET}\n${Buffer.from(`ops:${SECRET}`).toString('base64')}\n`)
  writeFileSync(found, '')
  const script = `while :; do grep -slaF -f ${pattern} /proc/[0-9]*/cmdline >>${found}; done`
  const watcher = spawn('sh', ['-c', script], { stdio: 'ignore' })
  return () => {
    watcher.kill()
    return readFileSync(found, 'utf8')
  }
}

test('an apply that moves ssh survives a connection that is cut, and shows no secret in any argument list', async ({
  host,
  one,
  folder,
}) => {
  const end = watched(folder)
  const applying = one.start(['apply', '--yes'])
  await applying.said(/running {2}firewall\.main/)
  await sleep(2000)
  await host.exec(['pkill', '-KILL', '-f', 'sshd.*lab@notty|sshd-session: lab'])
  const said = await applying.ended
  assert.is(end(), '')
  good(said)
  assert.match(said.stderr, /ok +vm\.main +ssh lets us in/, told(said))
  shows(await one.run('plan'), /: 5 as wanted/)
})

test('a port that is edited again is found at the last one', async ({ host, one }) => {
  one.write(environmentOf({ host }, 'life-one', { ssh: { user: host.ssh.user, key: host.ssh.key, port: 2223, timeout: '2s' } }))
  shows(good(await one.run('plan')), /ssh moves from 2222 to 2223/)
  one.write(environmentOf({ host }, 'life-one'))
})

test('a second environment sees only what is its own, and takes only that away', async ({ two, one }) => {
  const plan = good(await two.run('plan')).stdout
  assert.not.match(plan, /delete/)
  good(await two.run('apply', '--yes'))
  shows(await one.run('plan'), /: 5 as wanted/)
  await destroyed(two)
  shows(await one.run('plan'), /: 5 as wanted/)
})

test('a host that reboots in the middle of an apply is waited for, or a rerun finishes it', async ({ host, one }) => {
  one.write(environmentOf({ host }, 'life-one', { vm: { timezone: 'UTC' }, tracker: { udp: [6969, 6971] } }))
  const applying = one.start(['apply', '--yes'])
  await applying.said(/running {2}vm\.main/)
  await host.exec(['systemctl', 'reboot'])
  const said = await applying.ended
  if (said.code !== 0) good(await one.run('apply', '--yes'))
  shows(await one.run('plan'), /: 5 as wanted/)
})

test('destroy leaves the server as it was before the first apply', async ({ host, one, before }) => {
  await destroyed(one)
  assert.equal(changesIn(before, await snapshotOf(host)), [])
})

/** In a life of its own: no engine before, and none after. */
const BARE =
  'apt-get -q -y purge docker.io docker-cli >/dev/null 2>&1; apt-get -q -y autoremove --purge >/dev/null 2>&1; rm -rf /var/lib/docker /var/lib/containerd'

test('what somebody made with an engine that we brought stays when it goes, and nothing else of it', async ({ host, one }) => {
  const inside = async (script: string): Promise<string> => (await host.exec(['sh', '-c', script])).stdout
  await inside(BARE)
  one.write(environmentOf({ host }, 'life-one', { vm: {}, docker: {} }))
  good(await one.run('apply', '--yes'))
  await inside('docker volume create peers && echo theirs >/var/lib/docker/volumes/peers/_data/list')
  const said = await destroyed(one)
  shows(said, /is taken down: .* The server stays, as it was before\./s)
  assert.is(await inside('cat /var/lib/docker/volumes/peers/_data/list'), 'theirs\n')

  await inside('rm -rf /var/lib/docker /var/lib/containerd')
  good(await one.run('apply', '--yes'))
  await destroyed(one)
  assert.is(await inside('ls -d /var/lib/docker /var/lib/containerd; command -v docker'), '')
})

test.run()
