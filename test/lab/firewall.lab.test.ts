/** On the lab's LXD: `npm run lab -- up`, then `npm test -- firewall.lab`. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { builtCli, type Desk, deskOf, type Said, told } from './cli.js'
import { serveDocker, TRUST_UNSIGNED } from './docker-archive.js'
import { good, isSettled, shows } from './good.js'
import { isLabPossible, type LabHost, labHost, removeHost } from './host.js'
import { DEBIANS, type Debian } from './image.js'
import { login } from './login.js'
import { rebooted } from './reboot.js'

const THEIRS = `{ ufw allow 22/tcp comment 'door of ops'; ufw limit 9999/tcp; ufw deny from 203.0.113.0/24
ufw route allow in on eth0 proto tcp to any port 8400; } >/dev/null`

/** A server on which somebody has set up a firewall: rules, defaults, comments. */
const FOUND = `export DEBIAN_FRONTEND=noninteractive
apt-get -qq -y install --no-install-recommends ufw iptables >/dev/null 2>&1 || { apt-get -qq update && apt-get -qq -y install --no-install-recommends ufw iptables >/dev/null; }
${THEIRS}
ufw default reject incoming >/dev/null; ufw --force enable >/dev/null
`

/** Nobody wants to wait for a minute, nor for another one after a reboot. */
const DROPIN = '/etc/systemd/system/deployer-undo-firewall.timer.d'
const HURRY = `mkdir -p ${DROPIN} && printf '[Timer]\\nOnActiveSec=\\nOnActiveSec=4\\n' >${DROPIN}/quick.conf && systemctl daemon-reload && systemctl restart deployer-undo-firewall.timer`
const UNDONE = 'for i in $(seq 300); do [ -e /var/lib/deployer/undo/firewall ] || exit 0; sleep 0.5; done; exit 1'

interface Stage {
  readonly debian: Debian
  readonly host: LabHost
  readonly desk: Desk
  readonly folder: string
}
const firewall = suite<{ stages: ReadonlyArray<Stage> }>('a firewall on servers that were there before')
const absent = isLabPossible()

/** Happens to all of these at once: most of it is waiting. */
const testOn =
  (debians: ReadonlyArray<Debian>) =>
  (title: string, body: (stage: Stage) => Promise<void>): void =>
    firewall(title, async ({ stages }) => {
      const ends = await Promise.allSettled(
        stages
          .filter(({ debian }) => debians.includes(debian))
          .map(stage => body(stage).catch(cause => Promise.reject(`Debian ${stage.debian}: ${cause?.stack ?? cause}`))),
      )
      const broken = ends.flatMap(end => (end.status === 'rejected' ? [end.reason] : []))
      if (broken.length > 0) throw new Error(broken.join('\n'))
    })
const test = testOn(DEBIANS)
/** What is asked of ufw alone is the same on both; how somebody could be locked out is tried on each. */
const testOnce = testOn(['13'])

const on = async ({ host }: Stage, script: string): Promise<string> => {
  const { code, stdout, stderr } = await host.exec(['sh', '-c', script])
  if (code !== 0) throw new Error(`${script}\n${stdout}${stderr}`)
  return stdout
}
const wish = ({ host }: Pick<Stage, 'host'>, port: number, firewall: object = {}): object => ({
  name: host.name,
  provider: { kind: 'ssh', host: host.address },
  ssh: { user: host.ssh.user, key: host.ssh.key, port },
  vm: { upgrades: 'none' },
  firewall,
  tracker: { udp: [6969], http: [7070] },
})
const tried = ({ host: { ssh } }: Stage, port: number, address: string): Promise<string> => login({ ...ssh, address, port })
const getsIn = async (stage: Stage, port: number, address: string): Promise<boolean> => (await tried(stage, port, address)) === 'in'
const letsIn = async (stage: Stage, port: number, seconds = 90): Promise<void> => {
  const until = performance.now() + seconds * 1000
  for (const address of [stage.host.address, stage.host.address6])
    while (!(await getsIn(stage, port, address))) {
      assert.ok(performance.now() < until, `nobody gets in at ${address}, port ${port}`)
      await sleep(300)
    }
}
const settled = async (stage: Stage, port: number): Promise<void> => {
  await on(stage, `rm -rf ${DROPIN} && systemctl daemon-reload`)
  good(await stage.desk.run('apply', '--yes'))
  await isSettled(stage.desk)
  await letsIn(stage, port)
}

