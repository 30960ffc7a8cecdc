import { act, addRule, does, type Group, look, put, remove, removeRule, that, type Words } from '../case.js'

type Things = ReadonlyArray<readonly ['file' | 'firewall' | 'rule' | 'sshd', string]>
const arm = (seconds: number, ...things: Things): Words => ({
  do: 'arm',
  name: 'firewall',
  seconds,
  things: things.map(([what, id]) => ({ what, id })),
})
const confirm = (port = 22): Words => ({ do: 'confirm', name: 'firewall', port })
const firewall = (words: object): Words =>
  ({ do: 'firewall', active: true, incoming: 'deny', outgoing: 'allow', routed: 'deny', ipv6: true, ...words }) as Words
const UNDO = 'undo firewall' as const
const RULE = 'rule allow 5000/tcp' as const
const PORTS = '/etc/ssh/sshd_config.d/00-deployer-port.conf'
const load = (...ports: ReadonlyArray<number>): Words => ({ do: 'sshd load', ports, passwords: false, root: false })
const STATE = [UNDO, 'firewall ufw', RULE, 'login ssh'] as const

/** With a firewall that was on once and is off now. */
export const undo: Group = {
  name: 'undos',
  cases: [
    does('an undo that nobody armed is not armed', [], [UNDO]),
    does('an undo that is not armed cannot be confirmed', [confirm()], []),
    does('an undo is armed', [arm(60, ['firewall', 'ufw'])], [UNDO]),
    does('an undo that is armed is armed anew', [arm(90, ['firewall', 'ufw'])], [UNDO]),
    does('a new connection that gets nowhere confirms nothing', [confirm(4444)], []),
    does('what no new connection confirms is put back at once', [], [UNDO, 'firewall ufw']),
    does('an undo is armed once more', [arm(60, ['firewall', 'ufw'])], [UNDO]),
    does('a new connection confirms an undo', [confirm()], [UNDO]),
    does(
      'a firewall that is on under an undo stays on when it is confirmed',
      [addRule('allow 22/tcp'), arm(60, ['firewall', 'ufw'], ['rule', 'allow 22/tcp']), firewall({})],
      STATE,
    ),
    does('a firewall that was confirmed is on', [confirm()], STATE),
    that(
      'an undo that nobody confirms puts back rules that went, and takes away those that came',
      act([addRule('allow 5000/tcp', 'deployer:demo: a "note"')], [RULE]),
      act(
        [arm(4, ['rule', 'allow 5000/tcp'], ['rule', 'allow 5001/tcp']), removeRule('allow 5000/tcp'), addRule('allow 5001/tcp')],
        [...STATE, 'rule allow 5001/tcp'],
      ),
      { wait: 8 },
      look(...STATE, 'rule allow 5001/tcp'),
    ),
    that(
      'an undo that nobody confirms puts back files, and what sshd listens on',
      act(
        [
          arm(4, ['file', PORTS], ['file', '/etc/undone'], ['sshd', 'sshd']),
          put(PORTS, 'Port 22\nPort 2222\n'),
          load(22, 2222),
          put('/etc/undone', 'x\n'),
        ],
        ['sshd sshd'],
      ),
      { wait: 8 },
      look(UNDO, 'sshd sshd', 'port 2222/tcp', `file ${PORTS}`, 'file /etc/undone', 'login ssh'),
    ),
    that(
      'an undo that nobody confirms puts back the firewall as it was',
      act([arm(10, ['firewall', 'ufw']), firewall({ active: false, incoming: 'allow' })], ['firewall ufw']),
      { wait: 15 },
      look(...STATE),
    ),
    that(
      'a batch that fails puts back by itself what it armed',
      act([arm(60, ['rule', 'allow 5000/tcp']), removeRule('allow 5000/tcp'), put('/opt/none/x', 'x\n')]),
      look(UNDO, RULE),
    ),
    that('an undo that has fired cannot be confirmed', act([confirm()]), look(UNDO)),
    does('what an undo would take away goes', [removeRule('allow 5000/tcp'), remove('/etc/undone')], STATE),
  ],
}
