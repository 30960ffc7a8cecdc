import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Step } from '../../../engine/contract.js'
import { REFRESHED } from '../../../providers/remote/act/apt.js'
import { troubleOf } from '../../../providers/remote/act/trouble.js'

const install: Step = { do: 'install', via: 'vm.main', packages: ['jq'] }
const told = (said: string, { step = install, ahead = 0 }: { readonly step?: Step; readonly ahead?: number } = {}) =>
  troubleOf({ host: 'demo', step, said, ahead })

/** What apt-get 3.0.3 and dpkg 1.22.22 of Debian 13 said, and what of Debian 12 is another text. */
const READING = 'Reading package lists...\nBuilding dependency tree...\nReading state information...\n'

test('who holds the package manager is named with its number', () => {
  const by = (said: string) => told(said)
  const waited = `Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 323 (python3)...
E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?`
  assert.equal(by(waited), { code: 'PACKAGES_LOCKED', host: 'demo', by: 'python3 (323)' })
  const lists = `Reading package lists...
E: Could not get lock /var/lib/apt/lists/lock. It is held by process 328 (unattended-upgr)
E: Unable to lock directory /var/lib/apt/lists/`
  assert.equal(by(lists), { code: 'PACKAGES_LOCKED', host: 'demo', by: 'unattended-upgr (328)' })
  const dpkg = `dpkg: error: dpkg frontend lock was locked by /usr/bin/python3.13 process with pid 323
Note: removing the lock file is always wrong, can damage the locked area`
  assert.equal(by(dpkg), { code: 'PACKAGES_LOCKED', host: 'demo', by: 'python3.13 (323)' })
  const older = 'dpkg: error: dpkg frontend lock was locked by another process with pid 41'
  assert.equal(by(older), { code: 'PACKAGES_LOCKED', host: 'demo', by: 'another process (41)' })
  assert.equal(by('E: Could not get lock /var/lib/dpkg/lock-frontend.'), { code: 'PACKAGES_LOCKED', host: 'demo' })
})

test('a package manager that was killed says what it was at', () => {
  const said = `Fetched 59.4 kB in 0s (165 kB/s)
E: Sub-process /usr/bin/dpkg exited unexpectedly
`
  assert.equal(told(said), { code: 'PACKAGES_BROKEN', host: 'demo', packages: [], output: '/usr/bin/dpkg exited unexpectedly' })
})

test("a package whose own script fails is named, with dpkg's reason", () => {
  const said = `Setting up sick (1) ...
it will not
dpkg: error processing package sick (--configure):
 installed sick package post-installation script subprocess returned error exit status 1
Errors were encountered while processing:
 sick
E: Sub-process /usr/bin/dpkg returned an error code (1)`
  assert.equal(told(said), {
    code: 'PACKAGES_BROKEN',
    host: 'demo',
    packages: ['sick'],
    output: 'installed sick package post-installation script subprocess returned error exit status 1',
  })
})

test('what cannot be written is told with its place, though the package manager says more after it', () => {
  const said = `Unpacking tree (2.2.1-1) over (2.2.1-1) ...
dpkg: error processing archive /var/cache/apt/archives/tree_2.2.1-1_amd64.deb (--unpack):
 unable to create '/usr/bin/tree.dpkg-new' (while processing './usr/bin/tree'): Read-only file system
Errors were encountered while processing:
 /var/cache/apt/archives/tree_2.2.1-1_amd64.deb
E: Sub-process /usr/bin/dpkg returned an error code (1)`
  assert.is(told(said).code, 'READ_ONLY')
  assert.equal(told('/bin/sh: 12: cannot create /etc/apt/one: Read-only file system'), {
    code: 'READ_ONLY',
    host: 'demo',
    path: '/etc/apt/one',
  })
  assert.equal(told("mv: cannot move '/a' to '/etc/hosts': Read-only file system"), { code: 'READ_ONLY', host: 'demo', path: '/etc/hosts' })
})

