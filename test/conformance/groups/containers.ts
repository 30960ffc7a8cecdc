import type { Asks } from '../../../engine/contract.js'
import { act, byHand, type Case, claim, dir, does, type Group, install, look, put, restore, that, uninstall, type Words } from '../case.js'
import type { Debian } from '../sandbox.js'

const ROOT = '/opt/conformance'
const IMAGE = 'lab/tiny:1'
const NET = 'conformance_inner'
const of = { project: 'conformance', root: ROOT } as const
const CONTAINER = 'container conformance/web'

/** A single program of the host's own archive is the whole image: it needs no registry. */
const imported = byHand(
  `apt-get -q -y install busybox-static >/dev/null && mkdir -p /tmp/tiny/bin /tmp/tiny/www && cp /bin/busybox /tmp/tiny/bin/sh &&
for a in httpd wget cat; do ln -sf sh /tmp/tiny/bin/$a; done; echo here >/tmp/tiny/www/index.html
tar -C /tmp/tiny -c . | docker import --change 'CMD ["httpd","-f","-p","80","-h","/www"]' --change 'ENTRYPOINT []' - ${IMAGE}`,
  { ask: 'image', key: IMAGE, to: { digest: 'sha256:of-that-day' } },
)

/** Killed at once, since it minds no signal. */
const compose = (more = ''): Words =>
  put(
    `${ROOT}/docker-compose.yml`,
    `services:
  web:
    image: ${IMAGE}
    restart: unless-stopped
    stop_signal: SIGKILL
    env_file: [web.env]
    networks: [inner]
    healthcheck: { test: [CMD, wget, -q, -O, "-", "http://127.0.0.1/"], interval: 1s, start_interval: 1s, start_period: 10s }
${more}  later:
    image: ${IMAGE}
    env_file: [later.env]
networks:
  inner: { name: ${NET} }
`,
  )
const up = (digest: string): Words => ({
  do: 'up',
  ...of,
  service: 'web',
  image: IMAGE,
  digest,
  files: [`${ROOT}/web.env`],
  networks: [NET],
  ready: { seconds: 30 },
  opens: [],
})
const trial = (words: object = {}): Words => ({
  do: 'try',
  ...of,
  service: 'web',
  ports: [],
  scratch: [],
  ready: { asks: ['wget', '-q', '-O', '-', 'http://127.0.0.1/'], seconds: 20 },
  ...words,
})
const LABELS = { 'com.docker.compose.project': 'conformance', 'com.docker.compose.network': 'inner', deployer: 'demo' }
const network = (words: object = {}): Words => ({ do: 'network', name: NET, bridge: 'dp-conf-inn', labels: LABELS, ...words })
const engineThat = (debian: Debian, active: boolean): Words =>
  byHand(
    active ? 'systemctl start docker.service' : 'systemctl stop docker.socket docker.service',
    { ask: 'unit', key: 'docker.service', to: { active, enabled: true } },
    { ask: 'unit', key: 'docker.socket', to: { active, enabled: true } },
    { ask: 'engine', key: 'docker', to: active ? ENGINES[debian] : undefined },
  )

const cutOff = byHand(`docker network disconnect -f ${NET} conformance-web-1`, {
  ask: 'container',
  key: 'conformance/web',
  to: { image: IMAGE, running: true, health: 'healthy', restarts: 0, digest: 'two', networks: [] },
})

/** Debian 12's own Compose is none that its engine's client knows: there the engine and Compose of Docker's archive take its place. */
const FROM_DOCKER = does(
  "Docker's own engine comes in place of the distribution's, and starts with the configuration that lies there",
  [
    uninstall('docker.io', 'docker-compose', 'containerd', 'runc'),
    put('/etc/apt/sources.list.d/docker.list', 'deb [trusted=yes] https://download.docker.com/linux/debian bookworm stable\n'),
    install('docker-ce', 'docker-ce-cli', 'containerd.io', 'docker-compose-plugin'),
  ],
  ['package docker.io', 'package docker-ce', 'package docker-compose-plugin', 'engine docker', 'unit docker.service'],
)
const ENGINES: { readonly [debian in Debian]: Asks['engine'] } = {
  '13': { version: '26.1.5', compose: '2.26.1', config: {} },
  '12': { version: '28.5.2', compose: '2.40.3', config: {} },
}

