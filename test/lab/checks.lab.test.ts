/** On the lab's LXD: `npm run lab -- up` and `npm run lab -- images`, then `npm test -- checks.lab`. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Examination } from '../../engine/run/examine.js'
import { builtCli, type Desk, deskOf, told } from './cli.js'
import { isLabPossible, type LabHost, labHost } from './host.js'
import { isRegistryPossible } from './images/registry.js'

const test = suite('checks')
const why = isLabPossible() ?? isRegistryPossible()
if (why !== undefined) console.log(`skipped: ${why}`)
else {
  let host: LabHost
  let desk: Desk

  test.before(async () => {
    const [made, cli] = await Promise.all([labHost({ name: `i-checks-${process.pid}` }), builtCli()])
    host = made
    desk = deskOf(cli, {
      name: 'i-checks',
      provider: { kind: 'ssh', host: host.address },
      ssh: { user: host.ssh.user, key: host.ssh.key },
      tracker: { image: 'torrust/tracker:v3.0.0', udp: [6969], http: [7070], listed: true },
    })
  })
  test.after(async () => {
    desk?.remove()
    await host?.remove()
  })

  const onHost = async (script: string): Promise<string> => {
    const said = await desk.run('exec', '--sudo', '--', 'sh', '-c', script)
    assert.is(said.code, 0, told(said))
    return said.stdout
  }
  const tried = async () => {
    const said = await desk.run('test', '--json')
    const { resources } = JSON.parse(said.stdout).result as Examination
    const checks = resources.flatMap(one => one.checks)
    const failed = checks.filter(({ result }) => result === 'failed').map(({ says, why }) => `${says}: ${why}`)
    return {
      code: said.code,
      failed,
      skipped: checks.filter(({ result }) => result === 'skipped').length,
      ok: checks.length - failed.length,
    }
  }

  test('a tracker that works passes all, over both families, and keeps nothing of it', async () => {
    const applied = await desk.run('apply', '--yes')
    assert.is(applied.code, 0, told(applied))
    assert.match(applied.stderr, /^ok +tracker\.main +udp 6969 IPv6: connect, announce and scrape, of a listed torrent, \d+ ms$/m)
    assert.equal(await tried(), { code: 0, failed: [], skipped: 0, ok: 15 })
    const rows = `import sqlite3; print(sqlite3.connect("/opt/torrust/storage/tracker/lib/database/tracker.db").execute("select count(*) from whitelist").fetchone()[0])`
    assert.is((await onHost(`python3 -c '${rows}'`)).trim(), '0')
  })

  test('what is dropped, opened or hidden behind a proxy is told, each by its name', async () => {
    const strangers = 'strangers are refused'
    await onHost(`iptables -I DOCKER-USER -p udp -m conntrack --ctorigdstport 6969 -j DROP
ip6tables -t nat -F DOCKER
ufw allow 1313/tcp >/dev/null
nohup python3 -m http.server 1313 --bind ${host.address} >/dev/null 2>&1 &`)
    const { code, failed } = await tried()
    assert.is(code, 1)
    const known = failed.find(one => one.startsWith('http 7070 IPv6: announce')) ?? ''
    assert.match(known, /: it knows its peers as [0-9a-f.:]+, which is not where they are$/)
    assert.equal(
      failed.filter(one => !one.includes('IPv6: ')),
      [
        'closed from outside: 1212/tcp 1313/tcp: can be reached: 1313/tcp',
        `udp 6969 IPv4: ${strangers}: no answer in 3 s`,
        'udp 6969 IPv4: connect, announce and scrape, of a listed torrent: no answer in 3 s',
      ],
    )
  })

  test('a container that somebody stopped is a failure', async () => {
    await onHost('docker stop i-checks-tracker-1')
    const status = await desk.run('status')
    assert.is(status.code, 1, told(status))
    assert.match(status.stdout, /^tracker\.main +failing +changed outside: container; apply would change it$/m)
    assert.match(status.stdout, /^ {2}api 1212 +failing +right token yes, wrong token no: nothing answers there on the host$/m)
  })
}

test.run()
