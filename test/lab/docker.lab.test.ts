/** On the lab's LXD: `npm run lab -- up`, then `npm test -- docker.lab`. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { KEY } from './cache.js'
import { builtCli, type Desk, deskOf, told } from './cli.js'
import { serveDocker, TRUST_UNSIGNED } from './docker-archive.js'
import { addressOf } from './e2e/ground.js'
import { good, isSettled, shows } from './good.js'
import { MIRROR } from './ground.js'
import { ensureKey, isLabPossible } from './host.js'
import { inside } from './inside.js'
import { login } from './login.js'
import { run } from './run.js'

const NAME = 'f-lab-docker'
const environment = (docker: object = {}, tracker: object = {}) => ({
  name: NAME,
  provider: 'lxd',
  ssh: { key: KEY },
  vm: { image: 'debian/12', upgrades: 'none' },
  docker,
  tracker: { udp: [6969], ...tracker },
})

interface Stage {
  desk: Desk
}
const test = suite<Stage>('docker on a real Debian 12')
const absent = isLabPossible()

const on = (script: string): Promise<string> => inside(NAME, script)
const repaired = async (stage: Stage, shown: RegExp): Promise<void> => {
  shows(await stage.desk.run('plan'), shown)
  good(await stage.desk.run('apply', '--yes'))
  await isSettled(stage.desk)
}

/** Something that runs, made of the host's own files. */
const RUN = `tar -C / -chf - usr/bin/sleep lib64/ld-linux-x86-64.so.2 lib/x86_64-linux-gnu/libc.so.6 2>/dev/null | docker import - lab-sleep >/dev/null
docker run -d --name beat lab-sleep /usr/bin/sleep 9999 >/dev/null`
const STARTED = `docker inspect -f '{{.State.Running}} {{.State.StartedAt}}' beat`

const DAEMON = { 'log-opts': { 'max-size': '10m' }, 'insecure-registries': ['ours.example'] }

const ADDRESSES = `ip -o addr show dev eth0 scope global | awk '{ split($4, a, "/"); print ($3 == "inet6" ? "[" a[1] "]" : a[1]) }'`

test.before(async stage => {
  if (absent !== undefined) return
  await ensureKey()
  await run(['lxc', 'delete', '--force', NAME])
  stage.desk = deskOf(await builtCli(), environment({ daemon: { 'max-concurrent-downloads': 5 } }))
})
test.after(async ({ desk }) => {
  if (absent !== undefined) return
  await run(['lxc', 'delete', '--force', NAME])
  desk.remove()
})

