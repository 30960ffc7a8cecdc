import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { opening, SERVICE, UP, upScript } from '../../../providers/remote/act/service.js'
import { THINGS } from '../../../providers/remote/act/things.js'
import { MOUNTS, PORTS, tryScript } from '../../../providers/remote/act/trial.js'

const ran = (script: string, folder?: string): string => spawnSync('sh', ['-c', script], { encoding: 'utf8', cwd: folder }).stdout.trim()

/** `ss -Hltunp` of iproute2 6.15 and what engine 26.1.5 said of its containers, on Debian 13; the last one was not made by Compose. */
const LISTENING = `udp   UNCONN 0      0            127.0.0.53%lo:53         0.0.0.0:*    users:(("systemd-resolve",pid=95,fd=13))
udp   UNCONN 0      0                  0.0.0.0:6969       0.0.0.0:*    users:(("docker-proxy",pid=1,fd=4))
tcp   LISTEN 0      128                0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=176,fd=3))
tcp   LISTEN 0      128                   [::]:22            [::]:*    users:(("sshd",pid=176,fd=4))
tcp   LISTEN 0      4096             127.0.0.1:1212       0.0.0.0:*    users:(("docker-proxy",pid=2,fd=4))
tcp   LISTEN 0      5                        *:9090             *:*
tcp   LISTEN 0      4096               0.0.0.0:7071       0.0.0.0:*    users:(("docker-proxy",pid=3,fd=4))`
const PUBLISHED = `C 0.0.0.0 6969 6969/udp /demo-tracker-1 demo/tracker
C 127.0.0.1 1212 1212/tcp /demo-tracker-1 demo/tracker
C 0.0.0.0 7071 80/tcp /squatter <no value>/<no value>`
/** Of one that is restarting: it is published on nothing, and its proxy listens. */
const RESTARTING = `D 6969 6969/udp demo/tracker
D 22 22/tcp demo/tracker`

const taken = (service: string, ...ports: ReadonlyArray<string>): string => takenBeside(PUBLISHED, service, ports)
const takenBeside = (containers: string, service: string, ports: ReadonlyArray<string>): string =>
  ran(`project=demo service=${service}
ss() { cat <<'END'
${LISTENING}
END
}
docker() { case $1 in ps) echo id;; inspect) cat <<'END'
${containers}
END
;; esac; }
${PORTS}
ports_free ${ports.join(' ')}`)

test('a port is free for the service whose container has it, and for nobody else', () => {
  assert.is(taken('tracker', '6969/udp', '1212/tcp'), '')
  assert.is(taken('web', '6969/udp'), 'deployer: taken 6969/udp container demo-tracker-1')
  assert.is(taken('tracker', '6969/udp', '7071/tcp'), 'deployer: taken 7071/tcp container squatter')
})

test('a process is in the way on the same port, of the same protocol, at an address that meets', () => {
  assert.is(taken('web', '22/tcp'), 'deployer: taken 22/tcp process sshd')
  assert.is(taken('web', '22/udp', '6970/udp', '2/tcp', '222/tcp'), '')
  assert.is(taken('web', '9090/tcp'), 'deployer: taken 9090/tcp process')
  assert.is(taken('web', '192.0.2.1:22/tcp'), 'deployer: taken 22/tcp process sshd')
  assert.is(taken('web', '192.0.2.1:53/udp', '192.0.2.1:1212/tcp'), '')
  assert.is(taken('web', '53/udp'), 'deployer: taken 53/udp process systemd-resolve')
  assert.is(taken('web', '127.0.0.1:1212/tcp'), 'deployer: taken 1212/tcp container demo-tracker-1')
})

test('the proxy of its own container that starts again and again is not in its way, but whoever else took the port is', () => {
  assert.is(takenBeside(RESTARTING, 'tracker', ['6969/udp']), '')
  assert.is(takenBeside(RESTARTING, 'web', ['6969/udp']), 'deployer: taken 6969/udp process docker-proxy')
  assert.is(takenBeside(RESTARTING, 'tracker', ['22/tcp']), 'deployer: taken 22/tcp process sshd')
})

