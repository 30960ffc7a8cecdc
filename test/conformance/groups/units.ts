import { act, byHand, does, type Group, look, put, remove, that, type Words } from '../case.js'

const FILE = '/etc/systemd/system/ours.service'
const content = (runs: string): string =>
  `[Unit]\nDescription=${runs}\n[Service]\nExecStart=/bin/sleep ${runs}\n[Install]\nWantedBy=multi-user.target\n`
const UNIT = 'unit ours.service' as const
const unit = (words: Partial<{ active: boolean; enabled: boolean; again: 'restart' | 'reload' }>, name = 'ours.service'): Words => ({
  do: 'unit',
  name,
  ...words,
})
const is = (active: boolean, enabled: boolean) => ({ ask: 'unit', key: 'ours.service', to: { active, enabled } }) as const

export const units: Group = {
  name: 'units',
  cases: [
    does('a unit comes with its file, neither started nor enabled', [put(FILE, content('1000'))], [UNIT, `file ${FILE}`]),
    does('a unit is started', [unit({ active: true })], [UNIT]),
    does('a unit is enabled', [unit({ enabled: true })], [UNIT]),
    does('a unit that is so already stays so', [unit({ active: true, enabled: true })], [UNIT]),
    does('a unit is stopped and stays enabled', [unit({ active: false })], [UNIT]),
    does('a unit is started and disabled', [unit({ active: true, enabled: false })], [UNIT]),
    does('a unit that runs can be restarted', [unit({ again: 'restart' })], [UNIT]),
    does('a unit that does not run is started by a restart', [unit({ active: false }), unit({ again: 'restart' })], [UNIT]),
    does('a unit whose file changed restarts with it', [put(FILE, content('2000')), unit({ again: 'restart' })], [UNIT]),
    does('a unit that cannot reload says so', [unit({ again: 'reload' })], [UNIT]),
    does('ssh reloads and goes on', [unit({ again: 'reload' }, 'ssh.service')], ['unit ssh.service', 'login ssh']),
    that('a unit that somebody stopped is seen', act([byHand('systemctl disable --now ours.service', is(false, false))]), look(UNIT)),
    that(
      'a unit that somebody masked is seen',
      act([
        byHand(
          'mv /etc/systemd/system/ours.service /usr/local/lib/; mkdir -p /usr/local/lib/systemd/system; mv /usr/local/lib/ours.service /usr/local/lib/systemd/system/; systemctl daemon-reload; systemctl mask -q ours.service',
          { ask: 'file', key: FILE, to: undefined },
          { ask: 'unit', key: 'ours.service', to: { active: false, enabled: false, masked: true } },
        ),
      ]),
      look(UNIT),
    ),
    does('a unit that is masked is not started', [unit({ active: true })], []),
    does('a unit that is masked is unmasked to be enabled', [unit({ enabled: true })], [UNIT]),
    does('a unit that is masked can be stopped', [unit({ active: false })], [UNIT]),
    does('a unit that is not masked any more starts', [unit({ active: true })], [UNIT]),
    does('a unit that there is not is refused', [unit({ active: true }, 'no.service')], ['unit no.service']),
    does(
      'a unit that nothing asks for at boot is there all the same',
      [put('/etc/systemd/system/broken.service', '[Service]\nType=oneshot\nExecStart=/bin/false\n')],
      ['unit broken.service'],
    ),
    does(
      'a unit that stands apart is enabled by nobody',
      [put('/etc/systemd/system/apart.service', '[Service]\nExecStart=/bin/sleep 1000\n'), unit({ active: true }, 'apart.service')],
      ['unit apart.service'],
    ),
    does(
      'a unit goes with its file',
      [unit({ active: false }, 'apart.service'), remove('/etc/systemd/system/apart.service')],
      ['unit apart.service', 'file /etc/systemd/system/apart.service'],
    ),
    does(
      'a unit that was stopped and disabled goes',
      [
        unit({ active: false, enabled: false }),
        byHand('rm /usr/local/lib/systemd/system/ours.service; systemctl daemon-reload', {
          ask: 'unit',
          key: 'ours.service',
          to: undefined,
        }),
      ],
      [UNIT],
    ),
    does(
      'a timer is a unit',
      [
        put('/etc/systemd/system/tick.service', '[Service]\nExecStart=/bin/true\n'),
        put('/etc/systemd/system/tick.timer', '[Timer]\nOnCalendar=yearly\n[Install]\nWantedBy=timers.target\n'),
        unit({ active: true, enabled: true }, 'tick.timer'),
      ],
      ['unit tick.timer', 'unit tick.service'],
    ),
  ],
}
