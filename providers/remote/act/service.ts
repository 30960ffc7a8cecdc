import type { Ready, StepOf } from '../../../engine/contract.js'
import { KEPT } from '../place.js'
import { word, words } from '../words.js'
import { BESIDE } from './beside.js'

/**
 * What a start says of itself, for `containerTrouble`: `deployer: …` in a line of its own, and lines of a container's log behind
 * `log: `. Nothing that a container prints comes here in any other way.
 */
export const SAYS = 'deployer: '
export const LOG = 'log: '

/** Of a log, before the telling part is taken from it. */
const LOG_LINES = 400
/** So often in a row is no accident. */
const TIMES = 3
/** Of what takes no connection yet: an ask is a process in the container, and what starts slowly needs its processors. */
const ASK_MS = 2000
/** The engine is asked no more often while the container's process lives: its client takes as much of a processor as what starts. */
const LOOK_MS = 1000
const STABLE_MS = { up: 2000, try: 1000 }

/** What follows is one service: $project, $service, $root, $seconds, $stable, $asks, what to ask by, and asks() have been said. */
export const SERVICE = String.raw`
say_so() { printf '${SAYS}%s\n' "$*"; }
compose() { # past the engine's client, which takes as long again to start
  for d in /root/.docker /usr/local/lib/docker /usr/local/libexec/docker /usr/lib/docker /usr/libexec/docker; do
    if [ -x "$d/cli-plugins/docker-compose" ]; then "$d/cli-plugins/docker-compose" "$@"; return; fi
  done
  docker compose "$@"
}
composed() { # FILE OVERRIDE WORDS...
  file=$1 over=$2
  shift 2
  compose --progress quiet --ansi never -p "$project" --project-directory "$root" -f "$file" -f "$over" "$@"
}
overridden() { # FILE, lines for the service itself over standard input: files of the environment of others may not be there yet
  printf 'services:\n  "%s":\n    pull_policy: never\n' "$service"
  cat
  awk -v own="$service" '
    /^[^ #]/ { within = /^services:/ }
    within && /^  ["A-Za-z0-9_]/ { name = $1; sub(/:.*/, "", name); gsub(/"/, "", name); if (name != own) printf "  \"%s\":\n    env_file: !reset []\n", name }' "$1"
}

clock() { date +%s%3N; }
state_of() { docker inspect --format '{{.State.Status}} {{.RestartCount}} {{.State.ExitCode}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}} {{.State.Pid}}' "$1" 2>/dev/null; }
listens() { # PID: anything in its network takes connections, but for the engine's own resolver
  cat "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null | awk '$4 == "0A" && $2 !~ /^0B00007F:/ { found = 1 } END { exit !found }'
}
log_of() { docker logs --tail ${LOG_LINES} "$1" 2>&1 | tr -d '\000' | awk 'length > 4000 { $0 = "(a line of " length " characters)" } { print }' | sed 's/^/${LOG}/'; }
answers() { # PID HOST ADDRESS PORT PATH: in the network of a container, by a process of the host, which takes a tenth of the time of one in there
  [ -e "/proc/$1/ns/net" ] && timeout 10 nsenter --net="/proc/$1/ns/net" bash -c 'exec 3<>"/dev/tcp/$1/$2" && printf "GET %s HTTP/1.0\r\nHost: %s:%s\r\n\r\n" "$3" "$0" "$2" >&3 &&
    read -r _ status _ <&3 && case $status in 2??) ;; *) false;; esac' "$2" "$3" "$4" "$5"
}
gets_ready() { # CONTAINER: otherwise says why not
  container=$1 began=$(clock) at=0 due=0 look=0 pid=0 since= restarts= code=0
  while :; do
    if [ -z "$asks" ] || [ $at -ge $look ] || [ ! -d "/proc/$pid" ]; then
      set -- $(state_of "$container")
      at=$(clock) pid=${'$'}{5:-0}
      look=$((at + ${LOOK_MS}))
    fi
    if case $asks in network) ;; inside) [ $at -ge $due ] || listens "$pid";; *) false;; esac; then
      if asks "$container" "$pid" >/dev/null 2>&1; then return 0; fi
      due=$((at + ${ASK_MS}))
    fi
    at=$(clock)
    case ${'$'}{1:-gone} in
      gone) say_so gone; return 1;;
      running)
        if [ "$2" != "$restarts" ]; then restarts=$2 since=$at; fi
        if [ -z "$asks" ]; then
          case $4 in
            healthy) return 0;;
            none) if [ $((at - since)) -ge $stable ]; then return 0; fi;;
          esac
        fi;;
      restarting) code=$3;;
      exited|dead)
        if [ "$mode$ends" != up ] && [ "$3" = 0 ]; then return 0; fi
        say_so ended $3 $(($2 + 1)); log_of "$container"; return 1;;
    esac
    if [ "$2" -ge ${TIMES} ] && [ "$1" = restarting ]; then say_so ended $code $(($2 + 1)); log_of "$container"; return 1; fi
    if [ $((at - began)) -ge $((seconds * 1000)) ]; then
      if [ "$2" -gt 0 ]; then say_so ended $code $(($2 + 1)); else say_so unready $seconds $4; fi
      log_of "$container"
      return 1
    fi
    sleep 0.1
  done
}
`

