import { byHand, does, type Group, put, remove } from '../case.js'

const SYSCTL = 'net.ipv4.ip_local_port_range'
const PORTS = `sysctl ${SYSCTL}` as const

export const settings: Group = {
  name: 'settings',
  cases: [
    does('a host gets another name', [{ do: 'setting', key: 'hostname', value: 'renamed' }], ['setting hostname', 'setting timezone']),
    does('a name that is so already stays so', [{ do: 'setting', key: 'hostname', value: 'renamed' }], ['setting hostname']),
    does(
      'a host gets another time zone',
      [{ do: 'setting', key: 'timezone', value: 'Europe/Berlin' }],
      ['setting timezone', 'setting hostname'],
    ),
    does('a time zone that there is not is refused', [{ do: 'setting', key: 'timezone', value: 'Europe/Nowhere' }], ['setting timezone']),
    does('a time zone that was refused changes nothing', [], ['setting timezone']),
    does(
      'a time zone that somebody changed is seen',
      [byHand('ln -sfn ../usr/share/zoneinfo/Asia/Tokyo /etc/localtime', { ask: 'setting', key: 'timezone', to: { value: 'Asia/Tokyo' } })],
      ['setting timezone'],
    ),
    does('a time zone is put right', [{ do: 'setting', key: 'timezone', value: 'Etc/UTC' }], ['setting timezone']),
    does('UTC has a short name too', [{ do: 'setting', key: 'timezone', value: 'UTC' }], ['setting timezone']),
    does('a setting of the kernel is in force', [{ do: 'sysctl', key: SYSCTL, value: '32768\t60000' }], [PORTS]),
    does('a setting of the kernel that is so already stays so', [{ do: 'sysctl', key: SYSCTL, value: '32768\t60000' }], [PORTS]),
    does(
      'numbers of the kernel stand apart by tabs, however they are written',
      [{ do: 'sysctl', key: SYSCTL, value: '32768 60001' }],
      [PORTS],
    ),
    does(
      'a setting that the kernel has not is refused',
      [{ do: 'sysctl', key: 'no.such.setting', value: '1' }],
      ['sysctl no.such.setting'],
    ),
    does(
      'a setting that somebody changed is seen',
      [byHand("echo '32768 50000' >/proc/sys/net/ipv4/ip_local_port_range", { ask: 'sysctl', key: SYSCTL, to: { value: '32768\t50000' } })],
      [PORTS],
    ),
    does(
      'a setting on disk is not one in force',
      [put('/etc/sysctl.d/60-ours.conf', `${SYSCTL} = 1025 60999\n`)],
      [PORTS, 'file /etc/sysctl.d/60-ours.conf'],
    ),
    does(
      'a setting in force outlives its file',
      [{ do: 'sysctl', key: SYSCTL, value: '32768\t60999' }, remove('/etc/sysctl.d/60-ours.conf')],
      [PORTS, 'file /etc/sysctl.d/60-ours.conf'],
    ),
  ],
}