if (absent !== undefined) test(`skipped: ${absent}`, () => void process.stdout.write(`skipped: ${absent}\n`))
else {
  test('what Debian 12 lacks comes from an archive that is waited for, and never taken unsigned', async ({ desk }) => {
    const first = desk.start(['apply', '--yes'])
    await first.said(/ARCHIVE_UNREACHABLE: f-lab-docker cannot get packages from download\.docker\.com/)
    await serveDocker(NAME)
    const { code, stderr } = await first.ended
    assert.is(code, 3)
    assert.match(
      stderr,
      /ARCHIVE_UNTRUSTED: docker\.main: f-lab-docker does not trust the packages of download\.docker\.com: is not signed/,
    )
    assert.is(await on('dpkg-query -W docker-ce 2>/dev/null || true'), '')
  })

  test("Docker's own packages are installed, run with our settings, and a second plan is empty", async stage => {
    await on(TRUST_UNSIGNED)
    good(await stage.desk.run('apply', '--yes'))
    await isSettled(stage.desk)
    assert.match(
      await on("docker version -f '{{.Server.Version}}'; docker compose version --short; id -nG torrust"),
      /^28\.5\.2\S*\n2\.40\.3\S*\n.*\bdocker\b/,
    )
    const { experimental, ...config } = JSON.parse(await on('cat /etc/docker/daemon.json'))
    assert.equal(config, { 'live-restore': true, ip6tables: true, 'registry-mirrors': [MIRROR], 'max-concurrent-downloads': 5 })
    assert.is(experimental, undefined)
    assert.match(await on('apt-config dump Unattended-Upgrade::Package-Blacklist'), /"\^docker"/)
  })

  test('what others say in daemon.json stays, and the containers go on when the engine learns more', async stage => {
    await on(RUN)
    const before = await on(STARTED)
    await on(`cat >/etc/docker/daemon.json <<'END'
{"live-restore": true, "ip6tables": true, "registry-mirrors": ["${MIRROR}"], "max-concurrent-downloads": 5, "log-opts": {"max-file": "3"}, "insecure-registries": ["theirs.example"]}
END
systemctl restart docker.service`)
    await isSettled(stage.desk)
    stage.desk.write(environment({ daemon: DAEMON }))
    await repaired(stage, /~ update {2}docker\.main +restarts the engine; containers go on/)
    const config = JSON.parse(await on('cat /etc/docker/daemon.json'))
    assert.equal(config['log-opts'], { 'max-file': '3', 'max-size': '10m' })
    assert.equal(config['insecure-registries'], ['ours.example', 'theirs.example'])
    assert.is(config['max-concurrent-downloads'], undefined)
    assert.is(await on(STARTED), before)
  })

  test('the key gets in; nobody does as root, and nobody with a password', async () => {
    const address = await addressOf(NAME)
    const denied = /Permission denied \(publickey\)/
    await on("echo 'torrust:known' | chpasswd; install -d -m 700 /root/.ssh; cp /home/torrust/.ssh/authorized_keys /root/.ssh/")
    const as = (user: string, ...options: ReadonlyArray<string>) => login({ user, address, key: KEY }, ...options)
    assert.is(await as('torrust'), 'in')
    assert.match(await as('root'), denied)
    assert.match(await as('torrust', 'PreferredAuthentications=password,keyboard-interactive', 'PubkeyAuthentication=no'), denied)
    await on('rm -r /root/.ssh')
  })

  test('a published port that is limited is closed to a neighbour over both families, and opens with its limit', async stage => {
    stage.desk.write(environment({ daemon: DAEMON }, { api: { bind: 'public', from: ['192.0.2.0/24', '2001:db8::/32'] } }))
    good(await stage.desk.run('apply', '--yes'))
    await isSettled(stage.desk)
    const reached = async (): Promise<string> => {
      const answers = (await on(ADDRESSES))
        .trim()
        .split('\n')
        .map(async at => `${(await run(['curl', '-gs', '--max-time', '3', `http://${at}:1212/`])).code}`)
      return (await Promise.all(answers)).join(' ')
    }
    assert.is(await reached(), '28 28')
    stage.desk.write(environment({ daemon: DAEMON }, { api: { bind: 'public' } }))
    good(await stage.desk.run('apply', '--yes'))
    // The tracker's API has one socket, of IPv4, and refuses on the other.
    assert.is(await reached(), '0 7')
    stage.desk.write(environment({ daemon: DAEMON }))
    good(await stage.desk.run('apply', '--yes'))
    await isSettled(stage.desk)
  })

  test('settings that the engine does not start with are taken back in the same step, and nobody notices', async stage => {
    const before = await on(STARTED)
    const file = await on('cat /etc/docker/daemon.json')
    stage.desk.write(environment({ daemon: { 'storage-driver': 'zfs' } }))
    const said = await stage.desk.run('apply', '--yes')
    assert.is(said.code, 3, told(said))
    assert.match(said.stderr, /STEP_FAILED: docker\.main: f-lab-docker: writing \/etc\/docker\/daemon\.json failed[\s\S]*zfs/, told(said))
    assert.is(await on('cat /etc/docker/daemon.json'), file)
    assert.is(await on(STARTED), before)
    stage.desk.write(environment())
    good(await stage.desk.run('apply', '--yes'))
    await isSettled(stage.desk)
    assert.is(await on(STARTED), before)
  })

  test('a daemon.json that somebody broke is theirs to mend: refused with its place, before any change', async stage => {
    await on(`cp -p /etc/docker/daemon.json /root/kept; printf '{\\n  "debug": true,\\n}\\n' >/etc/docker/daemon.json`)
    const said = await stage.desk.run('apply', '--yes')
    assert.is(said.code, 4, told(said))
    assert.match(said.stderr, /HOST_FILE_INVALID: f-lab-docker:\/etc\/docker\/daemon\.json:3:1 is broken/, told(said))
    assert.is(await on('cat /etc/docker/daemon.json'), '{\n  "debug": true,\n}\n')
    await on('mv /root/kept /etc/docker/daemon.json')
    await isSettled(stage.desk)
  })

  for (const [title, script, shown] of [
    [
      'stopped and disabled',
      'systemctl disable -q --now docker.service docker.socket',
      /unit docker\.service +inactive, disabled (?:→|->) active, enabled/,
    ],
    [
      'masked with its socket',
      'systemctl stop docker.service docker.socket; systemctl mask -q docker.service docker.socket',
      /unit docker\.service +inactive, disabled/,
    ],
    ['without its compose', 'dpkg --purge docker-compose-plugin >/dev/null', /package +docker-compose-plugin/],
    ['removed', 'DEBIAN_FRONTEND=noninteractive apt-get -qq remove docker-ce docker-ce-cli >/dev/null 2>&1', /\+ create {2}docker\.main/],
  ] as const)
    test(`an engine that is ${title} by somebody is found and put right`, async stage => {
      await on(script)
      await repaired(stage, shown)
      assert.match(await on("docker version -f '{{.Server.Version}}' && docker compose version --short"), /^28.*\n2\.40/)
    })
}

test.run()
