/** On the lab's LXD and its registry: `npm run lab -- up`, `npm run lab -- images`, then `npm test -- containers.lab`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Batch, Channel, Outcome } from '../../engine/channel.js'
import type { Probe, Step, Text } from '../../engine/contract.js'
import { revealer } from '../../engine/reveal.js'
import { sshChannel } from '../../providers/ssh/index.js'
import { encodeAs } from '../../specs/encode.js'
import type { Fault } from '../../specs/fault.js'
import { E } from '../../specs/fp.js'
import { isLabPossible, type LabHost, labHost, removeHost } from './host.js'
import { isRegistryPossible, registriesOf } from './images/registry.js'

const NAME = 'e-lab-containers'
const ROOT = '/opt/stack'
const SECRET = 'kept.Out-of_sight'
const via = 'vm.main' as const
const ROOTED = { mode: '0644', owner: 'root', group: 'root' }

const DOCKER = `set -e
mkdir -p /etc/docker ${ROOT}
cat >/etc/docker/daemon.json
apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends docker.io docker-cli docker-compose`

interface Stage {
  host: LabHost
  channel: Channel
  folder: string
}
const test = suite<Stage>('containers on a real host')
const absent = isLabPossible() ?? isRegistryPossible()

const { reveal } = revealer(() => async () => E.right(SECRET))

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
type Words = Without<Step, 'via'>

const batchOf = (steps: ReadonlyArray<Words>, asks: ReadonlyArray<Omit<Probe, 'via'>> = []): Batch => ({
  environment: 'stack',
  addr: 'vm.main',
  run: 1,
  fence: 1,
  claims: [],
  releases: [],
  steps: steps.map(words => ({ ...words, via }) as Step),
  verify: asks.map(words => ({ ...words, via }) as Probe),
})

const outcomeOf = ({ channel }: Stage, ...steps: ReadonlyArray<Words>): Promise<Outcome> => channel.act(batchOf(steps), reveal, () => {})
const done = async (stage: Stage, ...steps: ReadonlyArray<Words>): Promise<void> => {
  const outcome = await outcomeOf(stage, ...steps)
  assert.is(outcome.is, 'done', JSON.stringify(outcome))
}
const faultOf = async (stage: Stage, ...steps: ReadonlyArray<Words>): Promise<Fault> => {
  const outcome = await outcomeOf(stage, ...steps)
  if (outcome.is !== 'failed') throw new Error(JSON.stringify(outcome))
  return outcome.fault
}
/** The engine has two streams of a container, and no order between them. */
const firstOf = (fault: Fault): string | undefined => ('log' in fault ? fault.log[0] : undefined)
const answer = async ({ channel }: Stage, probe: Omit<Probe, 'via'>): Promise<unknown> => {
  const { answers } = await channel.look([{ ...probe, via } as Probe], reveal)
  const [one] = answers
  return one?.is === 'present' ? one.value : one?.is
}
const on = async ({ host }: Stage, script: string, input = ''): Promise<string> => {
  const { code, stdout, stderr } = await host.exec(['sh', '-c', script], { input })
  assert.is(code, 0, `${script}\n${stdout}${stderr}`)
  return stdout.trim()
}

const put = (path: string, content: Text, mode = '0644'): Words => ({
  do: 'put',
  path: `${ROOT}/${path}`,
  content,
  ...ROOTED,
  mode,
})
/** A stack of one service that says what its environment file says, and one whose files come later. */
const composed = (port = 8080, more = '', image = 'lab/hello:1'): Words =>
  put(
    'docker-compose.yml',
    `services:
  web:
    image: ${image}
    restart: unless-stopped
    env_file: [web.env]
    ports: ["0.0.0.0:${port}:8080"]
    volumes: ["./data:/data"]
    networks: [inner]
${more}  later:
    image: lab/hello:2
    env_file: [later.env]
    networks: [inner]
networks:
  inner: { name: stack_inner }
`,
  )
const env = (hello: string): Words => put('web.env', [`HELLO=${hello}\nSECRET=`, { secret: 'any', as: ['env'] }, '\n'], '0600')
const LABELS = { 'com.docker.compose.project': 'stack', 'com.docker.compose.network': 'inner' }
const network: Words = { do: 'network', name: 'stack_inner', bridge: 'dp-stack-inn', ipv6: 'fd12:3456:789a:1::/64', labels: LABELS }