const casesOn = (engine: (active: boolean) => Words): ReadonlyArray<Case> => [
  does('nothing of an engine is there before it has anything', [], [CONTAINER, `network ${NET}`, `image ${IMAGE}`]),
  does('an image is there once somebody has made it', [imported], [`image ${IMAGE}`, 'image lab/tiny:2']),
  does('what is there is not pulled', [{ do: 'pull', image: IMAGE }], [`image ${IMAGE}`]),
  does('what is there may be fetched', [{ do: 'fetch', images: [IMAGE] }], [`image ${IMAGE}`]),
  does('a network is made', [network()], [`network ${NET}`]),
  does('a network that is as wanted stays', [network()], [`network ${NET}`]),
  does('a network that is otherwise is made again', [network({ ipv6: 'fd12:3456:789a:1::/64' })], [`network ${NET}`]),
  does('a network that leads out is made again as one that does not', [network({ inside: true })], [`network ${NET}`]),
  does('a network without a way out is made again as one that has it', [network()], [`network ${NET}`]),
  that(
    'a service is tried, and nothing of it stays',
    act([dir(ROOT), compose(), put(`${ROOT}/web.env`, 'A=1\n', { mode: '0600' })], [`file ${ROOT}/docker-compose.yml`]),
    act([trial()], [CONTAINER]),
  ),
  does('a program in place of its own is tried', [trial({ instead: ['sh', '-c', 'cat /www/index.html && exit 0'] })], [CONTAINER]),
  does('a service comes up, though files of others are not there yet', [up('one')], [CONTAINER, `network ${NET}`]),
  that(
    'a container is compared with what it was started with',
    look({ container: 'conformance/web', match: 'one' }, { container: 'conformance/web', match: 'two' }),
  ),
  does('a service is tried beside itself', [trial()], [CONTAINER]),
  does('a service comes up again with another digest', [compose('    command: [httpd, -f, -p, "80", -h, /www]\n'), up('two')], [CONTAINER]),
  does('a container that somebody cut off hangs on nothing', [cutOff], [CONTAINER, `network ${NET}`]),
  does('a container that is made again hangs on its network', [up('two')], [CONTAINER]),
  does('a network in use is made again as well', [network({ labels: { ...LABELS, deployer: 'other' } })], [`network ${NET}`, CONTAINER]),
  does('a container that runs takes a signal', [{ do: 'signal', project: 'conformance', service: 'web', signal: 'HUP' }], []),
  does('a container that is not there takes none', [{ do: 'signal', project: 'conformance', service: 'later', signal: 'HUP' }], []),
  does('an image that a container runs stays', [restore('image', IMAGE)], [`image ${IMAGE}`, CONTAINER]),
  that('what a stopped engine has cannot be asked', act([engine(false)]), look(CONTAINER, `network ${NET}`, `image ${IMAGE}`)),
  does('without an engine no network is made', [network()], []),
  does('without an engine nothing is fetched', [{ do: 'fetch', images: [IMAGE] }], []),
  does('without an engine nothing is pulled', [{ do: 'pull', image: IMAGE }], []),
  does('without an engine nothing is tried', [trial()], []),
  does('without an engine nothing comes up', [up('three')], []),
  that(
    'what ran before a stop of the engine runs after it',
    act([engine(true)]),
    { wait: 2 },
    look({ container: 'conformance/web', match: 'two' }),
  ),
  that(
    'a network that was claimed goes with its claim',
    act([], [], { claims: [claim('network', 'conformance_held')], addr: 'docker.main' }),
    act([network({ name: 'conformance_held', bridge: 'dp-conf-held' })], ['network conformance_held'], { addr: 'docker.main' }),
    act([restore('network', 'conformance_held')], ['network conformance_held'], {
      releases: [claim('network', 'conformance_held')],
      addr: 'docker.main',
    }),
  ),
  that('a container that nobody claimed is not ours', act([], [], { claims: [claim('container', 'conformance/web', 'own')] })),
  does('a service goes down', [{ do: 'down', project: 'conformance', service: 'web' }], [CONTAINER, `network ${NET}`]),
  does('a service that is down already can go down again', [{ do: 'down', project: 'conformance', service: 'web' }], [CONTAINER]),
  does('a container that was not there before is taken away', [up('four'), restore('container', 'conformance/web')], [CONTAINER]),
  does('a network goes from under a container', [up('five'), { do: 'network remove', name: NET }], [`network ${NET}`, CONTAINER]),
  does('what hung on it can still go down', [{ do: 'down', project: 'conformance', service: 'web' }], [CONTAINER]),
  does('a network that is gone already can go again', [{ do: 'network remove', name: NET }], [`network ${NET}`]),
  does('an image that nobody uses is taken away', [restore('image', IMAGE)], [`image ${IMAGE}`]),
  does('an image that is gone already can go again', [restore('image', IMAGE)], [`image ${IMAGE}`]),
]

export const containersOn = (debian: Debian): Group => ({
  name: 'containers, networks and images',
  cases: [...(debian === '12' ? [FROM_DOCKER] : []), ...casesOn(active => engineThat(debian, active))],
})