/** `docker compose config` of 2.26.1. */
const CONFIG = `name: t
services:
  other:
    volumes:
      - type: bind
        source: /opt/t/others
        target: /data
  web:
    image: lab/hello:1
    volumes:
      - type: bind
        source: /opt/t/data
        target: /data
        bind:
          create_host_path: true
      - type: volume
        source: cache
        target: /cache
        volume: {}
      - type: volume
        target: /anonymous
networks:
  inner:
    name: t_inner
volumes:
  cache:
    name: t_cache
`

test('what of a service stands where is read from what Compose makes of its file', () => {
  const said = ran(`service=web\n${MOUNTS}\nmounts <<'END'\n${CONFIG}END`)
  assert.is(said, '/opt/t/data|/data\ncache|/cache\n|/anonymous')
})

const TRIAL = {
  do: 'try',
  via: 'docker.main',
  project: 'demo',
  service: 'web',
  root: '/opt/demo',
  ports: [],
  scratch: [],
  ready: { seconds: 1 },
} as const

test('a trial is in the networks that it has to reach and in no other, and Compose is not asked for what is known', () => {
  const scripts = [undefined, [], ['database']].map(reaches => tryScript({ ...TRIAL, ...(reaches && { reaches }) }))
  const told = (pattern: RegExp): ReadonlyArray<boolean> => scripts.map(script => pattern.test(script))
  assert.equal(told(/" config >/), [true, false, false])
  assert.equal(told(/network_mode: none/), [false, true, false])
  assert.equal(told(/networks: %s\\n' "\$service" '\["database"\]'/), [false, false, true])
  for (const script of scripts) assert.is(spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' }).stderr, '')
})

test('what takes long to end is told to before a new one is made, and only once something is ready to be made', () => {
  const up = {
    do: 'up',
    via: 'docker.main',
    project: 'demo',
    service: 'web',
    root: '/opt/demo',
    image: 'i',
    digest: '1',
    files: [],
  } as const
  const script = (lingers?: true): string =>
    upScript({ ...up, networks: [], ready: { seconds: 1 }, opens: [], ...(lingers && { lingers }) }, '1')
  const [at, told, made] = ['overridden "$root', 'docker stop', 'if said=$(up_with'].map(text => script(true).lastIndexOf(text))
  assert.ok((at ?? 0) < (told ?? 0) && (told ?? 0) < (made ?? 0))
  assert.is(script(true).replace(/^before=.*\n.*docker stop.*\n/m, ''), script())
  assert.is(spawnSync('sh', ['-n'], { input: script(true), encoding: 'utf8' }).stderr, '')
})

/** Of this process, whose network stands for the container's. */
const readyWhere = async (url: string, seconds: number): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-ready-'))
  writeFileSync(join(folder, 'nsenter'), '#!/bin/sh\ncase $1 in --net=/proc/*/ns/net) shift;; *) exit 1;; esac\nexec "$@"\n', {
    mode: 0o755,
  })
  const script = `engine_needed() { :; }
docker() { case $1 in inspect) echo 'running 0 0 none ${process.pid}';; logs) echo 'the last line';; esac; }
${opening({ project: 'demo', service: 'web', root: '/opt/demo' }, 'up', { answers: url, seconds })}
gets_ready web && echo ready`
  const { stdout } = await promisify(execFile)('sh', ['-c', script], {
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
  }).catch((ended: { stdout: string }) => ended)
  rmSync(folder, { recursive: true })
  return stdout.trim()
}

for (const [family, host] of [
  ['IPv4', '127.0.0.1'],
  ['IPv6', '[::1]'],
] as const)
  test(`over ${family} a service is ready once it answers well, and until then it is asked again`, async () => {
    let asked = 0
    const told: Array<string> = []
    const server = createServer((request, response) => {
      told.push(`${request.method} ${request.url} ${request.headers.host}`)
      response.writeHead(++asked < 3 ? 503 : 204).end()
    })
    await new Promise<void>(resolve => server.listen(0, host.replace(/[[\]]/g, ''), resolve))
    const { port } = server.address() as AddressInfo
    const [said, unready] = [await readyWhere(`http://${host}:${port}/health_check`, 20), await readyWhere(`http://${host}:9/`, 1)]
    server.close()
    assert.is(said, 'ready')
    assert.equal(told, Array(3).fill(`GET /health_check ${host}:${port}`))
    assert.is(unready, 'deployer: unready 1 none\nlog: the last line')
  })

test('files of the environment are asked of no other service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-service-'))
  writeFileSync(
    join(folder, 'docker-compose.yml'),
    '# services of ours\nservices:\n  web:\n    image: i\n  "2nd":\n    env_file: [x]\n  third: { image: i }\nnetworks:\n  inner: {}\n',
  )
  const said = ran(
    `${SERVICE}\nservice=web\nprintf '    labels: {}\\n' | overridden docker-compose.yml`.replaceAll('DOCKER_HOST', 'NO_HOST'),
    folder,
  )
  rmSync(folder, { recursive: true })
  assert.is(
    said,
    `services:
  "web":
    pull_policy: never
    labels: {}
  "2nd":
    env_file: !reset []
  "third":
    env_file: !reset []`,
  )
})

test('files come back as they were kept, and what was not there goes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-kept-'))
  const at = (name: string): string => join(folder, name)
  mkdirSync(at('kept'))
  writeFileSync(at("one's.env"), 'then\n', { mode: 0o600 })
  const functions = `${THINGS}\n${UP}`
  const files = `'${at("one's.env").replaceAll("'", "'\\''")}' '${at('two.env')}'`
  ran(`${functions}\nfiles_kept ${at('kept')} ${files}`)
  writeFileSync(at("one's.env"), 'now\n', { mode: 0o644 })
  writeFileSync(at('two.env'), 'now\n')
  ran(`${functions}\nfiles_back ${at('kept')}`)
  const [content, mode] = [readFileSync(at("one's.env"), 'utf8'), statSync(at("one's.env")).mode & 0o777]
  const left = ran('ls', folder)
  rmSync(folder, { recursive: true })
  assert.equal([content, mode, left], ['then\n', 0o600, "kept\none's.env"])
})

