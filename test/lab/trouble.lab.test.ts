/** On the lab's LXD: `npm run lab -- up`, then `npm test -- trouble.lab`. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { KEY } from './cache.js'
import { builtCli, type Desk, deskOf, told } from './cli.js'
import { good, isSettled, shows } from './good.js'
import { isLabPossible, type LabHost, labHost } from './host.js'
import { inside } from './inside.js'
import { run } from './run.js'

const NAME = 'f-lab-trouble'

interface Stage {
  desk: Desk
  host: LabHost
}
const test = suite<Stage>('trouble on a real Debian 13')
const absent = isLabPossible()

const on = (script: string): Promise<string> => inside(NAME, script)
const failed = async ({ desk }: Stage, words: RegExp): Promise<void> => {
  const said = await desk.run('apply', '--yes')
  assert.is(said.code, 3, told(said))
  assert.match(said.stderr, words, told(said))
}
/** As a user goes on: the same command, and then nothing is left to do. */
const again = async ({ desk }: Stage): Promise<void> => {
  good(await desk.run('apply', '--yes'))
  await isSettled(desk)
  assert.is(await on('dpkg --audit'), '')
}

const WITHOUT =
  'DEBIAN_FRONTEND=noninteractive apt-get -qq purge unattended-upgrades >/dev/null 2>&1; rm -rf /etc/apt/apt.conf.d/50unattended-upgrades*'
const HOLDER = 'import fcntl, time; lock = open("/var/lib/dpkg/lock-frontend", "w"); fcntl.lockf(lock, fcntl.LOCK_EX); time.sleep(600)'
const BROKEN = `mkdir -p /root/sick/DEBIAN
printf 'Package: sick\\nVersion: 1\\nArchitecture: all\\nMaintainer: lab\\nDescription: sick\\n' >/root/sick/DEBIAN/control
printf '#!/bin/sh\\necho it will not\\nexit 1\\n' >/root/sick/DEBIAN/postinst && chmod 755 /root/sick/DEBIAN/postinst
dpkg-deb -b /root/sick /root/sick.deb >/dev/null && dpkg -i /root/sick.deb >/dev/null 2>&1 || true`

/** Until the condition holds; then dpkg gets no further. */
const cut = (apt: string, condition: string): string =>
  `systemd-run --quiet --unit=cut -E DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends ${apt}
for i in $(seq 3000); do if ${condition}; then break; fi; sleep 0.01; done
systemctl kill -s KILL cut; sleep 0.5; systemctl reset-failed cut 2>/dev/null || true`
/** What apt calls installed all the same. */
const TORN: ReadonlyArray<readonly [title: string, tears: string]> = [
  [
    'a package that was cut while it was unpacked again, over what its removal had left,',
    `apt-get -qq -y remove docker.io >/dev/null 2>&1; ${cut('install docker.io', '[ -e /usr/sbin/dockerd.dpkg-new ]')}`,
  ],
  ['a package that was cut while it was removed', cut('remove docker.io', '[ ! -e /usr/share/doc/docker.io/changelog.Debian.gz ]')],
]

/** Each breaks the host before a package is to be installed on it, and mends what a person would mend. */
const TROUBLES: ReadonlyArray<readonly [title: string, breaks: string, told: RegExp, mends: string]> = [
  [
    'no room for the packages',
    'mount -t tmpfs -o size=64k tmpfs /var/cache/apt/archives && mkdir -p /var/cache/apt/archives/partial',
    /DISK_FULL: vm\.main: the disk is full: [\d.]+(, in \/var\/cache\/apt\/archives)?\n/,
    'umount /var/cache/apt/archives',
  ],
  [
    'no room for what is kept of us',
    `cp -a /var/lib/deployer /root/kept && mount -t tmpfs -o size=16m tmpfs /var/lib/deployer &&
cp -a /root/kept/. /var/lib/deployer/ && head -c 99999999 /dev/zero >/var/lib/deployer/ballast || true`,
    /DISK_FULL: vm\.main: the disk is full: \S+, in \/var\/lib\/deployer\n/,
    'umount /var/lib/deployer && rm -rf /root/kept',
  ],
  [
    'a read-only file system',
    'mount --bind /etc /etc && mount -o remount,bind,ro /etc',
    /READ_ONLY: vm\.main: \S+ has a read-only file system: \/etc\//,
    'umount -l /etc',
  ],
  [
    'a package that a person holds back',
    'apt-mark -qq hold unattended-upgrades',
    /PACKAGE_UNAVAILABLE: vm\.main: \S+ cannot install unattended-upgrades: .*person holds it back/,
    'apt-mark -qq unhold unattended-upgrades',
  ],
  [
    "somebody else's package that cannot be finished",
    BROKEN,
    /PACKAGES_BROKEN: vm\.main: the package manager of \S+ cannot finish sick/,
    'rm /var/lib/dpkg/info/sick.postinst',
  ],
]

