import type { StepOf } from '../../../engine/contract.js'
import { ENGINE_RUNS } from '../engine.js'
import { KEPT } from '../place.js'
import { word, words } from '../words.js'

/** Units that outlive their batch. */
const FETCHES = 'fetch-'
const FETCHED = `${KEPT}/fetched`

/** Containers, networks and images as things: for THINGS. A container is known by `PROJECT/SERVICE`. */
export const CONTAINERS = String.raw`
DOCKER_HOST=unix:///run/docker.sock
export DOCKER_HOST
${ENGINE_RUNS}
engine_there() { command -v docker >/dev/null && engine_runs && [ -S /run/docker.sock ]; }

containers_of() { # PROJECT/SERVICE [FILTER]: also what a trial, or a start that was cut off, has left
  docker ps -aq --no-trunc --filter "label=com.docker.compose.project=${'$'}{1%%/*}" --filter "label=com.docker.compose.service=${'$'}{1#*/}" ${'$'}{2:+--filter "$2"}
}
container_gone() { # CONTAINER...: also those that somebody is just removing
  for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    if said=$(docker rm -f -v "$@" 2>&1 >/dev/null); then return 0; fi
    case $said in *'is already in progress'*) sleep 0.2;; *) printf '%s\n' "$said"; return 1;; esac
  done
  return 1
}
container_away() { # PROJECT/SERVICE: with its own signal and patience
  command -v docker >/dev/null || return 0
  ids=$(containers_of "$1") || return 1
  if [ -n "$ids" ]; then
    docker stop $ids >/dev/null
    container_gone $ids || return 1
  fi
  rm -rf "${KEPT}/ups/$1" "${KEPT}/tries/${'$'}{1%%/*}-${'$'}{1#*/}"
}

engine_needed() { engine_there || { echo 'Cannot connect to the Docker daemon. Is the docker daemon running?'; return 1; }; }
network_said() { # NAME: BRIDGE|INSIDE|SUBNET|LABELS
  docker network inspect --format '{{index .Options "com.docker.network.bridge.name"}}|{{.Internal}}|{{if .EnableIPv6}}{{range .IPAM.Config}}{{if gt (len (split .Subnet ":")) 1}}{{.Subnet}}{{end}}{{end}}{{end}}|{{json .Labels}}' "$1" 2>/dev/null
}
network_away() {
  command -v docker >/dev/null || return 0
  for c in $(docker ps -aq --filter "network=$1"); do docker network disconnect -f "$1" "$c" >/dev/null 2>&1; done
  said=$(docker network rm "$1" 2>&1) || case $said in *'not found'*) ;; *) printf '%s\n' "$said"; return 1;; esac
}
network_make() { # NAME SAID OPTION...: whoever was in it comes back into it, under the same name
  name=$1
  engine_needed || return 1
  if [ "$(network_said "$name")" = "$2" ]; then return 0; fi
  shift 2
  were=$(docker ps -aq --filter "network=$name")
  network_away "$name" && docker network create "$@" "$name" >/dev/null || return 1
  for c in $were; do
    service=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}' "$c")
    docker network connect ${'$'}{service:+--alias "$service"} "$name" "$c" || return 1
  done
}
bridge_sure() { # BRIDGE: to ask whether somebody else has its address keeps IPv6 from answering for the first 2 s of the first container
  for setting in dad_transmits router_solicitation_delay; do { echo 0 >"/proc/sys/net/ipv6/conf/$1/$setting"; } 2>/dev/null; done
  return 0
}

image_note() { # what is fetched before anybody holds it is not taken for the host's own
  present image "$1" || grep -sqxF -- "$1" ${FETCHED} || printf '%s\n' "$1" >>${FETCHED}
}
image_unnote() {
  [ ! -f ${FETCHED} ] || { grep -vxF -- "$1" ${FETCHED} >${FETCHED}.new; mv -f ${FETCHED}.new ${FETCHED}; }
}
image_had() { ! grep -sqxF -- "$1" ${FETCHED} && present image "$1"; }
images_away() { [ ! -f ${FETCHED} ] || while IFS= read -r image; do image_away "$image" </dev/null; done <${FETCHED}; }
image_away() { # but for one that somebody uses; one that is still on its way would come after that
  command -v docker >/dev/null || return 0
  systemctl stop '${FETCHES}*'
  image_unnote "$1"
  said=$(docker image rm "$1" 2>&1) || case $said in *'No such image'*|*'is using its'*|*'image is being used'*) ;; *) printf '%s\n' "$said"; return 1;; esac
}
`

/** Sorted, as the engine prints them. */
const saidOf = ({ bridge, inside, ipv6 = '', labels }: StepOf<'network'>): string =>
  `${bridge}|${inside === true}|${ipv6}|${JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))))}`

export const networkScript = (step: StepOf<'network'>): string => {
  const { name, bridge, inside, ipv6, labels } = step
  const options = [
    ...['--driver', 'bridge', '--opt', `com.docker.network.bridge.name=${bridge}`],
    ...(inside ? ['--internal'] : []),
    ...(ipv6 === undefined ? [] : ['--ipv6', '--subnet', ipv6]),
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
  ]
  const sure = ipv6 === undefined ? '' : ` && bridge_sure ${word(bridge)}`
  return `network_make ${word(name)} ${word(saidOf(step))} ${words(options)}${sure}`
}

const withLogin = (login: string | undefined): string => (login === undefined ? '' : `--config ${word(login)} `)

/** The engine has one go at a layer, whoever asks for it: a pull that comes meanwhile joins in. */
export const fetchScript = ({ images, login }: StepOf<'fetch'>): string =>
  `engine_needed || exit 1
for i in ${words(images)}; do image_note "$i" || exit 1; done
systemd-run --quiet --collect --no-block --unit="${FETCHES}$BATCH" -E DOCKER_HOST="$DOCKER_HOST" /bin/sh -c 'for i; do docker ${withLogin(login)}pull -q "$i" & done; wait' sh ${words(images)}`

/** Its lines say how far it is: more of them than a line that is slow leaves us patience for silence. */
export const pullScript = ({ image, login }: StepOf<'pull'>): string =>
  `engine_needed || exit 1
if docker image inspect ${word(image)} >/dev/null 2>&1; then exit 0; fi
docker ${withLogin(login)}pull ${word(image)}`

export const signalScript = ({ project, service, signal }: StepOf<'signal'>): string =>
  `engine_needed || exit 1
ids=$(containers_of ${word(`${project}/${service}`)} status=running) || exit 1
[ -n "$ids" ] || { echo ${word(`${service} does not run`)}; exit 1; }
docker kill -s ${word(signal)} $ids >/dev/null`
