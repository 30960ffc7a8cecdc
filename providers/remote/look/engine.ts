import type { Asks } from '../../../engine/contract.js'
import { isRecord } from '../../../specs/codec.js'
import type { Json } from '../../../specs/json.js'
import { type Question, Unread } from './question.js'

type Config = Asks['engine']['config']

/** Of some fourteen thousand bytes. */
const TOLD =
  '{"version":{{json .ServerVersion}},"restore":{{json .LiveRestoreEnabled}},"experimental":{{json .ExperimentalBuild}},"mirrors":{{json .RegistryConfig.Mirrors}},"plugins":{{json .ClientInfo.Plugins}}}'

/**
 * The engine doesn't tell all of what it has loaded. It has loaded its file when it started after the file was written;
 * otherwise only what it says itself counts. A stopped one is not asked: its socket would start it.
 */
export const engine: Question<'engine'> = {
  ask: 'engine',
  script: () => `if command -v docker >/dev/null && engine_runs && [ -S /run/docker.sock ]; then
  info=$(timeout 20 docker --host unix:///run/docker.sock info --format '${TOLD}' 2>/dev/null) && printf 'info %s\\n' "$info"
  f=/etc/docker/daemon.json
  pid=$(cat /run/docker.pid 2>/dev/null) && [ -d "/proc/$pid" ] && if [ "/proc/$pid" -nt $f ] && [ -e $f ]; then
    printf 'file '; base64 -w 0 $f; echo; fi
fi
true`,
  parse: text => {
    const info = /^info (.*)$/m.exec(text)?.[1]
    if (info === undefined) return new Map()
    const said = objectIn(info)
    const { version } = said
    if (typeof version !== 'string') return new Map()
    const file = /^file (.*)$/m.exec(text)?.[1]
    const config = file === undefined ? configSaid(said) : loaded(file)
    return new Map([['docker', { version: numberOf(version), compose: composeOf(said), config }]])
  },
}

const numberOf = (version: string): string => /\d+\.\d+\.\d+/.exec(version)?.[0] ?? version

const objectIn = (text: string): { readonly [key: string]: Json } => {
  const value: unknown = JSON.parse(text)
  if (!isRecord(value)) throw new Unread('the engine described itself in no way that is known')
  return value as { readonly [key: string]: Json }
}

const loaded = (file: string): Config => {
  try {
    return objectIn(Buffer.from(file, 'base64').toString('utf8'))
  } catch {
    return {}
  }
}

const composeOf = ({ plugins }: { readonly [key: string]: Json }): string => {
  const compose = (Array.isArray(plugins) ? plugins : []).find(plugin => isRecord(plugin) && plugin.Name === 'compose')
  return isRecord(compose) && typeof compose.Version === 'string' ? numberOf(compose.Version) : ''
}

const configSaid = ({ restore, experimental, mirrors }: { readonly [key: string]: Json }): Config => ({
  ...(restore === true && { 'live-restore': true }),
  ...(experimental === true && { experimental: true }),
  ...(Array.isArray(mirrors) && mirrors.length > 0 && { 'registry-mirrors': mirrors as ReadonlyArray<Json> }),
})
