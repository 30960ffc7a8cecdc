import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { deployer, folder } from '../../support/cli.js'

const at = (text: string): string => {
  const cwd = folder()
  writeFileSync(join(cwd, 'environment.yaml'), text)
  return cwd
}
const DEMO = 'name: demo\nprovider: sandbox\ntracker: { udp: [6969], http: [7070] }\n'
const UP = at(DEMO)
const up = deployer(['apply', '--yes'], { cwd: UP })

const CHECKS = `\
ok       vm.main             ssh lets us in
ok       firewall.main       denies what is not allowed
ok       firewall.main       closed from outside: 1212/tcp 1313/tcp
ok       docker.main         the engine answers
ok       tracker.main        udp 6969 IPv4: connect, announce and scrape
ok       tracker.main        udp 6969 IPv6: connect, announce and scrape
ok       tracker.main        http 7070 IPv4: announce and scrape
ok       tracker.main        http 7070 IPv6: announce and scrape
ok       tracker.main        api 1212: right token yes, wrong token no
ok       tracker.main        health 1313: answers
ok       tracker.main        database: there
`

test('test asks all checks and sums up', async () => {
  assert.is((await up).code, 0)
  const { code, stdout, stderr } = await deployer(['test'], { cwd: UP })
  assert.equal([code, stderr], [0, ''])
  assert.is(stdout, `demo on sandbox (simulated), 10.77.98.143: 11 checks\n\n${CHECKS}\ndemo: 11 ok.\n`)
})

test('of a test -q leaves the sum', async () => {
  await up
  const { stdout } = await deployer(['test', '-q'], { cwd: UP })
  assert.is(stdout, 'demo on sandbox (simulated), 10.77.98.143: 11 checks\n\ndemo: 11 ok.\n')
})

test('with --json each check says what was answered', async () => {
  await up
  const { code, stdout } = await deployer(['test', '--json'], { cwd: UP })
  const { ok, result } = JSON.parse(stdout)
  const tracker = result.resources.find(({ addr }: { addr: string }) => addr === 'tracker.main')
  assert.equal([code, ok, tracker.state], [0, true, 'ok'])
  assert.equal(tracker.checks[0], {
    addr: 'tracker.main',
    says: 'udp 6969 IPv4: connect, announce and scrape',
    result: 'ok',
    answer: { taken: true, interval: 300, known: 'own', scraped: true },
  })
})

test('status has wanted, seen and health in one table', async () => {
  await up
  const { code, stdout } = await deployer(['status'], { cwd: UP })
  assert.is(code, 0)
  assert.match(
    stdout,
    'demo on sandbox (simulated), 10.77.98.143: 5 ok\n\nRESOURCE               STATE    DETAIL\nvm.main                ok ',
  )
  assert.match(stdout, '\n  udp 6969 IPv4        ok       connect, announce and scrape\n')
  assert.match(stdout, '\n  api 1212             ok       right token yes, wrong token no\n')
  assert.match(stdout, '\nLast change: run 1, just now, by ann@desk.\n')
})

test('before anything is there all is down, which is a failure', async () => {
  const cwd = at(DEMO)
  const tried = await deployer(['test'], { cwd })
  assert.is(tried.code, 1)
  assert.match(tried.stdout, 'down     tracker.main        not there; apply would make it\n\ndemo: 5 not there.\nNext: deployer plan')
  const status = await deployer(['status'], { cwd })
  assert.is(status.code, 1)
  assert.match(status.stdout, 'demo on sandbox (simulated): 5 down\n')
  const { ok, fault } = JSON.parse((await deployer(['test', '--json'], { cwd })).stdout)
  assert.equal([ok, fault.code, fault.facts.failed[0]], [false, 'TEST_FAILED', 'vm.main not there; apply would make it'])
})

test('what differs from the file is not tried, and no failure', async () => {
  const cwd = at(DEMO)
  await deployer(['apply', '--yes'], { cwd })
  writeFileSync(join(cwd, 'environment.yaml'), `${DEMO}firewall: { allow: [{ port: 9100 }] }\n`)
  const tried = await deployer(['test'], { cwd })
  assert.is(tried.code, 0)
  assert.match(tried.stdout, 'drift    firewall.main       the file changed: rule; apply would change it\n')
  assert.match(tried.stdout, '\ndemo: 9 ok, 1 differs from the file.\nNext: ')
  const status = await deployer(['status'], { cwd })
  assert.is(status.code, 0)
  assert.match(status.stdout, 'demo on sandbox (simulated), 10.77.98.143: 1 drift, 4 ok\n')
  assert.match(status.stdout, '\nNext: deployer plan, deployer apply\n')
})

test('a host that does not answer leaves everything unknown', async () => {
  const cwd = at('name: away\nprovider: { kind: ssh, host: 127.0.0.1 }\nssh: { port: 1, timeout: 1s }\ntracker: { udp: [6969] }\n')
  const status = await deployer(['status'], { cwd })
  assert.equal([status.code, status.stderr], [1, ''])
  assert.match(status.stdout, /^away on ssh: 5 unknown\n/)
  assert.match(status.stdout, '\ndocker.main         unknown  could not be asked\n')
  assert.match(status.stdout, '\nNext: deployer doctor\n')
  const tried = await deployer(['test'], { cwd })
  assert.is(tried.code, 1)
  assert.match(tried.stdout, '\naway: 5 unknown.\n')
})

test('--watch draws again until Ctrl-C', async () => {
  await up
  let press = (): void => {}
  const started = Date.now()
  const { code, stdout } = await deployer(['status', '--watch'], {
    cwd: UP,
    onListening: heard => {
      press = heard
      setTimeout(press, 100)
    },
  })
  assert.is(code, 0)
  assert.match(stdout, /^demo on sandbox/)
  assert.ok(Date.now() - started < 20_000)
  const refused = await deployer(['status', '--watch', '--json'], { cwd: UP })
  assert.equal([refused.code, JSON.parse(refused.stdout).fault.code], [1, 'USAGE'])
})

test('what only Caddy leads to is neither tried nor praised, while no version acts on Caddy', async () => {
  const cwd = at(
    'name: demo\nprovider: sandbox\ntracker: { http: [{ port: 7070, domain: t.example.com }] }\ncaddy: { email: ops@example.com }\n',
  )
  const applied = await deployer(['apply', '--yes'], { cwd })
  assert.match(applied.stderr, 'skipped  tracker.main        http 7070: nobody reaches it before this version acts on caddy')
  assert.match(applied.stdout, 'This version does not act on caddy. Until then nobody reaches http 7070: only')
  assert.match((await deployer(['test'], { cwd })).stdout, ', 1 skipped.\n')
})

test.run()
