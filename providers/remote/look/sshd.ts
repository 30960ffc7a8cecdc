import type { Asks } from '../../../engine/contract.js'
import { linesOf, type Question, Unread } from './question.js'

/** `LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))`: port and processes of each socket. */
const SOCKET = /^(\S+)\s+\S+\s+\d+\s+\d+\s+\S*:(\d+)\s+\S+(?:\s+users:\(\((.*)\)\))?/
const PROCESS = /"([^"]+)"/g

interface Socket {
  readonly proto: string
  readonly port: number
  readonly processes: ReadonlyArray<string>
}
export const parseSockets = (lines: ReadonlyArray<string>): ReadonlyArray<Socket> =>
  lines.flatMap(line => {
    const [, proto, port, users = ''] = SOCKET.exec(line) ?? []
    if (proto === undefined || port === undefined) return []
    return [{ proto, port: Number(port), processes: [...users.matchAll(PROCESS)].map(([, name]) => name ?? '') }]
  })

/** With ssh.socket it is systemd that listens. */
export const sshd: Question<'sshd'> = {
  ask: 'sshd',
  script: () => `if [ -x /usr/sbin/sshd ]; then
  mkdir -p -m 0755 /run/sshd
  /usr/sbin/sshd -T 2>&1 || exit 1
  echo sockets; ss -Hltnp | sed 's/^/tcp /'
  echo listen; systemctl show -p ActiveState -p Listen ssh.socket
fi`,
  parse: text => {
    if (text.trim() === '') return new Map()
    const [config = '', rest = ''] = text.split(/^sockets$/m)
    const [sockets = '', listen = ''] = rest.split(/^listen$/m)
    const words = new Map(linesOf(config).map(line => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)]))
    if (!words.has('permitrootlogin')) throw new Unread(`sshd -T: ${config.trim()}`)
    const seen: Asks['sshd'] = {
      ports: sorted([...portsOf(sockets), ...socketPorts(listen)]),
      passwords: words.get('passwordauthentication') === 'yes' || words.get('kbdinteractiveauthentication') === 'yes',
      root: words.get('permitrootlogin') !== 'no',
    }
    return new Map([['sshd', seen]])
  },
}

const sorted = (ports: ReadonlyArray<number>): ReadonlyArray<number> => [...new Set(ports)].sort((a, b) => a - b)

const portsOf = (sockets: string): ReadonlyArray<number> =>
  parseSockets(linesOf(sockets))
    .filter(({ processes }) => processes.includes('sshd'))
    .map(({ port }) => port)

const socketPorts = (listen: string): ReadonlyArray<number> =>
  /^ActiveState=active$/m.test(listen) ? [...listen.matchAll(/^Listen=\S*?:?(\d+) \(Stream\)/gm)].map(([, port]) => Number(port)) : []

export const ports: Question<'port'> = {
  ask: 'port',
  script: () => 'ss -Hltunp',
  parse: text =>
    new Map(
      parseSockets(linesOf(text))
        .map(({ proto, port, processes: [process = ''] }) => [`${proto}/${port}`, { process }] as const)
        .map(([key, value]) => [key.split('/').reverse().join('/'), value] as const),
    ),
}
