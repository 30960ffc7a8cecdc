/** On the lab's LXD: `npm run lab -- up`, then `npm test -- existing.lab`. */
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { builtCli, type Desk, deskOf, told } from './cli.js'
import { shows } from './good.js'
import { isLabPossible, type LabHost, labHost, removeHost } from './host.js'

interface Stage {
  host: LabHost
  desk: Desk
  folder: string
}

const NAME = 'a-existing'

const test = suite<Stage>('machines that exist, from a user to the host')
const absent = isLabPossible()
if (absent !== undefined) test.skip(absent)

test.before(async stage => {
  await removeHost(NAME)
  stage.folder = mkdtempSync(join(tmpdir(), 'deployer-existing-'))
  stage.host = await labHost({ name: NAME })
  // sshd makes who fails to log in wait, from OpenSSH 9.8 on.
  await inside(stage, 'echo PerSourcePenalties no >/etc/ssh/sshd_config.d/80-lab.conf; systemctl restart ssh')
  stage.desk = deskOf(await builtCli(), environmentOf(stage))
})
test.after(async ({ host, desk, folder }) => {
  desk?.remove()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  await host?.remove()
})

interface Written {
  readonly host?: string
  readonly ssh?: object
}

const environmentOf = ({ host: { address, ssh } }: Pick<Stage, 'host'>, { host = address, ssh: said = {} }: Written = {}) => ({
  name: NAME,
  provider: { kind: 'ssh', host },
  ssh: { user: ssh.user, key: ssh.key, timeout: '4s', ...said },
  tracker: { udp: [6969] },
})

const inside = async ({ host }: Stage, script: string): Promise<string> => {
  const { code, stdout, stderr } = await host.exec(['sh', '-ec', script])
  if (code !== 0) throw new Error(`${script}\n${stdout}${stderr}`)
  return stdout
}

/** What a plan of it ends in, as a person would read it. */
const planned = async (stage: Stage, written: Written = {}) => {
  stage.desk.write(environmentOf(stage, written))
  return stage.desk.run('plan')
}

const fails = async (stage: Stage, code: string, written: Written = {}, exit = 1): Promise<string> => {
  const said = await planned(stage, written)
  assert.match(said.stderr, new RegExp(`^error: ${code}: `, 'm'), told(said))
  assert.is(said.code, exit, told(said))
  return said.stderr
}

const works = async (stage: Stage, written: Written = {}): Promise<string> => {
  const said = await planned(stage, written)
  assert.is(said.code, 0, told(said))
  shows(said, /^\+ create {2}firewall\.main/m)
  return said.stderr
}

/** However long ssh takes to come back. */
const restarted = (stage: Stage): Promise<string> => inside(stage, 'systemctl restart ssh')

const keyIn = (folder: string, name: string, passphrase = ''): string => {
  const file = join(folder, name)
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', file])
  return file
}

