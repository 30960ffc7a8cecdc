import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Programs in the place of ssh, sudo and journalctl: the host is this computer, and what they are told is kept. */
export interface StandIn {
  /** To be put before the others. */
  readonly path: string
  /** What ssh was told, a call each. */
  calls(): ReadonlyArray<ReadonlyArray<string>>
  /** Of the programs that were ssh. */
  pids(): ReadonlyArray<number>
  sudoed(): number
  /** What happens from now on: `refused`, `lost` or `hangs` (while a command runs), `no sudo`, or nothing of the sort. */
  trouble(what: 'refused' | 'lost' | 'hangs' | 'no sudo' | ''): void
}

const SSH = `#!/bin/sh
printf '%s\\0' "$@" >>"$AT/calls"; printf '\\n' >>"$AT/calls"; echo $$ >>"$AT/pids"
trouble=$(cat "$AT/trouble")
case " $* " in
  *' -O check '*) [ -e "$AT/open" ]; exit;;
  *' -O exit '*) rm -f "$AT/open"; exit;;
esac
if [ "$trouble" = refused ]; then echo 'torrust@host: Permission denied (publickey).' >&2; exit 255; fi
for last; do
  case $last in UserKnownHostsFile=*) known=\${last#*=};; HostKeyAlias=*) name=\${last#*=};; esac
done
known=$(echo "$known" | tr -d '"')
[ -s "$known" ] || echo "$name ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8k7m3m1f0q0k6b1v9m4r7S5Q2m3m1f0q0k6b1v9m4r" >"$known"
touch "$AT/open"
case $last in
  'exec /bin/sh -c '*) case $trouble in lost) rm "$AT/open"; exit 255;; hangs) trap 'kill $!; exit 255' INT TERM; sleep 30 & wait;; *) eval "$last";; esac;;
  exec*) eval "$last";;
  *) exec /bin/sh -c 'exec /bin/sh';;
esac
`

const SUDO = `#!/bin/sh
echo >>"$AT/sudoed"
if [ "$(cat "$AT/trouble")" = 'no sudo' ]; then echo 'sudo: a password is required' >&2; exit 1; fi
while [ $# -gt 0 ]; do case $1 in -n) shift;; --) shift; break;; *) break;; esac; done
exec "$@"
`

const JOURNALCTL = `#!/bin/sh
for word; do printf '%s ' "$word" >>"$AT/journal"; done
case "$JOURNAL $* " in
  'silent '*) ;;
  *' --output=json '*) echo '{"__REALTIME_TIMESTAMP":"1763750611931543","_SYSTEMD_UNIT":"docker.service","MESSAGE":[104,105,27]}';;
  *) printf '\\033[31mred\\033[0m \\007bell\\n\\tin\\nend'; [ -z "$JOURNAL" ] || printf "$JOURNAL";;
esac
`

export const sshStandIn = (): StandIn => {
  const at = mkdtempSync(join(tmpdir(), 'deployer-ssh-'))
  const path = join(at, 'bin')
  mkdirSync(path)
  for (const [name, text] of Object.entries({ ssh: SSH, sudo: SUDO, journalctl: JOURNALCTL })) {
    writeFileSync(join(path, name), text.replaceAll('$AT', at))
    chmodSync(join(path, name), 0o755)
  }
  const kept = (name: string): string => readFileSync(join(at, name), 'utf8')
  for (const name of ['calls', 'pids', 'sudoed', 'trouble', 'journal']) writeFileSync(join(at, name), '')
  return {
    path,
    calls: () =>
      kept('calls')
        .split('\0\n')
        .slice(0, -1)
        .map(call => call.split('\0')),
    pids: () => kept('pids').split('\n').slice(0, -1).map(Number),
    sudoed: () => kept('sudoed').length,
    trouble: what => writeFileSync(join(at, 'trouble'), what),
  }
}
