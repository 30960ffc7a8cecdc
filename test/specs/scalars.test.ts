import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { addressOf, Domain, Email, HostName, Source, Url } from '../../specs/address.js'
import { Cron, minuteOf, startsOf, TimeOfDay, TimeOrNever, TimeZone } from '../../specs/clock.js'
import type { AnyType } from '../../specs/codec.js'
import { decode } from '../../specs/codec.js'
import { duration, secondsOf } from '../../specs/duration.js'
import { FilePath, resolver } from '../../specs/file-path.js'
import { Image, SystemImage } from '../../specs/image.js'
import { Bind, HttpListener, UdpListener } from '../../specs/listener.js'
import { DatabaseUser, EnvironmentName, HostPath, Port, SysctlKey, SysctlValue, UserName, VariableName } from '../../specs/name.js'
import { bytesOf, size, sizeOf } from '../../specs/size.js'
import { PublicKey } from '../../specs/ssh-key.js'
import { readAs } from '../support/said.js'

const taken = (codec: AnyType, ...values: ReadonlyArray<unknown>) => {
  for (const value of values) assert.equal(readAs(codec, value), value)
}
const refused = (codec: AnyType, ...values: ReadonlyArray<unknown>) => {
  for (const value of values) assert.ok(decode(codec, value).issues.length > 0, `${JSON.stringify(value)} was taken`)
}

test('a port is 1 to 65535', () => {
  taken(Port, 1, 65535)
  refused(Port, 0, 65536, -1, 1.5, '80', true, null, [80])
})

test('a duration keeps its unit, and without one the readings are shown', () => {
  taken(duration(), '15s', '5m', '6h', '7d')
  refused(duration(), '0s', '07d', '1h30m', '5 m', '5M', '-5m', '5min', '', 'P1D')
  assert.is(readAs(duration({ readings: ['d', 'h'] }), 7), 'UNIT_MISSING: of what? 7d is seven days, 7h seven hours.')
  assert.is(readAs(duration(), '300'), 'UNIT_MISSING: of what? 300s is 300 seconds, 300m 300 minutes.')
  assert.is(readAs(duration({ readings: ['d', 'h'] }), 1), 'UNIT_MISSING: of what? 1d is one day, 1h one hour.')
  assert.is(readAs(duration({ most: '1d' }), '25h'), 'VALUE_INVALID: 25h is too long. Expected at most 1d.')
  assert.equal(['15s', '5m', '6h', '7d'].map(secondsOf), [15, 300, 21600, 604800])
})

test('a size has one form for the same bytes, and thousands are refused', () => {
  assert.is(readAs(size(), '512m'), '512MiB')
  assert.is(readAs(size(), '2g'), '2GiB')
  assert.is(readAs(size(), '2048MiB'), '2GiB')
  assert.is(readAs(size(), '1.5GiB'), '1536MiB')
  assert.is(readAs(size(), '2GB'), 'UNIT_AMBIGUOUS: this counts in thousands; memory and disks count in 1024s. 2GiB or 1907MiB?')
  assert.is(readAs(size(), '512M'), 'UNIT_AMBIGUOUS: this counts in thousands; memory and disks count in 1024s. 512MiB or 488MiB?')
  assert.is(readAs(size(), 2), 'UNIT_MISSING: of what? 2MiB is 2 times 1,048,576 bytes, 2GiB 1,024 times that.')
  assert.is(readAs(size({ least: '256MiB' }), '1MiB'), 'VALUE_INVALID: 1MiB is too small. Expected at least 256MiB.')
  refused(size(), '', 'GiB', '-1GiB', '1e3MiB', '99999999999GiB')
  fc.assert(fc.property(fc.integer({ min: 2 ** 20, max: 2 ** 49 }), bytes => bytesOf(sizeOf(bytes)) === bytes))
})