/** At either port. While sshd loads its settings nobody listens, so a login is tried twice. */
const neverShutOut = async (stage: Stage, meanwhile: () => Promise<void>): Promise<void> => {
  const work = { goesOn: true, logins: 0 }
  const both = (): Promise<ReadonlyArray<string>> => Promise.all([22, 2222].map(port => tried(stage, port, stage.host.address)))
  const shutOut: Array<ReadonlyArray<string>> = []
  const poll = async (): Promise<void> => {
    while (work.goesOn) {
      const tries = [await both()]
      if (!tries.flat().includes('in')) tries.push(await both())
      if (!tries.flat().includes('in')) shutOut.push(tries.flat())
      work.logins++
    }
  }
  const polled = poll()
  await meanwhile().finally(() => {
    work.goesOn = false
  })
  await polled
  assert.equal(shutOut, [], 'what ssh said, twice at each port, when nobody got in')
  assert.ok(work.logins > 3)
}

/** The program's own `ssh`, which stops where a new connection is to confirm: whatever can happen in between happens then. */
const SSH = `#!/bin/sh
case "$*" in *ControlPath=none*) if [ -e "$HOLD" ]; then : >"$HOLD.reached"; while [ -e "$HOLD" ]; do sleep 0.05; done; fi;; esac
exec /usr/bin/ssh "$@"
`
const between = async (stage: Stage, meanwhile: (pid: (signal: NodeJS.Signals) => void) => Promise<unknown>): Promise<Said> => {
  const hold = join(stage.folder, 'hold')
  rmSync(`${hold}.reached`, { force: true })
  writeFileSync(hold, '')
  const running = stage.desk.start(['apply', '--yes'])
  try {
    while (!existsSync(`${hold}.reached`)) {
      await Promise.race([sleep(50), running.ended.then(said => Promise.reject(new Error(`it never came to confirm\n${told(said)}`)))])
    }
    assert.match(await on(stage, 'systemctl is-enabled deployer-undo-firewall.timer'), /enabled/)
    await meanwhile(running.kill)
  } finally {
    rmSync(hold, { force: true })
  }
  return running.ended
}

const stageOn = async (cli: string, debian: Debian): Promise<Stage> => {
  const name = `e-lab-firewall-${debian}`
  await removeHost(name)
  const folder = mkdtempSync(join(tmpdir(), 'deployer-firewall-'))
  writeFileSync(join(folder, 'ssh'), SSH)
  chmodSync(join(folder, 'ssh'), 0o755)
  const hold = join(folder, 'hold')
  const host = await labHost({ name, debian })
  const desk = deskOf(cli, wish({ host }, 22), { PATH: `${folder}:${process.env.PATH}`, HOLD: hold })
  const stage = { debian, host, desk, folder }
  await on(stage, FOUND)
  if (debian === '12') await serveDocker(name).then(() => on(stage, TRUST_UNSIGNED))
  return stage
}

firewall.before(async all => {
  if (absent !== undefined) return
  const cli = await builtCli()
  all.stages = await Promise.all(DEBIANS.map(debian => stageOn(cli, debian)))
})
firewall.after(async ({ stages = [] }) => {
  for (const { desk, host, folder } of stages) {
    await host.remove()
    desk.remove()
    rmSync(folder, { recursive: true, force: true })
  }
})

