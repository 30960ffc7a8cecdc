import type { Claim } from '../../../engine/contract.js'
import {
  act,
  addRule,
  byHand,
  claim,
  type Deed,
  dir,
  type Group,
  install,
  look,
  put,
  ROOTED,
  remove,
  restore,
  that,
  type Words,
} from '../case.js'
import { RELEASED } from '../run.js'

const OURS = '/etc/ledger/ours'
const THEIRS = '/etc/ledger/theirs'
const own = claim('file', OURS, 'own')
const shared = claim('file', THEIRS)
const FILES = [`file ${OURS}`, `file ${THEIRS}`] as const
const as = (environment: string, rest: Deed = {}): Deed => ({ environment, ...rest })
const holds = (claims: ReadonlyArray<Claim>, environment = 'demo'): Deed => as(environment, { claims, addr: 'docker.main' })
const drops = (releases: ReadonlyArray<Claim>, environment = 'demo'): Deed => as(environment, { releases, addr: 'docker.main' })
const theirs = byHand(`printf 'theirs\\n' >${THEIRS}; chmod 600 ${THEIRS}; chown nobody:daemon ${THEIRS}`, {
  ask: 'file',
  key: THEIRS,
  to: { mode: '0600', owner: 'nobody', group: 'daemon', content: 'theirs\n' },
})
const user: Words = { do: 'user', name: 'zoe', shell: '/bin/sh', sudo: true, keys: ['ssh-ed25519 AAAA zoe'] }
const [HOSTNAME, TIMEZONE]: readonly [Words, Words] = [
  { do: 'setting', key: 'hostname', value: 'claimed' },
  { do: 'setting', key: 'timezone', value: 'Asia/Tokyo' },
]
const SETTINGS = ['setting hostname', 'setting timezone', 'sysctl net.ipv4.tcp_syncookies'] as const
const SETTINGS_HELD = [claim('setting', 'hostname'), claim('setting', 'timezone'), claim('sysctl', 'net.ipv4.tcp_syncookies')]

/** A host that nobody holds anything on any more is swept clean. */
const STAYS: Deed = { environment: 'stays', claims: [claim('file', '/etc/ledger/stays')] }

