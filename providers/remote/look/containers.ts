import type { Asks } from '../../../engine/contract.js'
import { isRecord } from '../../../specs/codec.js'
import type { Json } from '../../../specs/json.js'
import { KEPT } from '../place.js'
import { word, words } from '../words.js'
import { keysOf, linesOf, type Question, Unread } from './question.js'

/** Without an engine there is nothing. One that is stopped can't be asked, since its socket would start it: nobody knows what it has. */
const ENGINE_THERE =
  '{ ! command -v dockerd >/dev/null || { engine_runs && [ -S /run/docker.sock ]; } || exit 3; } && command -v dockerd >/dev/null'
const DOCKER = 'timeout 20 docker --host unix:///run/docker.sock'

const label = (name: string): string => `{{json (index .Config.Labels "${name}")}}`

/** Its environment never leaves the host. */
const CONTAINER = `{"project":${label('com.docker.compose.project')},"service":${label('com.docker.compose.service')},"digest":${label(
  'deployer.digest',
)},"image":{{json .Config.Image}},"status":{{json .State.Status}},"exit":{{.State.ExitCode}},"restart":{{json .HostConfig.RestartPolicy.Name}},"health":{{if .State.Health}}{{json .State.Health.Status}}{{else}}"none"{{end}},"restarts":{{.RestartCount}},"created":{{json .Created}},"networks":[{{$comma := ""}}{{range $name, $_ := .NetworkSettings.Networks}}{{$comma}}{{json $name}}{{$comma = ","}}{{end}}]}`

/** One that is gone between being listed and being asked makes the second question fail: then both are asked again. */
export const containers: Question<'container'> = {
  ask: 'container',
  settled: (found, { wanted }) => (wanted === undefined ? found : { ...found, same: found.digest === wanted }),
  script: probes => {
    const projects = [...new Set(keysOf(probes).map(projectOf))]
    const only = projects.length === 1 ? `=${projects[0]}` : ''
    return `if ${ENGINE_THERE}; then
  for turn in 1 2 3; do
    ids=$(${DOCKER} ps -aq --no-trunc --filter ${word(`label=com.docker.compose.project${only}`)} --filter label=com.docker.compose.oneoff=False) || exit 1
    if [ -z "$ids" ]; then exit 0; fi
    if told=$(${DOCKER} inspect --type container --format ${word(CONTAINER)} $ids); then break; fi
    told=
  done
  [ -n "$told" ] && printf '%s\\n' "$told" || exit 1
  if cd ${KEPT}/ups 2>/dev/null; then for p in */*/pending; do if [ -f "$p" ]; then echo "pending \${p%/pending}"; fi; done; fi
fi
true`
  },
  parse: (text, probes) => {
    const lines = linesOf(text)
    const pending = new Set(lines.flatMap(line => /^pending (.*)$/.exec(line)?.[1] ?? []))
    const told = lines.filter(line => line.startsWith('{')).map(line => parsed(line, isTold))
    return new Map(
      keysOf(probes).flatMap(key => {
        const one = told.filter(({ project, service }) => `${project}/${service}` === key).sort(newestOfRunning)[0]
        return one === undefined ? [] : [[key, seenOf(one, pending.has(key))] as const]
      }),
    )
  },
}

const projectOf = (key: string): string => key.slice(0, key.indexOf('/'))

interface Told {
  readonly project: string
  readonly service: string
  readonly digest: string
  readonly image: string
  readonly status: string
  readonly exit?: number
  /** What makes the engine start it again. */
  readonly restart?: string
  readonly health: Asks['container']['health']
  readonly restarts: number
  readonly created: string
  readonly networks: ReadonlyArray<string>
}
const isTold = (value: Json): value is Json & Told =>
  isRecord(value) &&
  ['project', 'service', 'digest', 'image', 'status', 'health', 'created'].every(name => typeof value[name] === 'string') &&
  Array.isArray(value.networks)

const parsed = <A>(line: string, is: (value: Json) => value is Json & A): A => {
  const value = JSON.parse(line) as Json
  if (!is(value)) throw new Unread('the engine answered in no way that is known')
  return value
}