const readiness = ({ seconds, ends, ...ready }: Ready): string => {
  const { by, ask } = askedBy(ready)
  return `seconds=${Math.ceil(seconds)} asks=${by} ends=${ends ? 'yes' : ''}
asks() { ${ask}; }`
}

const askedBy = ({ asks, answers }: Pick<Ready, 'asks' | 'answers'>): { readonly by: string; readonly ask: string } => {
  if (asks !== undefined) return { by: 'inside', ask: `timeout 10 docker exec "$1" ${words(asks)}` }
  if (answers === undefined) return { by: '', ask: ':' }
  const { hostname, port, pathname } = new URL(answers)
  return { by: 'network', ask: `answers "$2" ${words([hostname, hostname.replace(/^\[|]$/g, ''), port || '80', pathname])}` }
}

type Service = Pick<StepOf<'up'>, 'project' | 'service' | 'root'>

export const opening = ({ project, service, root }: Service, mode: 'up' | 'try', ready: Ready): string => `${SERVICE}
project=${word(project)} service=${word(service)} root=${word(root)} mode=${mode} stable=${STABLE_MS[mode]}
${readiness(ready)}
engine_needed || exit 1
umask 077
trial=$project-$service-try ups=${KEPT}/ups/$project/$service
`

export const UP = String.raw`${BESIDE}up_with() { # FILE OVERRIDE: a start that was cut off has left its container beside the one before, under the name that Compose takes again
  if [ -n "$cut" ] && [ "$(containers_of "$project/$service" | wc -l)" -gt 1 ]; then docker rm $(containers_of "$project/$service" status=created) >/dev/null; fi
  composed "$1" "$2" up -d --no-deps --force-recreate --pull never "$service"
}
named() { # as Compose does, without asking the engine
  if grep -q container_name "$root/docker-compose.yml"; then newest; else echo "$project-$service-1"; fi
}
newest() { containers_of "$project/$service" label=com.docker.compose.oneoff=False | head -n 1; }
keep_begin() { # FILE...: what is about to run, to come back to; while the one before it ends
  kept=$(mktemp -d -p "$ups" kept.XXXXXX) || return 1
  { cp "$root/docker-compose.yml" "$ups/override.yml" "$kept/" && printf '%s\n' "$ready" >"$kept/ready" && files_kept "$kept" "$@" && sync "$kept"/*; } &
  keeper=$!
}
keep_up() { # whole or not at all
  wait "$keeper" || return 1
  ln -s "${'$'}{kept##*/}" "$ups/now.new" && mv -fT "$ups/now.new" "$ups/now" || return 1
  rm -f "$ups/pending"
  for k in "$ups"/kept.*; do if [ "$k" != "$kept" ]; then rm -rf "$k"; fi; done
}
go_back() {
  wait "$keeper"
  rm -rf "$kept"
  if [ ! -f "$ups/now/override.yml" ]; then
    container_away "$project/$service" && say_so removed
    return
  fi
  cut=yes
  files_back "$ups/now" && block_back "$root/docker-compose.yml" "$ups/now/docker-compose.yml" || return 1
  up_with "$ups/now/docker-compose.yml" "$ups/now/override.yml" >/dev/null 2>&1 || return 1
  . "$ups/now/ready"
  gets_ready "$(newest)" >/dev/null && rm -f "$ups/pending" && say_so back
}
`

/** Compose tells the one before to stop only when the new one is made, which fits into the time that this one takes to end. */
const LINGERING = `before=$(newest)
[ -z "$before" ] || docker stop "$before" >/dev/null 2>&1 &
`

/**
 * From its first word on the service counts as started with nothing, until it is ready, or what ran before is again: whatever cuts
 * this off, the next run does it over. What ran before comes back with its own copy of the compose file, since by now that
 * file may be what other services run with.
 */
export const upScript = (
  { files, ready, lingers, ...service }: StepOf<'up'>,
  digest: string,
): string => `${opening(service, 'up', ready)}${UP}
ready=${word(readiness(ready))}
mkdir -p "$ups" && cut= && if [ -f "$ups/pending" ]; then cut=yes; fi && : >"$ups/pending" && sync "$ups/pending" || exit 1
printf '    labels:\\n      deployer.digest: "%s"\\n' ${word(digest.replace(/[\\"]/g, '\\$&').replaceAll('$', '$$$$'))} |
  overridden "$root/docker-compose.yml" >"$ups/override.yml" || exit 1
rm -f "$ups/now.new"
${lingers === true ? LINGERING : ''}keep_begin ${words(files)} || exit 1
if said=$(up_with "$root/docker-compose.yml" "$ups/override.yml" 2>&1); then
  say waits $STEP
  if gets_ready "$(named)"; then keep_up; exit; fi
else
  say_so refused
  printf '%s\\n' "$said" | sed 's/^/${LOG}/'
fi
go_back
exit 1`