const of = { project: 'stack', service: 'web', root: ROOT } as const
const ready = { asks: ['busybox', 'wget', '-q', '-O', '-', 'http://127.0.0.1:8080/'], seconds: 20 }
const up = (digest: string, words: object = {}): Words => ({
  do: 'up',
  ...of,
  image: 'lab/hello:1',
  digest: [{ digest: [digest] }],
  files: [`${ROOT}/web.env`],
  networks: ['stack_inner'],
  ready,
  opens: [],
  ...words,
})
const trial = (words: object = {}): Words => ({ do: 'try', ...of, ports: ['8080/tcp'], scratch: ['/data'], ready, ...words })
const web = (digest: string): Omit<Probe, 'via'> => ({ ask: 'container', key: 'stack/web', match: [{ digest: [digest] }] })

/** Which container it is, and since when it runs. */
const STARTED = "docker inspect -f '{{.Id}} {{.State.StartedAt}}' stack-web-1"
const SAYS = 'curl -sf http://127.0.0.1:8080/'
const NOTHING_LEFT = `test -z "$(docker ps -aq --filter label=com.docker.compose.oneoff=True)$(ls /var/lib/deployer/ups/stack/*/pending 2>/dev/null)$(docker volume ls -q)"`
const settles = `for i in $(seq 50); do if ${NOTHING_LEFT}; then exit 0; fi; sleep 0.1; done; docker ps -a; docker volume ls; ls /var/lib/deployer/ups/stack/*; exit 1`