test('a time of day is two and two digits', () => {
  taken(TimeOfDay, '00:00', '02:00', '23:59')
  refused(TimeOfDay, '24:00', '2:00', '02:60', 120, '02:00:00', new Date())
  taken(TimeOrNever, 'never', '02:00')
  refused(TimeOrNever, 'always', null)
  assert.is(minuteOf('02:30'), 150)
})

test('time zones are those that exist', () => {
  taken(TimeZone, 'UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires')
  refused(TimeZone, 'Europe/Nowhere', '+01:00', 'utc; reboot', '../etc/passwd', 1)
})

test('cron fields are checked one by one', () => {
  taken(Cron, '0 3 * * *', '*/15 * * * *', '0 0 1,15 * 1-5', '0 4 * jan-mar sun', '0-30/5 1 * * 7', '0 0 29 2 *')
  assert.is(readAs(Cron, '  0   3 * *  * '), '0 3 * * *')
  assert.is(readAs(Cron, '0 25 * * *'), 'CRON_INVALID: hour 25; expected 0 to 23.')
  assert.is(
    readAs(Cron, '99 99 * * 9'),
    'CRON_INVALID: minute 99; expected 0 to 59. hour 99; expected 0 to 23. day of week 9; expected 0 to 7.',
  )
  assert.is(readAs(Cron, '0 3 * *'), 'CRON_INVALID: 4 fields; expected 5. Minute, hour, day of month, month, day of week.')
  assert.is(readAs(Cron, '@daily'), 'CRON_INVALID: not five fields. Write "0 0 * * *".')
  assert.is(readAs(Cron, '0 0 31 2,4 *'), 'CRON_INVALID: no such month has such a day: this would never run.')
  refused(
    Cron,
    '0 3-1 * * *',
    '*/0 * * * *',
    '5/10 * * * *',
    '0 , * * *',
    '0 1-2-3 * * *',
    '0 3 * * * root',
    'a b c d e',
    '0 3 * * *\n* * * * * x',
    '',
  )
})

test('the starts of a schedule are known', () => {
  assert.equal(startsOf('30 3 * * *'), [210])
  assert.equal(startsOf('0 */12 * * *'), [0, 720])
  assert.is(startsOf('* * * * *').length, 1440)
})

test('domains are whole and plain', () => {
  taken(Domain, 'tracker.example.com', 'a.b', 'xn--bcher-kva.example', 'x1.local')
  assert.is(readAs(Domain, 'Tracker.Example.COM'), 'tracker.example.com')
  refused(
    Domain,
    'localhost',
    '.a.b',
    'a.b.',
    'a..b',
    '-a.b',
    'a-.b',
    'a_b.c',
    'a{b}.c',
    'a/b.c',
    'a b.c',
    '*.a.b',
    '10.0.0.1',
    'a.123',
    `${'a'.repeat(64)}.b`,
    `${'a.'.repeat(130)}b`,
  )
  assert.is(readAs(Domain, 'https://a.b'), 'VALUE_INVALID: this is a URL. Expected a whole domain name such as tracker.example.com.')
  assert.match(String(readAs(Domain, 'bücher.example')), 'xn--bcher-kva.example')
})

test('hosts are names or addresses that ssh cannot take for an option', () => {
  taken(HostName, 'server', 'a.example.com', '192.0.2.1', '2001:db8::1')
  refused(HostName, '-oProxyCommand=x', 'a b', 'ops@host', 'host:22', '[::1]', '1.2.3', '999.1.1.1', 'a;b', 'fe80::1%eth0')
  assert.is(readAs(HostName, 'ops@host'), 'VALUE_INVALID: this names a user too. Write the user in ssh.user.')
})

test('addresses have one form', () => {
  assert.is(addressOf('2001:DB8:0:0::1'), '2001:db8::1')
  assert.is(addressOf('10.77.0.300'), undefined)
  assert.is(addressOf('fe80::1%eth0'), undefined)
})