/** A start that was cut off leaves the next one beside the one that runs. */
const newestOfRunning = (a: Told, b: Told): number =>
  Number(b.status === 'running') - Number(a.status === 'running') || (a.created < b.created ? 1 : -1)

const ONCE: ReadonlySet<string> = new Set(['no', 'on-failure'])

/** Of one whose start was cut off nobody knows whether it serves: it counts as started with nothing. */
const seenOf = ({ image, status, exit, restart = '', health, restarts, digest, networks }: Told, pending: boolean): Asks['container'] => ({
  image,
  running: status === 'running',
  ...((status === 'paused' || status === 'restarting') && { instead: status }),
  ...(status === 'exited' && exit === 0 && ONCE.has(restart) && { ended: true as const }),
  health,
  restarts,
  digest: pending ? '' : digest,
  networks,
})

/** Prints of those that are there; what else it says must be that the others are not. */
const ofThose = (command: string): string => `if ${ENGINE_THERE}; then
  said=$(${DOCKER} ${command} 2>&1)
  printf '%s\\n' "$said" | grep '^{'
  ! printf '%s\\n' "$said" | grep -v -e '^{' -e '^$' | grep -qvi -e 'not found' -e 'no such'
fi`

const NETWORK =
  '{"name":{{json .Name}},"bridge":{{json (index .Options "com.docker.network.bridge.name")}},"inside":{{.Internal}},"ipv6":{{.EnableIPv6}},"subnets":[{{range $i, $c := .IPAM.Config}}{{if $i}},{{end}}{{json $c.Subnet}}{{end}}],"labels":{{json .Labels}}}'

interface ToldNetwork {
  readonly name: string
  readonly bridge: string
  readonly inside: boolean
  readonly ipv6: boolean
  readonly subnets: ReadonlyArray<string>
  readonly labels: { readonly [key: string]: string } | null
}
const isNetwork = (value: Json): value is Json & ToldNetwork =>
  isRecord(value) && typeof value.name === 'string' && typeof value.bridge === 'string' && Array.isArray(value.subnets)

export const networks: Question<'network'> = {
  ask: 'network',
  script: probes => ofThose(`network inspect --format ${word(NETWORK)} ${words(keysOf(probes))}`),
  parse: text =>
    new Map(
      linesOf(text).map(line => {
        const { name, bridge, inside, ipv6, subnets, labels } = parsed(line, isNetwork)
        const subnet = ipv6 ? subnets.find(one => one.includes(':')) : undefined
        const network = { bridge, ...(inside && { inside }), ...(subnet !== undefined && { ipv6: subnet }), labels: labels ?? {} }
        return [name, network] as const
      }),
    ),
}

const IMAGE = '{"id":{{json .Id}},"digests":{{json .RepoDigests}},"tags":{{json .RepoTags}}}'

interface ToldImage {
  readonly id: string
  readonly digests: ReadonlyArray<string> | null
  readonly tags: ReadonlyArray<string> | null
}
const isImage = (value: Json): value is Json & ToldImage => isRecord(value) && typeof value.id === 'string'

/** As the engine shows it: what comes from Docker's own registry goes without its name. */
const familiar = (name: string): string => name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '')

const REFERENCE = /^(.+?)(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/

const digestOf = (reference: string, told: ReadonlyArray<ToldImage>): string | undefined => {
  const [, name = '', tag = 'latest', digest] = REFERENCE.exec(reference) ?? []
  const at = `${familiar(name)}@`
  if (digest !== undefined) return told.some(({ digests }) => digests?.includes(`${at}${digest}`)) ? digest : undefined
  const one = told.find(({ tags }) => tags?.includes(`${familiar(name)}:${tag}`))
  return one === undefined ? undefined : (one.digests?.find(known => known.startsWith(at))?.slice(at.length) ?? one.id)
}

export const images: Question<'image'> = {
  ask: 'image',
  script: probes => ofThose(`image inspect --format ${word(IMAGE)} ${words(keysOf(probes))}`),
  parse: (text, probes) => {
    const told = linesOf(text).map(line => parsed(line, isImage))
    return new Map(
      keysOf(probes).flatMap(key => {
        const digest = digestOf(key, told)
        return digest === undefined ? [] : [[key, { digest }] as const]
      }),
    )
  },
}
