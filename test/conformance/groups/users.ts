import { act, byHand, does, type Group, look, put, that, type Words } from '../case.js'

const user = (name: string, rest: Partial<{ shell: string; sudo: boolean; keys: ReadonlyArray<string> }> = {}): Words => ({
  do: 'user',
  name,
  shell: '/bin/bash',
  sudo: false,
  keys: [],
  ...rest,
})
const add = (name: string, group: string): Words => ({ do: 'group add', user: name, group })
const leave = (name: string, group: string): Words => ({ do: 'group remove', user: name, group })
const [ONE, TWO] = ['ssh-ed25519 AAAA1 ann@one', 'ssh-rsa AAAA2 ann@two']
const ann = (rest: object) =>
  ({ ask: 'user', key: 'ann', to: { shell: '/bin/sh', groups: ['adm'], sudo: false, keys: [], ...rest } }) as const

export const users: Group = {
  name: 'users and groups',
  cases: [
    does(
      'a user that was absent is made, with a home that is theirs alone',
      [user('ann', { sudo: true, keys: [ONE] })],
      ['user ann', 'dir /home/ann', 'member ann/sudo'],
    ),
    does('a user that is so already stays so', [user('ann', { sudo: true, keys: [ONE] })], ['user ann', 'dir /home/ann']),
    does('keys are as wanted, in their order', [user('ann', { sudo: true, keys: [TWO, ONE] })], ['user ann']),
    does('a user gives up sudo and keys, and takes another shell', [user('ann', { shell: '/bin/sh' })], ['user ann']),
    does('a user joins a group', [add('ann', 'adm')], ['member ann/adm', 'user ann']),
    does('a user who is in a group can join it again', [add('ann', 'adm')], ['member ann/adm', 'user ann']),
    that(
      'keys that somebody edited are seen, their comments and empty lines are not',
      act([byHand(`printf '# mine\\n\\n${ONE}\\n' >~ann/.ssh/authorized_keys`, ann({ keys: [ONE] }))]),
      look('user ann'),
    ),
    does(
      'keys that somebody edited are put right, and the groups stay',
      [user('ann', { shell: '/bin/sh', keys: [TWO] })],
      ['user ann', 'member ann/adm'],
    ),
    does('a user whose keys somebody took away has none', [byHand('rm ~ann/.ssh/authorized_keys', ann({}))], ['user ann']),
    does(
      'a user with a home that others made keeps it',
      [
        byHand('install -d -m 0755 /home/eve', { ask: 'dir', key: '/home/eve', to: { mode: '0755', owner: 'root', group: 'root' } }),
        user('eve'),
      ],
      ['user eve', 'dir /home/eve'],
    ),
    does('a group that is absent cannot be joined', [add('ann', 'no-such-group')], ['user ann']),
    does('a user who is absent joins nothing', [add('nobody-here', 'adm')], []),
    does('a group of the system can be joined', [add('ann', 'sudo'), add('ann', 'www-data')], ['member ann/sudo', 'member ann/www-data']),
    does('a user leaves a group', [leave('ann', 'adm'), leave('ann', 'www-data'), leave('ann', 'sudo')], ['member ann/adm', 'user ann']),
    does('a user who is not in a group can leave it', [leave('ann', 'adm'), leave('nobody-here', 'adm')], ['member ann/adm']),
    does('a user owns files', [put('/opt/of-ann', 'x\n', { owner: 'ann', group: 'ann' })], ['file /opt/of-ann']),
    does(
      'a user goes with home, sudo and groups',
      [user('ann', { sudo: true }), add('ann', 'adm'), { do: 'user delete', name: 'ann' }],
      ['user ann', 'dir /home/ann', 'member ann/adm'],
    ),
    does(
      'a user who is gone already can go again',
      [
        { do: 'user delete', name: 'ann' },
        { do: 'user delete', name: 'eve' },
      ],
      ['user ann', 'user eve'],
    ),
  ],
}
