import type { Step, StepOf } from '../../../engine/contract.js'
import type { After, Fault } from '../../../specs/fault.js'
import { excerptOf } from './excerpt.js'
import { LOG, SAYS } from './service.js'

interface Failed {
  readonly host: string
  readonly step: Step | undefined
  readonly said: string
}

interface Heard {
  readonly words: ReadonlyMap<string, ReadonlyArray<string>>
  readonly log: ReadonlyArray<string>
  readonly raw: string
  /** What the host added: where it has no room left. */
  readonly rest: string
}

const heardIn = (said: string): Heard | undefined => {
  const lines = said.split('\n')
  const words = lines.flatMap(line => (line.startsWith(SAYS) ? [line.slice(SAYS.length).split(' ')] : []))
  if (words.length === 0) return undefined
  const raw = lines.flatMap(line => (line.startsWith(LOG) ? [line.slice(LOG.length)] : [])).join('\n')
  const rest = lines.filter(line => !line.startsWith(SAYS) && !line.startsWith(LOG)).join('\n')
  return { words: new Map(words.map(([first = '', ...more]) => [first, more])), log: excerptOf(raw), raw, rest }
}

const afterOf = ({ words }: Heard): After => {
  if (words.has('back')) return 'back'
  return words.has('removed') ? 'gone' : 'broken'
}

const DISK = /no space left on device/i

/** What a trial or a start says by itself; what its container said is no word of the host's. */
export const containerTrouble = ({ host, step, said }: Failed): Fault | undefined => {
  if (step?.do !== 'try' && step?.do !== 'up') return undefined
  const heard = heardIn(said)
  if (heard === undefined || DISK.test(heard.rest) || (heard.words.has('refused') && DISK.test(heard.raw))) return undefined
  return takenBefore(host, step, heard) ?? (step.do === 'try' ? ofTrial(host, step, heard) : ofStart(host, step, heard))
}

const takenBefore = (host: string, { service }: StepOf<'try'> | StepOf<'up'>, { words }: Heard): Fault | undefined => {
  const [key = '', what, ...names] = words.get('taken') ?? []
  const [port, proto] = key.split('/')
  if (proto !== 'tcp' && proto !== 'udp') return undefined
  const name = names.join(' ')
  return { code: 'PORT_TAKEN', host, port: Number(port), proto, by: what === 'container' ? `the container ${name}` : name, for: service }
}

/** Compose takes all services of its file or none: the one at fault is the one that it names. */
const atFault = ({ words, raw }: Heard): string | undefined =>
  words.has('refused')
    ? /^validating \S+: services\.([^. ]+)|^service "([^"]+)" /m
        .exec(raw)
        ?.slice(1)
        .find(name => name !== undefined)
    : undefined

const ofTrial = (host: string, { service }: StepOf<'try'>, heard: Heard): Fault => {
  const { words, log } = heard
  const [exit] = words.get('ended') ?? []
  const [seconds] = words.get('unready') ?? []
  return {
    code: 'CONFIG_REFUSED',
    host,
    service: atFault(heard) ?? service,
    ...(exit !== undefined && { exit: Number(exit) }),
    ...(seconds !== undefined && { seconds: Number(seconds) }),
    log,
  }
}

/** As the engine says it, with its own proxy and without. */
const ALLOCATED = /:(\d+) failed: port is already allocated|listen (tcp|udp)[46]? \S*?:(\d+): bind: address already in use/

const ofStart = (host: string, { service }: StepOf<'up'>, heard: Heard): Fault => {
  const { words, log, raw } = heard
  const after = afterOf(heard)
  const [exit, times] = words.get('ended') ?? []
  if (times !== undefined) return { code: 'CONTAINER_CRASH_LOOP', host, service, times: Number(times), exit: Number(exit), log, after }
  const [seconds] = words.get('unready') ?? []
  if (seconds !== undefined) return { code: 'CONTAINER_UNREADY', host, service, seconds: Number(seconds), log, after }
  const [allocated, port, proto, bound] = ALLOCATED.exec(raw) ?? []
  if (allocated === undefined) return { code: 'CONTAINER_UNSTARTABLE', host, service, log, after }
  const known = proto === 'tcp' || proto === 'udp' ? { proto: proto as 'tcp' | 'udp' } : {}
  return { code: 'PORT_TAKEN', host, port: Number(port ?? bound), ...known, by: '', for: service, after }
}

const UNKNOWN = /manifest unknown|name unknown|repository name not known|manifest for \S+ not found/
const UNTRUSTED = /x509:|tls:|HTTP response to HTTPS client/
const REFUSED = /denied|unauthorized|no basic auth credentials|forbidden/i
const SILENT =
  /dial tcp|timeout|deadline exceeded|unexpected EOF|: EOF|connection reset|unexpected HTTP status: [45]|toomanyrequests|no such host|proxyconnect/i

/** Why an engine has not got an image. It asks its mirrors first, and says only what the last one said. */
export const pullTrouble = ({ host, step, said }: Failed): Fault | undefined => {
  if (step?.do !== 'pull') return undefined
  if (DISK.test(said)) return { code: 'DISK_FULL', where: host, path: '/var/lib/docker' }
  const why = /^Error response from daemon: (.*)$/m.exec(said)?.[1] ?? said.trim().split('\n').at(-1) ?? ''
  const { image } = step
  const tried = [`${host}: ${why}`]
  if (UNKNOWN.test(why)) return { code: 'IMAGE_MISSING', image, tried }
  if (UNTRUSTED.test(why)) return { code: 'REGISTRY_UNTRUSTED', image, tried }
  if (REFUSED.test(why)) return { code: 'REGISTRY_REFUSED', image, tried }
  return SILENT.test(why) ? { code: 'REGISTRY_UNREACHABLE', image, tried } : undefined
}
