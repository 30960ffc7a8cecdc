import type { StepOf } from '../../../engine/contract.js'
import { KEPT } from '../place.js'
import { word, words } from '../words.js'
import { BESIDE } from './beside.js'
import { LOG, opening, SAYS } from './service.js'

const TRIAL = `
refused() { say_so refused; printf '%s\\n' "$1" | sed 's/^/${LOG}/'; exit 1; }
away() { # apart from this batch, whose next step need not wait for it; what was refused must not lie there for a reboot to start with
  if [ $? -ne 0 ] && [ -f "$ups/now/files.tar" ]; then files_back "$ups/now"; block_back "$root/docker-compose.yml" "$ups/now/docker-compose.yml"; fi
  systemd-run --quiet --collect --no-block -E DOCKER_HOST="$DOCKER_HOST" /bin/sh -c 'docker rm -f -v "$1"; rm -rf "$2"' sh "$trial" "$folder" &
}
ends_well() { # CONTAINER: that does one thing and ends
  code=$(timeout "$seconds" docker wait "$1") || { say_so unready $seconds none; log_of "$1"; return 1; }
  if [ "$code" != 0 ]; then say_so ended $code 1; log_of "$1"; return 1; fi
}
`

/**
 * Whoever else has a port. A container that was published on it is known by its name, not by its proxy's. One that is started again
 * and again is published on nothing at times, while a proxy of it may still listen: what it declares is its own.
 */
export const PORTS = String.raw`
ports_free() { # [ADDRESS:]PORT/PROTO...
  {
    ss -Hltunp | sed 's/^/L /'
    ids=$(docker ps -q)
    [ -z "$ids" ] || docker inspect --format '{{$n := .Name}}{{$l := .Config.Labels}}{{range $p, $all := .NetworkSettings.Ports}}{{range $all}}C {{.HostIp}} {{.HostPort}} {{$p}} {{$n}} {{index $l "com.docker.compose.project"}}/{{index $l "com.docker.compose.service"}}{{"\n"}}{{end}}{{end}}{{range $p, $all := .HostConfig.PortBindings}}{{range $all}}D {{.HostPort}} {{$p}} {{index $l "com.docker.compose.project"}}/{{index $l "com.docker.compose.service"}}{{"\n"}}{{end}}{{end}}' $ids
  } | awk -v own="$project/$service" -v wanted="$*" '
    function meets(a, b) { return a == b || is_all(a) || is_all(b) }
    function is_all(a) { return a == "" || a == "*" || a == "0.0.0.0" || a == "[::]" || a == "::" }
    $1 == "L" {
      port = $6; sub(/.*:/, "", port)
      address = $6; sub(/:[0-9]+$/, "", address); sub(/%.*/, "", address)
      process = $0; if (!sub(/.*users:\(\("/, "", process)) process = ""; sub(/".*/, "", process)
      n++; at[n] = address; on[n] = port "/" $2; by[n] = process
    }
    $1 == "C" {
      proto = $4; sub(/.*\//, "", proto)
      if ($6 == own) ours[$3 "/" proto] = 1
      else { m++; c_at[m] = $2; c_on[m] = $3 "/" proto; c_by[m] = substr($5, 2) }
    }
    $1 == "D" && $4 == own { proto = $3; sub(/.*\//, "", proto); declared[$2 "/" proto] = 1 }
    END {
      count = split(wanted, all, " ")
      for (i = 1; i <= count; i++) {
        key = all[i]; address = ""
        if (match(key, /^.*:/)) { address = substr(key, 1, RLENGTH - 1); key = substr(key, RLENGTH + 1) }
        for (j = 1; j <= m; j++) if (c_on[j] == key && meets(address, c_at[j])) { print "${SAYS}taken " key " container " c_by[j]; exit 1 }
        if (key in ours) continue
        for (j = 1; j <= n; j++) if (on[j] == key && meets(address, at[j]) && !(by[j] == "docker-proxy" && key in declared)) { print "${SAYS}taken " key " process " by[j]; exit 1 }
      }
    }'
}
`

