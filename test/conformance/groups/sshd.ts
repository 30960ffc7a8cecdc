import { act, byHand, does, type Group, look, put, remove, that, type Words } from '../case.js'

const PORTS = '/etc/ssh/sshd_config.d/00-deployer-port.conf'
const HARD = '/etc/ssh/sshd_config.d/00-deployer.conf'
const SAFE = 'PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin no\n'
const load = (ports: ReadonlyArray<number>, passwords = false, root = false): Words => ({ do: 'sshd load', ports, passwords, root })
const ASKS = ['sshd sshd', 'port 22/tcp', 'port 2222/tcp', 'login ssh'] as const

export const sshd: Group = {
  name: 'sshd',
  cases: [
    does('what sshd is told counts once it is loaded', [put(HARD, SAFE), load([22])], ASKS),
    does('sshd that is loaded as it is goes on', [load([22])], ASKS),
    does('sshd listens on two ports', [put(PORTS, 'Port 22\nPort 2222\n'), load([22, 2222])], ASKS),
    does('sshd leaves a port', [put(PORTS, 'Port 2222\n'), load([2222])], ['sshd sshd', 'port 22/tcp', 'port 2222/tcp']),
    does('sshd goes back to its own port', [remove(PORTS), load([22])], ASKS),
    does('a port that sshd was not told is not reached', [load([2022])], []),
    does('sshd goes on as it was when it was asked for too much', [], ASKS),
    does('sshd does not load what it cannot read', [put(PORTS, 'Port nonsense\n'), load([22])], []),
    does('sshd goes on as it was when its files are mended', [remove(PORTS), load([22])], ASKS),
    that(
      'passwords that somebody allowed are seen',
      act([
        byHand(
          `printf 'PasswordAuthentication yes\\nPermitRootLogin no\\n' >${HARD}; systemctl reload ssh`,
          {
            ask: 'file',
            key: HARD,
            to: { mode: '0644', owner: 'root', group: 'root', content: 'PasswordAuthentication yes\nPermitRootLogin no\n' },
          },
          { ask: 'sshd', key: 'sshd', to: { ports: [22], passwords: true, root: false } },
        ),
      ]),
      look('sshd sshd'),
    ),
    does('passwords are refused again', [put(HARD, SAFE), load([22])], ['sshd sshd']),
  ],
}