export const ledger: Group = {
  name: 'the ledger',
  cases: [
    that('a claim on what is absent says so', act([dir('/etc/ledger')], [], STAYS), act([put(OURS, 'ours\n')], FILES, holds([own]))),
    that('a claim that is held already is held once', act([put(OURS, 'ours again\n')], FILES, holds([own]))),
    that('another environment may not own the same', act([], [], holds([own], 'other')), look(...FILES)),
    that('a claim on what is there keeps it', act([theirs]), act([put(THEIRS, 'ours\n')], FILES, holds([shared]))),
    that('another environment may share it', act([put(THEIRS, 'both\n')], FILES, holds([shared], 'other'))),
    that('nobody owns what is there unmarked', act([], [], holds([claim('file', '/opt/behind', 'own')]))),
    that('nobody owns a folder that is there unmarked', act([], [], holds([claim('dir', '/etc', 'own')]))),
    that('what one of two gives up stays claimed by the other', act([], FILES, drops([shared])), act([], FILES, holds([], 'other'))),
    that('what the last one gives up comes back as it was', act([restore('file', THEIRS, 'present')], FILES, drops([shared], 'other'))),
    that('what was absent goes again', act([restore('file', OURS)], FILES, drops([own]))),
    that('what was given up already can be given up again', act([restore('file', OURS)], FILES, drops([own, shared]))),
    that(
      'what is gone by itself is restored too',
      act([remove(THEIRS)], [], holds([shared])),
      act([restore('file', THEIRS)], FILES, drops([shared])),
    ),
    that(
      'a claim is a claim though a step after it fails',
      act([put('/opt/none/x', 'x\n')], [], holds([claim('file', OURS, 'own')])),
      act([], FILES, holds([])),
      act([restore('file', OURS)], FILES, drops([own])),
    ),
    that(
      'data is marked, and so is what its removal costs',
      act([], [], holds([{ ...claim('dir', '/etc/ledger/data', 'own'), data: true, impact: { stops: ['tracker.main'], seconds: 3 } }])),
    ),
    that(
      'what a removal costs is what was said last',
      act([], [], holds([{ ...claim('dir', '/etc/ledger/data', 'own'), data: true, impact: { stops: [] } }])),
    ),
    that(
      'a folder of ours goes with all that is in it',
      act([dir('/etc/ledger/data'), put('/etc/ledger/data/x', 'x\n')]),
      act(
        [restore('dir', '/etc/ledger/data')],
        ['dir /etc/ledger/data', 'file /etc/ledger/data/x'],
        drops([claim('dir', '/etc/ledger/data', 'own')]),
      ),
    ),
    that(
      'a folder that was there gets its mode and owner back',
      act([dir('/opt/kept', '0700', 'nobody', 'daemon')]),
      act([dir('/opt/kept')], ['dir /opt/kept'], holds([claim('dir', '/opt/kept')])),
      act([restore('dir', '/opt/kept', 'present')], ['dir /opt/kept'], drops([claim('dir', '/opt/kept')])),
    ),
    that(
      'settings are as before when they are given up',
      act([
        { do: 'setting', key: 'hostname', value: 'before' },
        { do: 'setting', key: 'timezone', value: 'Europe/Berlin' },
      ]),
      act([HOSTNAME, TIMEZONE, { do: 'sysctl', key: 'net.ipv4.tcp_syncookies', value: '2' }], SETTINGS, holds(SETTINGS_HELD)),
      act(
        SETTINGS_HELD.map(({ what, id }) => restore(what, id, 'present')),
        SETTINGS,
        drops(SETTINGS_HELD),
      ),
    ),
    that(
      'a user that was made goes, with home and all',
      act([user], ['user zoe'], holds([claim('user', 'zoe')])),
      act([restore('user', 'zoe')], ['user zoe', 'dir /home/zoe'], drops([claim('user', 'zoe')])),
    ),
    that(
      'a user that was there gets keys and shell back, and no sudo',
      act([{ ...user, shell: '/bin/bash', sudo: false, keys: ['ssh-ed25519 AAAB before'] } as Words]),
      act([user], ['user zoe'], holds([claim('user', 'zoe')])),
      act([restore('user', 'zoe', 'present')], ['user zoe'], drops([claim('user', 'zoe')])),
    ),
    that(
      'a member that came goes, and one that was there stays',
      act([{ do: 'group add', user: 'zoe', group: 'adm' }], ['member zoe/adm'], holds([claim('member', 'zoe/adm')])),
      act([restore('member', 'zoe/adm')], ['member zoe/adm'], drops([claim('member', 'zoe/adm')])),
      act([{ do: 'group add', user: 'zoe', group: 'sudo' }]),
      act([], ['member zoe/sudo'], holds([claim('member', 'zoe/sudo')])),
      act([restore('member', 'zoe/sudo', 'present')], ['member zoe/sudo'], drops([claim('member', 'zoe/sudo')])),
    ),
    that(
      'a rule that was there gets its comment back',
      act([addRule('allow 5005/tcp', 'somebody: "theirs"')]),
      act([addRule('allow 5005/tcp')], ['rule allow 5005/tcp'], holds([claim('rule', 'allow 5005/tcp')])),
      act([restore('rule', 'allow 5005/tcp', 'present')], ['rule allow 5005/tcp'], drops([claim('rule', 'allow 5005/tcp')])),
    ),
    that(
      'a rule that came goes',
      act(
        [addRule('allow 5006/udp from 192.0.2.1')],
        ['rule allow 5006/udp from 192.0.2.1'],
        holds([claim('rule', 'allow 5006/udp from 192.0.2.1')]),
      ),
      act(
        [restore('rule', 'allow 5006/udp from 192.0.2.1')],
        ['rule allow 5006/udp from 192.0.2.1'],
        drops([claim('rule', 'allow 5006/udp from 192.0.2.1')]),
      ),
    ),
    that(
      'a unit that ran runs again',
      act(
        [
          put('/etc/systemd/system/kept.service', '[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n'),
          { do: 'unit', name: 'kept.service', active: true, enabled: true },
        ],
        ['unit kept.service'],
      ),
      act(
        [{ do: 'unit', name: 'kept.service', active: false, enabled: false }],
        ['unit kept.service'],
        holds([claim('unit', 'kept.service')]),
      ),
      act([restore('unit', 'kept.service', 'present')], ['unit kept.service'], drops([claim('unit', 'kept.service')])),
    ),
    that(
      'the firewall is as before when it is given up',
      act(
        [{ do: 'firewall', active: true, incoming: 'reject', outgoing: 'allow', routed: 'deny', ipv6: true }],
        ['firewall ufw'],
        holds([claim('firewall', 'ufw')]),
      ),
      act([restore('firewall', 'ufw', 'present')], ['firewall ufw', 'login ssh'], drops([claim('firewall', 'ufw')])),
    ),
    that(
      'a package that was absent goes, with what it brought',
      act([install('cron')], ['package cron', 'unit cron.service'], holds([claim('package', 'cron')])),
      act([restore('package', 'cron')], ['package cron', 'unit cron.service'], drops([claim('package', 'cron')])),
    ),
    that(
      'a package that was there stays',
      act([], ['package sudo'], holds([claim('package', 'sudo')])),
      act([restore('package', 'sudo', 'present')], ['package sudo'], drops([claim('package', 'sudo')])),
    ),
    that(
      'a package that was there and went since is not installed again',
      act([install('cron')]),
      act([], ['package cron'], holds([claim('package', 'cron')])),
      act([{ do: 'uninstall', packages: ['cron'] }]),
      act([restore('package', 'cron', 'present')], ['package cron', 'unit cron.service'], drops([claim('package', 'cron')])),
    ),
    that('nothing is held in the end', act([], [], holds([])), act([], [], holds([], 'other'))),
  ],
}
const file = { ...ROOTED, content: 'x\n' }
const slow: Words = {
  do: 'run',
  argv: ['sh', '-c', `for i in $(seq 600); do [ -e ${RELEASED} ] && exit 0; sleep 0.1; done; false`],
  effects: [],
}
const asked = (path: string, rest: Deed = {}): Deed => ({ environment: 'turns', ...rest, asks: [`file ${path}`] })

