import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { renderStatus, renderTest } from '../../../cli/render/examination.js'
import { PLAIN } from '../../../cli/render/look.js'
import type { Examination } from '../../../engine/run/examine.js'
import type { CheckResult } from '../../../engine/run-value.js'

const check = (says: string, rest: Partial<CheckResult> = {}): CheckResult => ({ addr: 'tracker.main', says, result: 'ok', ...rest })

const SICK: Examination = {
  environment: 'demo',
  provider: 'lxd',
  simulated: false,
  host: '10.77.0.20',
  resources: [
    { addr: 'vm.main', state: 'ok', detail: 'machine, debian/13', differs: false, checks: [] },
    {
      addr: 'firewall.main',
      state: 'failing',
      detail: 'denies incoming',
      differs: false,
      checks: [{ addr: 'firewall.main', says: 'denies what is not allowed', result: 'failed', why: 'active is false, not true' }],
    },
    {
      addr: 'tracker.main',
      state: 'failing',
      detail: 'torrust/tracker:develop, sqlite',
      differs: false,
      checks: [
        check('udp 6969 IPv4: connect and announce', { milliseconds: 2 }),
        check('udp 6969 IPv6: connect and announce', { result: 'skipped', why: 'the host has no IPv6 address' }),
        check('udp 6971 IPv4: connect and announce', { result: 'failed', why: 'no answer in 3 s' }),
        check('api 1212: right token yes, wrong token no', { result: 'failed', why: 'could not be asked: gone', unasked: true }),
      ],
    },
    { addr: 'grafana.main', state: 'drift', detail: 'changed outside: container; apply would change it', differs: true, checks: [] },
    { addr: 'backup.main', state: 'down', detail: 'not there; apply would make it', differs: true, checks: [] },
  ],
}

test('what failed says why, and the sum counts each sort', () => {
  assert.is(
    renderTest(SICK, PLAIN),
    `demo on lxd, 10.77.0.20: 5 checks

failed   firewall.main       denies what is not allowed: active is false, not true
ok       tracker.main        udp 6969 IPv4: connect and announce, 2 ms
skipped  tracker.main        udp 6969 IPv6: connect and announce: the host has no IPv6 address
failed   tracker.main        udp 6971 IPv4: connect and announce: no answer in 3 s
failed   tracker.main        api 1212: right token yes, wrong token no: could not be asked: gone
drift    grafana.main        changed outside: container; apply would change it
down     backup.main         not there; apply would make it

demo: 1 ok, 3 failed, 1 skipped, 1 not there, 1 differs from the file.
Next: deployer plan, deployer status
`,
  )
})

test('a table of states has a line for each listener, and the worst counted first', () => {
  assert.is(
    renderStatus(SICK, PLAIN, { last: 'run 12, 3 d ago, by ops@bastion' }),
    `demo on lxd, 10.77.0.20: 2 failing, 1 down, 1 drift, 1 ok

RESOURCE            STATE    DETAIL
vm.main             ok       machine, debian/13
firewall.main       failing  denies incoming
  check             failing  denies what is not allowed: active is false, not true
tracker.main        failing  torrust/tracker:develop, sqlite
  udp 6969 IPv4     ok       connect and announce, 2 ms
  udp 6969 IPv6     skipped  connect and announce: the host has no IPv6 address
  udp 6971 IPv4     failing  connect and announce: no answer in 3 s
  api 1212          unknown  right token yes, wrong token no: could not be asked: gone
grafana.main        drift    changed outside: container; apply would change it
backup.main         down     not there; apply would make it

Last change: run 12, 3 d ago, by ops@bastion.
Next: deployer logs host, deployer logs tracker, deployer plan, deployer apply
`,
  )
})

test('what a resource consists of has a row each, and a whole is as well as its worst part', () => {
  const parts = [
    { name: 'web', state: 'ok', says: 'nginx:1.27' },
    { name: 'worker', state: 'failing', says: 'worker:2, unhealthy' },
  ] as const
  const stack = {
    addr: 'compose-stack.main',
    state: 'failing',
    detail: '/opt/torrust, 2 services',
    parts,
    differs: false,
    checks: [],
  } as const
  assert.match(
    renderStatus({ ...SICK, resources: [stack] }, PLAIN),
    '\ncompose-stack.main  failing  /opt/torrust, 2 services\n  web               ok       nginx:1.27\n  worker            failing  worker:2, unhealthy\n',
  )
})

test('colour repeats the words', () => {
  const coloured = renderStatus(SICK, { ...PLAIN, color: true })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
  assert.is(coloured.replace(/\u001b\[[\d;]*m/g, ''), renderStatus(SICK, PLAIN))
  assert.match(coloured, '\u001b[31mfirewall.main')
})

test.run()