test('sources are any, addresses or whole networks', () => {
  taken(Source, 'any', '192.0.2.7', '192.0.2.0/24', '0.0.0.0/0', '2001:db8::/32', '::/0', '2001:db8::1/128')
  assert.is(readAs(Source, '192.0.2.7/24'), 'VALUE_INVALID: this is an address inside of a network. Write 192.0.2.0/24.')
  assert.is(readAs(Source, '2001:db8::1/33'), 'VALUE_INVALID: this is an address inside of a network. Write 2001:db8::/33.')
  refused(Source, 'all', '192.0.2.0/33', '2001:db8::/129', 'example.com', '192.0.2/24', '')
})

test('URLs hold no password', () => {
  taken(Url, 'https://mirror.example.com', 'http://10.0.0.1:5000/v2')
  refused(Url, 'mirror.example.com', 'ftp://a.b', 'https://u:p@a.b', 'https://', 'https://a b', 'file:///etc/passwd')
})

test('e-mail addresses are plain', () => {
  taken(Email, 'ops@example.com', 'a.b+c@x.example.org')
  refused(Email, 'ops', 'ops@', '@a.b', 'a@b', 'a b@c.de', '"a"@b.de', 'a{b}@c.de', 'a@b@c.de', '.a@b.de', 'a@-b.de')
})

test('names of environments fit into every other name', () => {
  taken(EnvironmentName, 'a', 'demo', 'prod-2', 'a'.repeat(40))
  refused(EnvironmentName, '', 'A', '1a', '-a', 'a-', 'a--b', 'a_b', 'a.b', 'a'.repeat(41), 2026, 'a\n')
})

test('other names are what their owners take', () => {
  taken(UserName, 'torrust', '_x', 'a-b_1')
  refused(UserName, 'Ops', '1a', 'a'.repeat(33), 'a b', 'ops:x')
  taken(VariableName, 'A', '_a1')
  refused(VariableName, '1A', 'A-B', 'A=B', 'A\n')
  taken(DatabaseUser, 'tracker')
  refused(DatabaseUser, 'root', 'ROOT', "a'b", 'a`b', '')
  taken(SysctlKey, 'net.core.rmem_max', 'net.ipv4.conf.eth0.rp_filter')
  refused(SysctlKey, 'net', 'a.b;c', 'a.b c', '../x')
  assert.is(readAs(SysctlValue, 8388608), '8388608')
  assert.is(readAs(SysctlValue, '4096\t87380   6291456'), '4096 87380 6291456')
  refused(SysctlValue, 'a\nb', '', true, 1.5)
  assert.match(String(readAs(SysctlKey, 'net')), 'TOML wants it in quotes.')
})

test('paths of the host are absolute and without detours', () => {
  taken(HostPath, '/opt/torrust', '/srv/a.b_c-d')
  assert.is(readAs(HostPath, '/opt/torrust/'), '/opt/torrust')
  refused(HostPath, 'opt', '/opt/../etc', '/a//b', '/a b', '/a;b', '/./a', '~/x', '/opt/$HOME')
})

test('images are references as in Compose', () => {
  taken(
    Image,
    'mysql',
    'mysql:8.4',
    'torrust/tracker:develop',
    'ghcr.io/a/b:1',
    'localhost:5000/a',
    'registry.example.com:443/a/b/c:x',
    `a/b@sha256:${'0'.repeat(64)}`,
    `a:1@sha256:${'f'.repeat(64)}`,
  )
  refused(Image, 'MySQL', 'a b', 'a:', 'a@sha256:12', ':x', 'a//b', 'https://a/b', 'a:b c', `a@md5:${'0'.repeat(64)}`)
  const long = 'a-'.repeat(5000)
  const started = performance.now()
  refused(Image, long)
  assert.ok(performance.now() - started < 200)
})

test('systems are those that the steps are made for', () => {
  taken(SystemImage, 'debian/12', 'debian/13', 'ubuntu/22.04', 'ubuntu/24.04')
  assert.is(readAs(SystemImage, 'ubuntu:24.04'), 'IMAGE_UNKNOWN: not a system that this tool is made for. Did you mean ubuntu/24.04?')
  refused(SystemImage, 'alpine', 'debian/11', 'debian')
})