const ways = [
  [
    'a key that the host does not know is told, and nothing is kept of a host that let nobody in',
    async (stage: Stage) => {
      const key = keyIn(stage.folder, 'stranger')
      await fails(stage, 'LOGIN_REFUSED', { ssh: { key } })
      assert.not.ok(existsSync(join(stage.desk.folder, '.deployer')))
    },
  ],
  [
    'a host that is met for the first time is told with its fingerprint, kept, and believed in silence from then on',
    async (stage: Stage) => {
      const shown = await inside(stage, 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
      const stderr = await works(stage)
      assert.match(stderr, /^warning: HOST_KEY_NEW at provider\.host$/m)
      assert.ok(stderr.includes(shown.split(' ')[1] ?? '-'), stderr)
      assert.match(readFileSync(join(stage.desk.folder, '.deployer', 'known_hosts'), 'utf8'), new RegExp(`^${stage.host.address} ssh-`))
      assert.is(await works(stage), '')
    },
  ],
  [
    'a key with a passphrase wants an agent, and with one it works',
    async (stage: Stage) => {
      const key = keyIn(stage.folder, 'locked', 'a passphrase')
      await inside(stage, `echo '${readFileSync(`${key}.pub`, 'utf8').trim()}' >>~lab/.ssh/authorized_keys`)
      assert.match(await fails(stage, 'LOGIN_KEY_LOCKED', { ssh: { key } }), /ssh-add/)
      const agent = spawnSync('ssh-agent', ['-s'], { encoding: 'utf8' }).stdout
      const socket = /SSH_AUTH_SOCK=([^;]+)/.exec(agent)?.[1] ?? ''
      const pid = /SSH_AGENT_PID=(\d+)/.exec(agent)?.[1] ?? ''
      const ask = join(stage.folder, 'ask')
      writeFileSync(ask, '#!/bin/sh\necho a passphrase\n', { mode: 0o700 })
      const env = { ...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force' }
      try {
        assert.is(spawnSync('ssh-add', [key], { env }).status, 0)
        const desk = deskOf(await builtCli(), environmentOf(stage, { ssh: { key } }), { SSH_AUTH_SOCK: socket })
        const said = await desk.run('plan')
        desk.remove()
        assert.is(said.code, 0, told(said))
      } finally {
        spawnSync('kill', [pid])
      }
    },
  ],
  [
    'a key that others can read is told, and works once it is closed',
    async (stage: Stage) => {
      const key = join(stage.folder, 'open')
      copyFileSync(stage.host.ssh.key, key)
      chmodSync(key, 0o644)
      assert.match(await fails(stage, 'LOGIN_KEY_OPEN', { ssh: { key } }), new RegExp(`chmod 600 ${key}`))
      chmodSync(key, 0o600)
      await works(stage, { ssh: { key } })
    },
  ],
  [
    'a key that is not there is told',
    async (stage: Stage) => void (await fails(stage, 'LOGIN_KEY_MISSING', { ssh: { key: join(stage.folder, 'nothing') } })),
  ],
  ['a user who is not there is told', async (stage: Stage) => void (await fails(stage, 'LOGIN_REFUSED', { ssh: { user: 'nobody-here' } }))],
  [
    'a user without sudo is told, one who would be asked for a password too, and works once sudo asks no more',
    async (stage: Stage) => {
      await inside(
        stage,
        'useradd -m -s /bin/bash plain; install -d -o plain ~plain/.ssh; install -o plain -m 600 ~lab/.ssh/authorized_keys ~plain/.ssh/',
      )
      await fails(stage, 'SUDO_REFUSED', { ssh: { user: 'plain' } })
      await inside(stage, "echo 'plain ALL=(ALL) ALL' >/etc/sudoers.d/plain")
      await fails(stage, 'SUDO_REFUSED', { ssh: { user: 'plain' } })
      await inside(stage, "echo 'plain ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/plain")
      await works(stage, { ssh: { user: 'plain' } })
    },
  ],
  [
    'a name without an address is told',
    async (stage: Stage) => void (await fails(stage, 'HOST_UNKNOWN', { host: 'no-such-host.invalid' })),
  ],
  [
    'an address to which nothing leads is told',
    async (stage: Stage) => void (await fails(stage, 'HOST_NO_ROUTE', { host: 'fd77:1::dead' })),
  ],
  [
    'a port where nobody listens is told, and so is a host that is silent from the first packet on',
    async (stage: Stage) => {
      await inside(stage, 'systemctl stop ssh.socket ssh.service || systemctl stop ssh.service')
      await fails(stage, 'HOST_REFUSED')
      await inside(stage, 'systemctl start ssh.service; ip route add blackhole 10.77.0.1/32')
      assert.match(await fails(stage, 'HOST_TIMEOUT', { ssh: { timeout: '1s' } }), /within 1 s/)
      await inside(stage, 'ip route del blackhole 10.77.0.1/32')
      await works(stage)
    },
  ],
  [
    'a greeting, and a shell that is slow and noisy when it starts, harm nothing',
    async (stage: Stage) => {
      await inside(
        stage,
        `echo 'sudo: a password is required. Permission denied. Connection refused' >/etc/issue.net
echo 'Banner /etc/issue.net' >/etc/ssh/sshd_config.d/90-banner.conf
printf '%s\\n' 'sleep 1; echo "} ; exit 3"; echo "Host key verification failed." >&2' >~lab/.bashrc`,
      )
      await restarted(stage)
      await works(stage)
    },
  ],
  [
    'a host that lets us in and then says nothing is given up',
    async (stage: Stage) => {
      await inside(stage, "echo 'sleep 60' >~lab/.bashrc")
      const said = await planned(stage, { ssh: { timeout: '1s' } })
      await inside(stage, 'rm ~lab/.bashrc; pkill -u lab sleep || true')
      assert.match(said.stderr, /^error: HOST_SILENT: .* said nothing for 6 s/m, told(said))
      assert.ok(said.seconds < 40, `${said.seconds} s`)
      await works(stage)
    },
  ],
  [
    'the address may be an IPv6 one, or a name of ~/.ssh/config with a key and a jump host',
    async (stage: Stage) => {
      const { address, address6, ssh } = stage.host
      await works(stage, { host: address6 })
      const config = join(stage.folder, 'config')
      const known = join(stage.folder, 'jumps')
      writeFileSync(
        config,
        `Host behind\n  HostName 127.0.0.1\n  ProxyJump door\n  IdentityFile ${ssh.key}
Host door\n  HostName ${address}\n  User ${ssh.user}\n  IdentityFile ${ssh.key}\n  UserKnownHostsFile ${known}\n`,
      )
      writeFileSync(join(stage.folder, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${config} "$@"\n`, { mode: 0o700 })
      const written = { ...environmentOf(stage, { host: 'behind' }), ssh: { user: ssh.user } }
      const desk = deskOf(await builtCli(), written, { PATH: `${stage.folder}:${process.env.PATH}` })
      const strange = await desk.run('plan')
      assert.match(strange.stderr, /^error: HOST_WAY_BROKEN: .*Host key verification failed/m, told(strange))
      copyFileSync(ssh.knownHosts, known)
      const said = await desk.run('plan')
      desk.remove()
      assert.is(said.code, 0, told(said))
      shows(said, /^a-existing on ssh, behind/)
    },
  ],
  [
    'a port that somebody else listens on is told before anything is moved there',
    async (stage: Stage) => {
      await inside(stage, 'systemd-run -q --unit=squatter python3 -m http.server 2222; until ss -Hltn | grep -q :2222; do sleep 0.1; done')
      await works(stage, { ssh: { port: 2222 } })
      const said = await stage.desk.run('apply', '--yes')
      assert.match(said.stdout + said.stderr, /PORT_TAKEN: .*port 2222 of \S+ is used by python3/, told(said))
      await inside(stage, 'systemctl stop squatter; test ! -e /etc/ssh/sshd_config.d/00-deployer-port.conf')
      await works(stage, { ssh: { port: 2222 } })
    },
  ],
  [
    'a full disk is looked at all the same, and told when something has to be written',
    async (stage: Stage) => {
      await inside(
        stage,
        'mkdir -p /var/lib/deployer; mount -t tmpfs -o size=4k tmpfs /var/lib/deployer; head -c 4096 /dev/zero >/var/lib/deployer/x',
      )
      await works(stage)
      const said = await stage.desk.run('apply', '--yes')
      assert.match(said.stderr, /error: DISK_FULL: /, told(said))
      await inside(stage, 'umount /var/lib/deployer')
      await works(stage)
    },
  ],
  [
    'another host key stops everything, also one of another sort, and the remedy that is told works',
    async (stage: Stage) => {
      await inside(stage, 'rm /etc/ssh/ssh_host_ed25519_key*')
      await restarted(stage)
      await fails(stage, 'HOST_KEY_CHANGED', {}, 4)
      await inside(stage, 'rm -f /etc/ssh/ssh_host_*; ssh-keygen -A')
      await restarted(stage)
      const stderr = await fails(stage, 'HOST_KEY_CHANGED', {}, 4)
      const remedy = /(ssh-keygen -f \S+\s+-R \S+)/.exec(stderr)?.[1] ?? 'false'
      assert.is(spawnSync('sh', ['-c', remedy]).status, 0, stderr)
      assert.match(await works(stage), /HOST_KEY_NEW/)
    },
  ],
] as const

for (const [says, body] of ways) test(says, body)

test.run()
