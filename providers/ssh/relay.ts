import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { Duplex } from 'node:stream'
import { type Attempt, attempt, fail, need } from '../../specs/fp.js'
import { word } from '../remote/words.js'
import { nextOf } from '../stream.js'
import type { Connection } from './connection.js'
import { english } from './programs.js'
import { sharing, type Target } from './target.js'

/** Where a host can reach, and others perhaps not: by a name as the host knows it, or in one of its containers. */
export interface Beyond {
  readonly host: string
  readonly port: number
  readonly container?: string
}
export interface Ends {
  readonly target: Target
  readonly connection: Connection
}

const SECONDS = 5

/**
 * Perl and these modules are on every Debian and Ubuntu; sshd's forwarding may be turned off, and never tells why it fails. One line
 * without quotes of the shell's, for any login shell.
 */
const RELAY = `my ($n, $h, $p, $c) = @ARGV; $| = 1;
if ($c) { ($h) = split q( ), qx(docker inspect --format "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}" $c 2>/dev/null);
$h or print(qq($n its container does not run), chr 10) && exit }
my $s = IO::Socket::IP->new(PeerHost => $h, PeerPort => $p, Timeout => ${SECONDS}) or print(qq($n ), $@ || $!, chr 10) && exit;
print qq($n open), chr 10; my $all = IO::Select->new($s, \\*STDIN);
while (my @r = $all->can_read(30)) { for my $f (@r) { sysread($f, my $b, 65536) or exit; syswrite($f == $s ? \\*STDOUT : $s, $b) } }`.replaceAll(
  '\n',
  ' ',
)

/** A stream that goes on from the host, over its open connection. Where the host gets no further the fault is NOT_SERVING. */
export const relayTo = ({ host, port, container }: Beyond, { target, connection }: Ends): Attempt<Duplex> =>
  attempt(async () => {
    for (let tries = 0; !existsSync(connection.socket()) && tries < 2; tries++) await need(connection.run('true'))
    const nonce = randomBytes(8).toString('hex')
    const root = container !== undefined && target.login.user !== 'root' ? ['sudo', '-n'] : []
    const words = ['perl', '-MIO::Socket::IP', '-MIO::Select', '-e', word(RELAY), nonce, word(host), String(port), word(container ?? '')]
    const child = spawn('ssh', ['-T', ...sharing(connection.socket()), '--', target.name, ['exec', ...root, ...words].join(' ')], {
      env: english(),
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    })
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin })
    stream.on('error', () => {})
    stream.once('close', () => void child.kill())
    const why = await opened(stream, nonce)
    if (why === undefined) return stream
    stream.destroy()
    return need(fail({ code: 'NOT_SERVING', at: `${host}:${port}`, why }))
  })

/** Past whatever a login shell prints first; otherwise says why not. */
const opened = async (stream: Duplex, nonce: string): Promise<string | undefined> => {
  for (let said = Buffer.alloc(0); ; ) {
    const chunk = await nextOf(stream)
    if (chunk === undefined)
      return new RegExp(`${nonce} (.+)`).exec(said.toString('utf8'))?.[1]?.toLowerCase() ?? 'the host does not say why'
    said = Buffer.concat([said, chunk])
    const at = said.indexOf(`${nonce} open\n`)
    if (at < 0) continue
    const rest = said.subarray(at + `${nonce} open\n`.length)
    if (rest.length > 0) stream.unshift(rest)
    return undefined
  }
}