test.before(async stage => {
  if (absent !== undefined) return
  await removeHost(NAME)
  stage.host = await labHost({ name: NAME })
  stage.folder = mkdtempSync(join(tmpdir(), 'deployer-containers-'))
  const { mirror } = await registriesOf()
  await on(stage, DOCKER, JSON.stringify({ 'registry-mirrors': [mirror.url], 'live-restore': true }))
  const { name, address, ssh } = stage.host
  const options = { knownHosts: join(stage.folder, 'known_hosts'), patience: 5, now: Date.now, sleep: (ms: number) => sleep(ms) }
  stage.channel = sshChannel({ name, addresses: [address], login: { user: ssh.user, port: ssh.port, key: ssh.key } }, options)
})
test.after(async ({ host, channel, folder }) => {
  await channel?.close()
  await host?.remove()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

if (absent !== undefined) test(`skipped: ${absent}`, () => void process.stdout.write(`skipped: ${absent}\n`))
else {
  test('a service is pulled, tried and brought up, though the files of another are not there yet', async stage => {
    const pulls = ['lab/hello:1', 'lab/hello:2', 'lab/crash:1', 'lab/never:1'].map(image => ({ do: 'pull', image }) as const)
    await done(stage, ...pulls, { do: 'dir', path: `${ROOT}/data`, mode: '0755', owner: '10001', group: '10001' }, network)
    await done(stage, composed(), env('1'), trial(), up('one'))
    assert.is(await on(stage, SAYS), 'hello 1')
    const seen = { image: 'lab/hello:1', running: true, health: 'none', restarts: 0, networks: ['stack_inner'] }
    const { digest, ...rest } = (await answer(stage, web('one'))) as { readonly digest: string }
    assert.equal(rest, { ...seen, same: true })
    assert.match(digest, /^[0-9a-f]{64}$/)
    await on(stage, settles)
  })

  test('what a trial refuses stops nothing', async stage => {
    const before = await on(stage, STARTED)
    const crash = await faultOf(stage, composed(8080, '', 'lab/crash:1'), trial())
    assert.equal({ ...crash, log: [] }, { code: 'CONFIG_REFUSED', host: NAME, service: 'web', exit: 3, log: [] })
    assert.is(firstOf(crash), 'fatal: the answer is not 42')
    const never = await faultOf(stage, composed(8080, '', 'lab/never:1'), trial({ ready: { seconds: 2 } }))
    assert.equal(never, { code: 'CONFIG_REFUSED', host: NAME, service: 'web', seconds: 2, log: ['waiting for what never comes'] })
    const typo = await faultOf(stage, composed(8080, '    prots: []\n'), trial())
    assert.is(typo.code, 'CONFIG_REFUSED')
    assert.match(JSON.stringify(typo), /prots/)
    assert.is(await on(stage, STARTED), before)
    await on(stage, settles)
  })

  test('a trial sees the folders of the service empty, owned as they are, and leaves its data alone', async stage => {
    await on(stage, `echo precious >${ROOT}/data/peers`)
    const instead = (script: string): Words => trial({ instead: ['sh', '-c', script] })
    await done(
      stage,
      composed(),
      instead('test -z "$(busybox ls /data)" && test "$(busybox stat -c %u /data)" = 10001 && busybox touch /data/mine'),
    )
    assert.is(await on(stage, `ls ${ROOT}/data`), 'peers')
  })

  test('whoever has a port is named before anything stops: a process, or a container', async stage => {
    const before = await on(stage, STARTED)
    await on(stage, 'systemd-run -q --unit=rival python3 -m http.server 9090; until curl -s 127.0.0.1:9090 >/dev/null; do sleep 0.1; done')
    const taken = { code: 'PORT_TAKEN', host: NAME, proto: 'tcp', for: 'web' }
    assert.equal(await faultOf(stage, trial({ ports: ['9090/tcp'] })), { ...taken, port: 9090, by: 'python3' })
    await on(stage, 'docker run -d --name squatter -p 127.0.0.1:7071:80 lab/hello:1 >/dev/null')
    const squatted = trial({ ports: ['8080/tcp', '7071/tcp'] })
    assert.equal(await faultOf(stage, squatted), { ...taken, port: 7071, by: 'the container squatter' })
    await done(stage, trial({ ports: ['8080/tcp', '9090/udp', '10.77.255.1:7071/tcp'] }))
    assert.is(await on(stage, STARTED), before)
    await on(stage, 'docker rm -f -v squatter >/dev/null; systemctl stop rival')
  })

  test('when a start fails what ran before is back, with its files, and serves', async stage => {
    const failing: ReadonlyArray<readonly [Words, object]> = [
      [composed(8080, '', 'lab/crash:1'), { code: 'CONTAINER_CRASH_LOOP', exit: 3 }],
      [composed(8080, '', 'lab/never:1'), { code: 'CONTAINER_UNREADY', seconds: 2, log: ['waiting for what never comes'] }],
      [composed(22), { code: 'PORT_TAKEN', port: 22 }],
      [composed(8080, '    runtime: nosuch\n'), { code: 'CONTAINER_UNSTARTABLE' }],
    ]
    for (const [file, expected] of failing) {
      const fault = await faultOf(stage, file, env('2'), up('two', { ready: { seconds: 2 } }))
      for (const [key, value] of Object.entries({ ...expected, after: 'back' }))
        assert.equal((fault as unknown as { readonly [key: string]: unknown })[key], value, JSON.stringify(fault))
      assert.is(await on(stage, SAYS), 'hello 1')
      assert.is(await on(stage, `head -n 1 ${ROOT}/web.env`), 'HELLO=1')
      assert.is(((await answer(stage, web('one'))) as { readonly same: boolean }).same, true)
    }
    await on(stage, settles)
    assert.is(await on(stage, 'find /var/lib/deployer/ups ! -type l -perm /077 -o ! -user root -o ! -group root'), '')
  })

  test('a first container that fails is taken down, and its files stay as wanted', async stage => {
    const later = { service: 'later', files: [`${ROOT}/later.env`], ready: { asks: ['false'], seconds: 1 } }
    const fault = await faultOf(stage, composed(), env('1'), put('later.env', 'HELLO=2\n', '0600'), up('first', later))
    assert.equal(fault, { code: 'CONTAINER_UNREADY', host: NAME, service: 'later', seconds: 1, log: [], after: 'gone' })
    assert.is(await answer(stage, { ask: 'container', key: 'stack/later' } as Omit<Probe, 'via'>), 'absent')
    assert.is(await on(stage, `cat ${ROOT}/later.env; docker ps -aq --filter name=later`), 'HELLO=2')
  })

  test('a start that is killed at any moment is done over, and nothing stays beside it', async stage => {
    for (const ms of [150, 350, 550, 750, 950, 1200]) {
      const wanted = `killed-${ms}`
      const steps = [composed(), env('2'), trial(), up(wanted)]
      const running = outcomeOf(stage, ...steps)
      await sleep(ms)
      await on(stage, "systemctl kill -s KILL 'deployer-*.service' 2>/dev/null; true")
      await running
      const left = (await answer(stage, web(wanted))) as { readonly same?: boolean; readonly running?: boolean } | 'absent'
      if (left === 'absent' || left.same !== true || left.running !== true) await done(stage, ...steps)
      assert.equal(
        { ...((await answer(stage, web(wanted))) as object), digest: '' },
        { image: 'lab/hello:1', running: true, health: 'none', restarts: 0, digest: '', networks: ['stack_inner'], same: true },
      )
      assert.is(await on(stage, `${SAYS}; docker ps -aq --filter label=com.docker.compose.service=web | wc -l`), 'hello 2\n1')
      await on(stage, settles)
    }
  })

  test('a network that has to be made again takes back whoever was in it, under the same name', async stage => {
    await done(stage, put('later.env', 'HELLO=2\n', '0600'), up('later', { service: 'later', files: [] }))
    const before = await on(stage, STARTED)
    await done(stage, { ...network, labels: { ...LABELS, deployer: 'stack' } } as Words)
    assert.is(await on(stage, 'docker exec stack-later-1 busybox wget -q -O - http://web:8080/'), 'hello 2')
    assert.is(await on(stage, `${SAYS}; ${STARTED}`), `hello 2\n${before}`)
    const asks = `cat /proc/sys/net/ipv6/conf/${network.bridge}/dad_transmits`
    assert.is(await on(stage, asks), '0', 'its first container would not be reached over IPv6 for 2 s')
  })

  test('every secret gets through an environment file as it is', async stage => {
    const parts = [`'`, `"`, `$`, '$HOME', '$$', '`id`', '#', ' #', '\\', '\\n', '\n', '\r', '\t', ' ', 'ü€😀', '=', '{}', 'a']
    const values = [
      ...parts,
      ...parts.flatMap(one => parts.map(other => `${one}${other}x${one}`)),
      `aA1'"$#\\\n\r\t ü😀%{}[]<>|&;()*?~!^=+-_,.:/@`.repeat(3).slice(0, 90),
    ]
    const lines = values.map((value, index) => `V${index}=${encodeAs(value, ['env'])}\n`).join('')
    await done(stage, { do: 'dir', path: `${ROOT}/env`, ...ROOTED, mode: '0700' }, put('env/all.env', lines, '0600'))
    await on(
      stage,
      `cd ${ROOT}/env && printf 'services: {all: {image: "lab/hello:1", env_file: [all.env], network_mode: none}}' >docker-compose.yml && docker compose -p all --progress quiet up -d`,
    )
    const told = JSON.parse(await on(stage, "docker inspect -f '{{json .Config.Env}}' all-all-1")) as ReadonlyArray<string>
    const found = new Map(told.map(one => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]))
    const lost = values.filter((value, index) => found.get(`V${index}`) !== value)
    assert.equal(lost, [])
    await on(stage, `cd ${ROOT}/env && docker compose -p all --progress quiet down -t 0`)
  })

  test('an image that nobody has, and a registry that does not answer, are told apart', async stage => {
    const pulled = (image: string) => faultOf(stage, { do: 'pull', image })
    assert.is((await pulled('127.0.0.1:9/x/y:1')).code, 'REGISTRY_UNREACHABLE')
    const { mirror } = await registriesOf()
    assert.is((await pulled(`${mirror.address}/lab/hello:1`)).code, 'REGISTRY_UNTRUSTED')
  })

  test('what is taken down is gone, with what was kept of it, and can go again', async stage => {
    const down = (service: string): Words => ({ do: 'down', project: 'stack', service })
    await done(stage, down('web'), down('later'), { do: 'restore', what: 'network', id: 'stack_inner', before: 'absent' })
    await done(stage, down('web'), { do: 'restore', what: 'image', id: 'lab/hello:1', before: 'absent' })
    assert.is(
      await on(
        stage,
        'docker ps -aq; docker volume ls -q; docker network ls -q --filter name=stack; docker image ls -q lab/hello:1; ls /var/lib/deployer/ups/stack',
      ),
      '',
    )
  })
}

test.run()