test('a full disk is told with its place', () => {
  const apt = `${READING}Need to get 436 kB of archives.\nE: You don't have enough free space in /var/cache/apt/archives/.`
  assert.equal(told(apt), { code: 'DISK_FULL', where: 'demo', path: '/var/cache/apt/archives' })
  assert.equal(told("cp: error writing '/mnt/passwd': No space left on device"), { code: 'DISK_FULL', where: 'demo', path: '/mnt/passwd' })
  assert.equal(told('/bin/sh: 29: printf: printf: I/O error\n/etc: No space left on device'), {
    code: 'DISK_FULL',
    where: 'demo',
    path: '/etc',
  })
})

test('an archive that cannot be reached, one that lacks what it lists, and one that is not signed are told apart', () => {
  const silent = `Err:1 https://download.docker.com/linux/debian bookworm InRelease
  Could not resolve 'download.docker.com'
W: Failed to fetch https://download.docker.com/linux/debian/dists/bookworm/InRelease  Could not resolve 'download.docker.com'
W: Some index files failed to download. They have been ignored, or old ones used instead.
${READING}E: Unable to locate package jq`
  assert.equal(told(silent), {
    code: 'ARCHIVE_UNREACHABLE',
    host: 'demo',
    archive: 'download.docker.com',
    why: "Could not resolve 'download.docker.com'",
  })
  const gone = 'E: Failed to fetch http://deb.debian.org/debian/pool/main/j/jq/jq_1.7.1-6_amd64.deb  404  Not Found [IP: 192.0.2.1 80]'
  assert.equal(told(gone), {
    code: 'ARCHIVE_UNREACHABLE',
    host: 'demo',
    archive: 'deb.debian.org',
    why: '404  Not Found [IP: 192.0.2.1 80]',
  })
  const unsigned = "Reading package lists...\nE: The repository 'https://download.docker.com/linux/debian bookworm Release' is not signed."
  assert.equal(told(unsigned), { code: 'ARCHIVE_UNTRUSTED', host: 'demo', archive: 'download.docker.com', why: 'is not signed' })
  const twice =
    'E: Conflicting values set for option Signed-By regarding source https://download.docker.com/linux/debian/ trixie: /etc/apt/keyrings/docker.asc != /etc/apt/keyrings/other.asc'
  assert.equal(told(twice), {
    code: 'ARCHIVE_UNTRUSTED',
    host: 'demo',
    archive: 'download.docker.com',
    why: 'two sources name it, with different keys',
  })
})

test('a package that no archive has is named', () => {
  const said = `${READING}E: Unable to locate package no-such-package`
  assert.equal(told(said), {
    code: 'PACKAGE_UNAVAILABLE',
    host: 'demo',
    packages: ['no-such-package'],
    why: 'no archive that the host knows has it',
  })
})

test('a package that a person holds back is not moved', () => {
  const said = `${READING}The following NEW packages will be installed:
  jq libjq1
The following held packages will be changed:
  jq
0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.
E: Held packages were changed and -y was used without --allow-change-held-packages.`
  assert.equal(told(said), {
    code: 'PACKAGE_UNAVAILABLE',
    host: 'demo',
    packages: ['jq'],
    why: 'jq would have to change, and a person holds it back',
  })
})

test('a date that the archive does not have is the clock, where the clock is off, and the archive otherwise', () => {
  const said = `E: Release file for http://deb.debian.org/debian/dists/trixie/InRelease is not valid yet (invalid for another 2d 3h). Updates for this repository will not be applied.`
  assert.equal(told(said, { ahead: -200_000.4 }), { code: 'CLOCK_WRONG', host: 'demo', seconds: -200_000 })
  assert.is(told(said, { ahead: 3 }).code, 'STEP_FAILED')
  const unsigned = `W: OpenPGP signature verification failed: http://deb.debian.org/debian trixie InRelease: Sub-process /usr/bin/sqv returned an error code (1), error message is: Verifying signature:            Not live until 2026-11-20T01:41:47Z
E: The repository 'http://deb.debian.org/debian trixie InRelease' is not signed.`
  assert.is(told(unsigned, { ahead: -220_000_000 }).code, 'CLOCK_WRONG')
  assert.is(told(unsigned, { ahead: 3 }).code, 'ARCHIVE_UNTRUSTED')
})