test('files are settled by the file that says them', () => {
  const resolve = resolver(path => (path[0] === 'base' ? '/base' : '/env'), '/home/ops')
  const settled = (written: string, at = 'x') => decode(FilePath, written, (_path, one) => resolve([at], one)).value
  assert.is(settled('~/.ssh/id'), '/home/ops/.ssh/id')
  assert.is(settled('~'), '/home/ops')
  assert.is(settled('/etc/x'), '/etc/x')
  assert.is(settled('secrets/a'), '/env/secrets/a')
  assert.is(settled('../a', 'base'), '/a')
  refused(FilePath, '', '~root/x', '$HOME/x', 'a\0b', 1)
})

test('a listener is a port or a mapping, and other spellings are answered with ours', () => {
  assert.equal(readAs(UdpListener, 6969), { port: 6969 })
  taken(UdpListener, { port: 6969, bind: 'loopback' }, { port: 1, bind: '2001:db8::1', domain: 'a.b' })
  taken(HttpListener, { port: 7070, domain: 'a.b', tls: false })
  const style = (text: string, fix: string) => assert.is(readAs(UdpListener, text), `BIND_STYLE: an address and port in one. Write ${fix}.`)
  style('127.0.0.1:6969:6969', '{ port: 6969, bind: loopback }')
  style('0.0.0.0:6969', '{ port: 6969, bind: 0.0.0.0 }')
  style('[::]:6969', '{ port: 6969, bind: "::" }')
  style('6970:6969', '6970')
  style('6969/udp', '6969')
  assert.is(readAs(UdpListener, '6969'), 'VALUE_INVALID: a port in quotes is text. Write 6969 without quotes.')
  assert.is(readAs(UdpListener, 'x'), 'VALUE_INVALID: text stands here. Expected a port or a mapping.')
  assert.match(
    String(readAs(UdpListener, { port: 1, bind_address: '0.0.0.0:1' })),
    'Write port and bind, such as { port: 6969, bind: loopback }.',
  )
  assert.match(String(readAs(UdpListener, { port: 1, tls: true })), 'UDP trackers have no TLS')
  refused(UdpListener, { port: 0 }, {}, null, [6969], true)
})

test('bind is public, loopback or an address', () => {
  taken(Bind, 'public', 'loopback', '0.0.0.0', '::', '10.77.0.20')
  assert.is(
    readAs(Bind, '10.77.0.300'),
    'VALUE_INVALID: not an address. Expected public, loopback or an address such as 10.77.0.20 or "::".',
  )
  assert.is(readAs(Bind, '0.0.0.0:80'), 'BIND_STYLE: an address and port in one. Write { port: 80, bind: 0.0.0.0 }.')
})

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ops@bastion'

test('public keys are keys, and private ones are not shown', () => {
  taken(PublicKey, KEY, { file: 'id.pub' })
  assert.is(readAs(PublicKey, '~/.ssh/id_ed25519.pub'), 'VALUE_INVALID: this is a path. Write { file: path }.')
  refused(
    PublicKey,
    'ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl',
    'ssh-ed25519 x',
    `${KEY}\n${KEY}`,
    '',
    1,
  )
  const issue = String(readAs(PublicKey, '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END'))
  assert.match(issue, 'this is a private key')
  assert.not.match(issue, 'b3Blb')
})

test('any text is read in no time', () => {
  const codecs: ReadonlyArray<AnyType> = [
    duration(),
    size(),
    Cron,
    Domain,
    Email,
    HostName,
    Source,
    Url,
    Image,
    Bind,
    HostPath,
    EnvironmentName,
  ]
  for (const unit of ['a', 'a.', 'a-', '1:', '*/1,', '0 ', '/a', 'a@']) {
    const long = unit.repeat(20_000)
    const started = performance.now()
    for (const codec of codecs) decode(codec, long)
    assert.ok(performance.now() - started < 1000, unit)
  }
})

test.run()