/** Which folder of the container stands where on the host, as lines of SOURCE|TARGET, from what compose makes of its file. */
export const MOUNTS = String.raw`
mounts() {
  awk -v own="$service" '
    function unquoted(s) { sub(/^ *[a-z]+: /, "", s); if (s ~ /^".*"$/) { s = substr(s, 2, length(s) - 2); gsub(/\\"/, "\"", s) } return s }
    /^[^ ]/ { top = $1 }
    top == "services:" && /^  [^ ]/ { name = $1; sub(/:$/, "", name); gsub(/"/, "", name); part = "" }
    top == "services:" && name == own && /^    [^ ]/ { part = $1 }
    top == "services:" && name == own && part == "volumes:" && /^      - / { source = "" }
    top == "services:" && name == own && part == "volumes:" && /^        source: / { source = unquoted($0) }
    top == "services:" && name == own && part == "volumes:" && /^        target: / { print source "|" unquoted($0) }'
}
scratched() { # FOLDER SCRATCH...: lines for the service, with an empty folder for each, owned like the one that it stands in for
  folder=$1
  shift
  [ $# -eq 0 ] || echo '    volumes:'
  n=0
  for one in "$@"; do
    n=$((n + 1))
    line=$(mounts <"$folder/config" | awk -F '|' -v one="$one" '$1 == one || $2 == one' | head -n 1)
    source=${'$'}{line%%|*} target=${'$'}{line#*|}
    mkdir "$folder/$n"
    if [ -d "$source" ]; then chown --reference="$source" -- "$folder/$n"; chmod --reference="$source" -- "$folder/$n"; else chmod 0777 "$folder/$n"; fi
    printf '      - {type: bind, source: "%s", target: "%s"}\n' "$folder/$n" "${'$'}{target:-$one}"
  done
}
`

/** Whoever says nothing of what it reaches may live in the host's network, where it could only get in the way of itself. */
const ASKED = `overridden "$root/docker-compose.yml" </dev/null >"$folder/plain.yml" || exit 1
composed "$root/docker-compose.yml" "$folder/plain.yml" config >"$folder/config" 2>"$folder/said" || refused "$(cat "$folder/said")"
if grep -qx '    network_mode: host' "$folder/config"; then
  wait "$ports" || { cat "$folder/taken"; exit 1; }
  exit 0
fi`

const lines = (text: string): string => `printf %s ${word(text)} >>"$folder/lines"`

/** Only these; of several files Compose puts the lists of all together, so that what was there goes in a file before. */
const reaching = (reaches: ReadonlyArray<string>): string =>
  reaches.length === 0
    ? lines('    networks: !reset []\n    network_mode: none\n')
    : `${lines('    networks: !reset []\n')}
printf 'services:\\n  "%s":\\n    networks: %s\\n' "$service" ${word(JSON.stringify(reaches))} >"$folder/reaches.yml"`

/** A container of its own beside the one that runs: under another name, with no port published, nothing of the data in reach. */
export const tryScript = ({
  ports,
  scratch,
  reaches,
  ready,
  instead,
  ...service
}: StepOf<'try'>): string => `${opening(service, 'try', ready)}${BESIDE}${TRIAL}${PORTS}${MOUNTS}
folder=${KEPT}/tries/$project-$service
if [ -d "$folder" ]; then container_gone "$trial"; fi
rm -rf "$folder" && mkdir -p "$folder" && : >"$folder/config" || exit 1
trap away EXIT
trap 'exit 1' TERM INT
ports_free ${words(ports)} >"$folder/taken" &
ports=$!
${reaches === undefined ? ASKED : ''}
scratched "$folder" ${words(scratch)} >"$folder/lines"
${lines('    restart: "no"\n')}
${instead === undefined ? '' : lines(`    entrypoint: ${JSON.stringify(instead).replaceAll('$', '$$$$')}\n    command: []\n`)}
${reaches === undefined ? '' : reaching(reaches)}
overridden "$root/docker-compose.yml" <"$folder/lines" >"$folder/override.yml"
said=$(composed "$root/docker-compose.yml" "$folder/override.yml" ${reaches === undefined || reaches.length === 0 ? '' : '-f "$folder/reaches.yml" '}run -d --no-deps --name "$trial" "$service" 2>&1) && runs=yes || runs=
wait "$ports" || { cat "$folder/taken"; exit 1; }
[ -n "$runs" ] || refused "$said"
${instead === undefined ? 'gets_ready' : 'ends_well'} "$trial"`