if (absent !== undefined) firewall(`skipped: ${absent}`, () => void process.stdout.write(`skipped: ${absent}\n`))
else {
  test("somebody else's rules stay, with their comments, and a plan says that they do", async stage => {
    await settled(stage, 22)
    const { stdout } = await stage.desk.run('plan', '--drift')
    for (const rule of ['deny any port from 203.0.113.0/24', 'route:allow 8400/tcp in on eth0', 'allow 9999/tcp'])
      assert.ok(stdout.includes(rule), rule)
    assert.match(await on(stage, 'ufw status'), /22\/tcp +ALLOW +Anywhere +# door of ops/)
  })

  test('a rule for ssh goes in front of one that would refuse it, and ssh moves', async stage => {
    await on(stage, 'ufw insert 1 deny 2222 >/dev/null')
    stage.desk.write(wish(stage, 2222))
    shows(await stage.desk.run('plan'), /rule deny 2222, not ours/)
    await settled(stage, 2222)
    assert.is(await getsIn(stage, 22, stage.host.address), false)
  })

  testOnce('a rule that somebody puts in front afterwards is found and passed', async stage => {
    await on(stage, 'ufw insert 1 deny 7070 >/dev/null')
    shows(await stage.desk.run('plan'), /allow 7070\/tcp, in front of: deny 7070/)
    await settled(stage, 2222)
    assert.match(await on(stage, 'ufw status'), /7070 +DENY/)
  })

  testOnce('a firewall that somebody has reset comes back', async stage => {
    await on(stage, 'ufw --force reset >/dev/null')
    await settled(stage, 2222)
    await on(stage, THEIRS)
    await isSettled(stage.desk)
  })

  testOnce('IPv6 that somebody took from the firewall is filtered again, and nobody is cut off meanwhile', async stage => {
    await on(stage, "sed -i 's/^IPV6=.*/IPV6=no/' /etc/default/ufw && ufw reload >/dev/null && ufw allow 9998/tcp >/dev/null")
    await settled(stage, 2222)
    assert.match(await on(stage, 'ip6tables -S ufw6-user-input'), /--dport 7070 -j ACCEPT/)
  })

  test('ssh_from without us: a new connection does not confirm, and the host is as before at once', async stage => {
    stage.desk.write(wish(stage, 2222, { ssh_from: ['192.0.2.0/24'] }))
    const said = await stage.desk.run('apply', '--yes')
    assert.is(said.code, 3, told(said))
    assert.match(
      said.stderr,
      /NOT_CONFIRMED: .* lets no new connection in at port 2222 \(no answer\); it has put back what was there before/,
    )
    stage.desk.write(wish(stage, 2222))
    await settled(stage, 2222)
  })

  test('a port that somebody else holds is told, and nothing is armed or changed', async stage => {
    await on(stage, 'systemd-run -q --unit=holder python3 -m http.server 22')
    stage.desk.write(wish(stage, 22))
    const said = await stage.desk.run('apply', '--yes')
    await on(stage, 'systemctl stop holder; [ ! -e /var/lib/deployer/undo/firewall ]')
    assert.match(said.stderr, /port 22\b.*python3|python3.*port 22\b/, told(said))
    await letsIn(stage, 2222)
    await settled(stage, 22)
  })

  test('killed between arming and confirming, the host puts itself back, and a rerun ends as wanted', async stage => {
    stage.desk.write(wish(stage, 2222))
    await between(stage, async kill => {
      kill('SIGKILL')
      await on(stage, HURRY)
    })
    await on(stage, UNDONE)
    await letsIn(stage, 22)
    await settled(stage, 2222)
  })

  test('rules that somebody breaks in between are undone with ours', async stage => {
    stage.desk.write(wish(stage, 22))
    const said = await between(stage, () =>
      on(stage, 'for p in 22 2222; do ufw delete allow $p/tcp; ufw insert 1 deny $p/tcp; done; ufw reload'),
    )
    assert.match(said.stderr, /NOT_CONFIRMED: .*has put back/, told(said))
    await letsIn(stage, 2222)
    await settled(stage, 22)
  })

  test('a network that goes in between: the host puts itself back without hearing from us', async stage => {
    const operator = (await on(stage, "ip -4 route show default | awk '{ print $3 }'")).trim()
    stage.desk.write(wish(stage, 2222))
    const said = await between(stage, () => on(stage, `ip route add blackhole ${operator}/32; ${HURRY}`))
    assert.match(said.stderr, /NOT_CONFIRMED: .*puts? back/, told(said))
    await on(stage, `(${UNDONE}) && ip route del blackhole ${operator}/32`)
    await letsIn(stage, 22)
    await settled(stage, 2222)
  })

  test('a reboot in between: the undo survives it', async stage => {
    stage.desk.write(wish(stage, 22))
    await between(stage, async kill => {
      kill('SIGKILL')
      await on(stage, 'ufw insert 1 deny 2222/tcp >/dev/null; ufw insert 1 deny 22/tcp >/dev/null; sync')
      await on(stage, HURRY)
      await rebooted(stage.host)
    })
    await letsIn(stage, 2222, 120)
    await on(stage, UNDONE)
    await settled(stage, 22)
  })

  test("sshd's files broken in between: told, nobody cut off, and done once they are mended", async stage => {
    stage.desk.write(wish(stage, 2222))
    const said = await between(stage, () => on(stage, 'echo Nonsense yes >/etc/ssh/sshd_config.d/99-broken.conf'))
    await letsIn(stage, 2222)
    await on(stage, 'rm /etc/ssh/sshd_config.d/99-broken.conf')
    assert.match(said.stderr, /Nonsense/, told(said))
    await settled(stage, 2222)
  })

  test('given up and moved in one edit: a new login is possible at every moment, and the old port closes', async stage => {
    await on(stage, 'ufw allow 22/tcp >/dev/null')
    stage.desk.write(wish(stage, 22, { managed: false }))
    await neverShutOut(stage, () => settled(stage, 22))
    assert.not.match(await on(stage, 'ufw status'), /2222\/tcp +ALLOW/)
    stage.desk.write(wish(stage, 2222))
    await neverShutOut(stage, () => settled(stage, 2222))
  })

  test('ssh.socket moves with ssh', async stage => {
    await on(stage, 'systemctl disable -q --now ssh.service; systemctl enable -q --now ssh.socket')
    stage.desk.write(wish(stage, 22))
    await settled(stage, 22)
    stage.desk.write(wish(stage, 2222))
    await settled(stage, 2222)
    assert.is(await getsIn(stage, 22, stage.host.address), false)
  })
}

firewall.run()