test('what an earlier try said is no reason of the last one', () => {
  const said = `${READING}E: Unable to locate package jq\n${REFRESHED}\nE: You don't have enough free space in /var/cache/apt/archives/.`
  assert.is(told(said).code, 'DISK_FULL')
})

test('a first boot that failed is told with what cloud-init says', () => {
  const step: Step = { do: 'wait ready', via: 'vm.main', seconds: 300, first: true }
  const why = "('scripts-user', RuntimeError('Runparts: 1 failures (runcmd) in 1 attempted commands'))"
  const trixie = `status: error
extended_status: error - done
boot_status_code: enabled-by-generator
last_update: Thu, 01 Jan 1970 03:55:37 +0000
detail: DataSourceNoCloud [seed=/var/lib/cloud/seed/nocloud-net]
errors:
\t- ${why}
recoverable_errors:
WARNING:
\t- Failed to run module scripts-user (scripts in /var/lib/cloud/instance/scripts)`
  const bookworm = `status: error
boot_status_code: enabled-by-generator
last_update: Sat, 21 Nov 2026 19:37:29 +0000
detail:
${why}`
  for (const said of [trixie, bookworm]) assert.equal(told(said, { step }), { code: 'BOOT_FAILED', host: 'demo', output: why })
})

test('of all else the last lines are told', () => {
  const step: Step = { do: 'unit', via: 'vm.main', name: 'ufw.service', active: true }
  assert.equal(told('1\n2\n3\n4\n5\n6\n7', { step }), {
    code: 'STEP_FAILED',
    host: 'demo',
    step: 'starting ufw.service',
    output: '2\n3\n4\n5\n6\n7',
  })
})

/** As torrust-tracker 3.0.0 said them, with its colours. */
const POOL = (words: string): string =>
  `log: \x1b[2m2026-11-21T22:47:53.906053Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mr2d2\x1b[0m\x1b[2m:\x1b[0m ${words}    
log: thread 'main' panicked at src/core/services/mod.rs:30:13:
log: Failed to create r2d2 MySQL connection pool: timed out waiting for connection: ${words}, src/core/databases/mysql.rs:35:20
deployer: ended 101 1`

test('a database that lets nobody in says so itself', () => {
  const service = { via: 'docker.main', project: 'demo', service: 'tracker', root: '/opt/torrust' } as const
  const trial: Step = { do: 'try', ...service, ports: [], scratch: [], ready: { seconds: 1 } }
  const refused = (words: string) => told(POOL(words), { step: trial })
  assert.equal(refused("MySqlError { ERROR 1045 (28000): Access denied for user 'tracker'@'172.18.0.4' (using password: YES) }"), {
    code: 'DATABASE_REFUSED',
    user: 'tracker',
    why: "ERROR 1045 (28000): Access denied for user 'tracker'@'172.18.0.4' (using password: YES)",
  })
  assert.equal(refused("DriverError { Could not connect to address `db:3307': Connection refused (os error 111) }"), {
    code: 'DATABASE_REFUSED',
    at: 'db:3307',
    why: 'Connection refused (os error 111)',
  })
  assert.is(told('log: a line\ndeployer: ended 101 1', { step: trial }).code, 'CONFIG_REFUSED')
})

test('a server that takes none of the passwords of root is told of', () => {
  const sql: Step = { do: 'sql', via: 'docker.main', project: 'demo', service: 'mysql', folder: '/opt/p', statement: 'SELECT 1' }
  const why = 'it takes none of the passwords in /opt/p'
  assert.equal(told('deployer:root-refused\n', { step: sql }), { code: 'DATABASE_REFUSED', at: 'mysql', user: 'root', why })
  assert.is(told("ERROR 1064 (42000) at line 2: deployer:root-refused isn't it", { step: sql }).code, 'STEP_FAILED')
})

test.run()