test.before(async stage => {
  if (absent !== undefined) return
  await run(['lxc', 'delete', '--force', NAME])
  stage.host = await labHost({ name: NAME })
  const { address, ssh } = stage.host
  stage.desk = deskOf(await builtCli(), {
    name: NAME,
    provider: { kind: 'ssh', host: address },
    ssh: { user: ssh.user, key: KEY },
    vm: { upgrades: 'security' },
    firewall: { managed: false },
    tracker: { udp: [6969] },
  })
})
test.after(async ({ desk, host }) => {
  if (absent !== undefined) return
  await host.remove()
  desk.remove()
})

if (absent !== undefined) test(`skipped: ${absent}`, () => void process.stdout.write(`skipped: ${absent}\n`))
else {
  test('another system than those this is made for is refused, and nothing is changed there', async ({ desk }) => {
    await on(`cp -P /etc/os-release /root/; rm /etc/os-release; printf 'ID=fedora\\nVERSION_ID=40\\n' >/etc/os-release`)
    const said = await desk.run('apply', '--yes')
    await on('mv /root/os-release /etc/os-release')
    assert.is(said.code, 4, told(said))
    assert.match(
      said.stderr,
      /HOST_UNSUPPORTED: \S+ runs fedora 40\n {2}Supported are Debian 12 and 13, Ubuntu 22\.04 and 24\.04/,
      told(said),
    )
    assert.is(await on('ls -d /var/lib/deployer /etc/docker 2>/dev/null || true'), '')
  })

  test('an archive that cannot be reached is told, and tried again until it can', async stage => {
    await on(
      `cp /etc/hosts /root/; sed -n 's|.*http://\\([^/]*\\)/.*|127.0.0.1 \\1|p' /etc/apt/sources.list /etc/apt/sources.list.d/* | sort -u >>/etc/hosts; rm -rf /var/lib/apt/lists/*`,
    )
    const apply = stage.desk.start(['apply', '--yes'])
    await apply.said(/ARCHIVE_UNREACHABLE: \S+ cannot get packages from \S+: /)
    await on('cat /root/hosts >/etc/hosts')
    good(await apply.ended)
    await again(stage)
  })

  test('who holds the package manager is named, and waited for', async stage => {
    await on(WITHOUT)
    await on(`systemd-run --quiet --unit=holder python3 -c '${HOLDER}'`)
    const apply = stage.desk.start(['apply', '--yes'])
    await apply.said(/PACKAGES_LOCKED: python3 \(\d+\) holds the package manager of \S+/)
    await on('systemctl stop holder')
    good(await apply.ended)
    await again(stage)
  })

  test('what a package manager left half done is finished first', async stage => {
    await on(WITHOUT)
    await on('cd /tmp && apt-get -qq download unattended-upgrades 2>/dev/null && dpkg --unpack unattended-upgrades_*.deb >/dev/null 2>&1')
    assert.match(await on('dpkg --audit'), /unattended-upgrades/)
    shows(await stage.desk.run('plan'), /package +unattended-upgrades/)
    await again(stage)
  })

  test('a package manager that is killed at work finishes, at the latest with the next run', async stage => {
    await on(WITHOUT)
    await on(`systemd-run --quiet --unit=killer sh -c 'until pkill -9 -f "dpkg .*--(unpack|configure) "; do sleep 0.01; done'`)
    await stage.desk.run('apply', '--yes')
    await on('systemctl stop killer 2>/dev/null || true')
    await again(stage)
  })

  for (const [title, tears] of TORN)
    test(`${title} is made whole`, async stage => {
      await on(tears)
      assert.match(await on('dpkg --audit'), /docker\.io/)
      await again(stage)
      assert.is(await on('dpkg --verify docker.io docker-cli docker-compose containerd runc | grep -v " c " || true'), '')
    })

  for (const [title, breaks, words, mends] of TROUBLES)
    test(`${title}: told, and the next run goes on`, async stage => {
      await on(WITHOUT)
      await on(breaks)
      try {
        await failed(stage, words)
      } finally {
        await on(mends)
      }
      await again(stage)
    })

  test('a clock that is far off is told with how far', async stage => {
    await on('apt-get -qq install --no-install-recommends libfaketime >/dev/null 2>&1')
    await on(WITHOUT)
    await on(`printf 'Acquire::Check-Date "true";\\nAcquire::Check-Valid-Until "true";\\n' >/etc/apt/apt.conf.d/99zdates
rm -rf /var/lib/apt/lists/*
echo '@2019-11-21 00:00:00' >/etc/faketimerc; ls /usr/lib/*/faketime/libfaketime.so.1 >/etc/ld.so.preload`)
    await failed(stage, /CLOCK_WRONG: vm\.main: the clock of \S+ is \d+ days behind the one here\n/)
    await on('rm /etc/ld.so.preload /etc/apt/apt.conf.d/99zdates')
    await again(stage)
  })
}

test.run()
