/** On the lab's LXD: `npm run lab -- up`, then `npm test -- vm.lab`. */
import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { KEY } from './cache.js'
import { builtCli, type Desk, deskOf } from './cli.js'
import { addressOf } from './e2e/ground.js'
import { good, isSettled, shows } from './good.js'
import { ensureKey, isLabPossible } from './host.js'
import { inside } from './inside.js'
import { login } from './login.js'
import { run } from './run.js'

const NAME = 'f-lab-vm'
const OTHER = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPMeCzMSWzPBaGNxyuc3lDSDAzV3IyL1kEXrGEMpQwTd second'
const environment = (vm: object = {}) => ({
  name: NAME,
  provider: 'lxd',
  ssh: { key: KEY, authorized_keys: [readFileSync(`${KEY}.pub`, 'utf8').trim(), OTHER] },
  vm: { hostname: 'tracker-one', timezone: 'Europe/Berlin', ...vm },
  backup: { schedule: '0 2 * * *' },
  tracker: { udp: [6969] },
})

interface Stage {
  desk: Desk
  address: string
}
const test = suite<Stage>('a machine with a real Debian 13')
const absent = isLabPossible()

const on = (script: string): Promise<string> => inside(NAME, script)

const loginAs = ({ address }: Stage, user: string, ...options: ReadonlyArray<string>): Promise<string> =>
  login({ user, address, key: KEY }, ...options)

test.before(async stage => {
  if (absent !== undefined) return
  await ensureKey()
  await run(['lxc', 'delete', '--force', NAME])
  stage.desk = deskOf(await builtCli(), environment())
})
test.after(async ({ desk }) => {
  if (absent !== undefined) return
  await run(['lxc', 'delete', '--force', NAME])
  desk.remove()
})

if (absent !== undefined) test(`skipped: ${absent}`, () => void process.stdout.write(`skipped: ${absent}\n`))
else {
  test('a machine is made and set up, and a second plan is empty', async stage => {
    good(await stage.desk.run('apply', '--yes'))
    await isSettled(stage.desk)
    stage.address = await addressOf(NAME)
  })

  test('the key gets in; nobody does as root, and nobody with a password', async stage => {
    assert.is(await loginAs(stage, 'torrust'), 'in')
    assert.match(await loginAs(stage, 'root'), /Permission denied \(publickey\)/)
    await on("echo 'torrust:known' | chpasswd; install -d -m 700 /root/.ssh; cp /home/torrust/.ssh/authorized_keys /root/.ssh/")
    assert.match(await loginAs(stage, 'root'), /Permission denied \(publickey\)/)
    const passwords = ['PreferredAuthentications=password,keyboard-interactive', 'PubkeyAuthentication=no']
    assert.match(await loginAs(stage, 'torrust', ...passwords), /Permission denied \(publickey\)/)
    await on('rm -r /root/.ssh')
  })

  test('it has its name, also for sudo, and its time zone', async () => {
    const said = await on('uname -n; getent hosts tracker-one; date +%Z; sudo -u torrust sudo -n id -un 2>&1')
    assert.match(said, /^tracker-one\n127\.0\.1\.1 +f-lab-vm tracker-one\nCES?T\nroot\n$/)
  })

  test('it has the upgrades of its archives, gets more by itself, and reboots when no backup runs', async () => {
    assert.match(await on('cat /var/log/apt/history.log /var/log/apt/term.log; apt-get -s upgrade'), /0 upgraded, 0 newly installed/)
    const said = await on(
      'apt-config dump | grep -E "Automatic-Reboot|Unattended-Upgrade \\"1|Origins-Pattern"; unattended-upgrade --dry-run --debug 2>&1',
    )
    assert.match(said, /Unattended-Upgrade "1"/)
    assert.match(said, /Automatic-Reboot-Time "02:30"/)
    assert.match(said, /Allowed origins are: origin=Debian,codename=trixie-security,label=Debian-Security/)
  })

  test('upgrades that wait for a reboot are told by every plan, and change nothing', async stage => {
    await on('echo linux-image-amd64 >/run/reboot-required.pkgs; touch /run/reboot-required')
    shows(await isSettled(stage.desk), /upgrades wait for a reboot \(linux-image-amd64\): it reboots at 02:30/)
    await on('rm /run/reboot-required*')
  })

  test('all that somebody changed is found, shown and put right', async stage => {
    await on(`DEBIAN_FRONTEND=noninteractive apt-get -qq purge unattended-upgrades >/dev/null 2>&1
sed -i /second/d /home/torrust/.ssh/authorized_keys
ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime
hostname theirs
echo 'PermitRootLogin yes' >/etc/ssh/sshd_config.d/00-deployer.conf && systemctl reload ssh
sed -i s/Reboot-Time.*/'Reboot-Time "12:00";'/ /etc/apt/apt.conf.d/60-deployer-upgrades`)
    const plan = await stage.desk.run('plan')
    for (const shown of [
      /package +unattended-upgrades/,
      /user torrust +\/bin\/bash, sudo, 1 keys (?:→|->) \/bin\/bash, sudo, 2 keys/,
      /timezone +Asia\/Tokyo (?:→|->) Europe\/Berlin/,
      /hostname +theirs, not in \/etc\/hosts (?:→|->) tracker-one/,
      /ssh as root +allowed (?:→|->) refused/,
      /60-deployer-upgrades/,
    ])
      shows(plan, shown)
    good(await stage.desk.run('apply', '--yes'))
    await isSettled(stage.desk)
    assert.match(await loginAs(stage, 'root'), /Permission denied \(publickey\)/)
  })

  test('a name that changed is the name everywhere', async stage => {
    stage.desk.write(environment({ hostname: 'tracker-two' }))
    good(await stage.desk.run('apply', '--yes'))
    await isSettled(stage.desk)
    assert.match(
      await on('cat /etc/hostname; grep ^127.0.1.1 /etc/hosts; sudo -u torrust sudo -n true 2>&1'),
      /^tracker-two\n127\.0\.1\.1\sf-lab-vm tracker-two\n$/,
    )
  })
}

test.run()