export const turns: Group = {
  name: 'whose turn it is',
  cases: [
    that(
      'the same batch twice ends as it did once',
      act([dir('/opt/turns'), put('/opt/turns/one', 'x\n')], [], asked('/opt/turns/one')),
      act([dir('/opt/turns'), put('/opt/turns/one', 'x\n')], [], asked('/opt/turns/one')),
    ),
    that(
      'a step that has happened already is passed over',
      act(
        [{ ...put('/opt/turns/one', 'other\n'), done: { ask: 'file', key: '/opt/turns/one', via: 'vm.main' } } as Words],
        [],
        asked('/opt/turns/one'),
      ),
      act(
        [{ ...put('/opt/turns/two', 'two\n'), done: { ask: 'file', key: '/opt/turns/two', via: 'vm.main' } } as Words],
        [],
        asked('/opt/turns/two'),
      ),
    ),
    that(
      'of a batch that fails in the middle the first half is done, and the rest is not',
      act([put('/opt/turns/three', '3\n'), put('/opt/none/x', 'x\n'), put('/opt/turns/four', '4\n')], ['file /opt/turns/three'], {
        environment: 'turns',
      }),
      look('file /opt/turns/three', 'file /opt/turns/four'),
    ),
    that(
      'a batch that failed is finished by another',
      act([put('/opt/turns/three', '3\n'), put('/opt/turns/four', '4\n')], ['file /opt/turns/three', 'file /opt/turns/four'], {
        environment: 'turns',
      }),
    ),
    that(
      'a command gets its words whole',
      act(
        [
          {
            do: 'run',
            argv: ['sh', '-c', 'printf "%s|" "$@" >/opt/turns/words', 'x', "it's", '$HOME', 'a  b', ''],
            effects: [{ ask: 'file', key: '/opt/turns/words', to: { ...file, content: "it's|$HOME|a  b||" } }],
          },
        ],
        ['file /opt/turns/words'],
        { environment: 'turns' },
      ),
    ),
    that('an empty batch is done', act([], [], { environment: 'turns' })),
    that('a later fence is taken', act([], [], { environment: 'turns', fence: 5, run: 5 })),
    that(
      'an older fence is refused',
      act([put('/opt/turns/late', 'x\n')], [], { environment: 'turns', fence: 4, run: 4 }),
      look('file /opt/turns/late'),
    ),
    that('the same fence goes on', act([], [], { environment: 'turns', fence: 5, run: 5 })),
    that('the fences of another environment are its own', act([], [], { environment: 'others', fence: 2, run: 2 })),
    that(
      'a batch that others run is seen, and another run has to wait',
      {
        during: {
          environment: 'turns',
          fence: 6,
          run: 6,
          addr: 'docker.main',
          steps: [slow, put('/opt/turns/whole', 'x\n')],
          asks: ['file /opt/turns/whole'],
        },
        others: [
          look('file /opt/turns/whole'),
          act([], [], { environment: 'turns', fence: 7, run: 7 }),
          act([], [], { environment: 'others', fence: 3, run: 3 }),
          act([put('/opt/turns/beside', 'x\n')], ['file /opt/turns/beside'], {
            environment: 'turns',
            fence: 6,
            run: 6,
            addr: 'firewall.main',
          }),
        ],
      },
      look('file /opt/turns/whole'),
    ),
    that('when it has ended, others may', act([], [], { environment: 'turns', fence: 7, run: 7 })),
  ],
}