test('of the compose file the part of one service comes back as it was kept, and all others stay as they are', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deployer-block-'))
  const at = (name: string): string => join(folder, name)
  const file = (web: string, other: string): string =>
    `# services of demo\nname: demo\nservices:\n  other:\n    image: ${other}\n  "web":\n    image: ${web}\n    networks:\n      - inner\n  web2:\n    image: web\nnetworks:\n  inner: {}\n`
  mkdirSync(at('ups/web/kept'), { recursive: true })
  writeFileSync(at('ups/web/kept/docker-compose.yml'), file('then', 'then'))
  const back = (service: string): string => {
    writeFileSync(at('docker-compose.yml'), file('now', 'now'), { mode: 0o640 })
    ran(`${THINGS}\n${UP}\nservice=${service}\nblock_back ${at('docker-compose.yml')} ${at('ups/web/kept/docker-compose.yml')}`)
    return readFileSync(at('docker-compose.yml'), 'utf8')
  }
  const [web, other, unknown] = [back('web'), back('other'), back('third')]
  const [mode, left] = [statSync(at('docker-compose.yml')).mode & 0o777, ran('ls', folder)]
  rmSync(folder, { recursive: true })
  assert.equal([web, other, unknown], [file('then', 'now'), file('now', 'then'), file('now', 'now')])
  assert.equal([mode, left], [0o640, 'docker-compose.yml\nups'])
})

test.run()
