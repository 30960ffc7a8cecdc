import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** What lxc or incus knows of a server. */
export interface KnownRemote {
  readonly addr: string
  readonly protocol: string
  readonly project?: string
  readonly folder: string
  readonly name: string
}
/** Where this user's settings are. */
export interface Home {
  readonly home: string
  readonly env: { readonly [name: string]: string | undefined }
}

const foldersOf = ({ home, env }: Home): ReadonlyArray<string> =>
  [
    ...[env.LXD_CONF, env.INCUS_CONF].filter(folder => folder !== undefined && folder !== ''),
    ...['.config/lxc', 'snap/lxd/common/config', '.config/incus'].map(folder => join(home, folder)),
  ] as ReadonlyArray<string>

const textAt = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } => typeof value === 'object' && value !== null
const wordOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const remotesIn = (folder: string): ReadonlyArray<KnownRemote> => {
  const text = textAt(join(folder, 'config.yml'))
  const read = text === undefined ? undefined : settled(text)
  const remotes = isRecord(read) && isRecord(read.remotes) ? read.remotes : {}
  return Object.entries(remotes).flatMap(([name, remote]) => {
    const addr = isRecord(remote) ? wordOf(remote.addr) : undefined
    if (!isRecord(remote) || addr === undefined) return []
    const project = wordOf(remote.project)
    return [{ name, addr, protocol: wordOf(remote.protocol) ?? 'lxd', folder, ...(project !== undefined && { project }) }]
  })
}

/** A file of somebody else's that is no YAML says nothing. */
const settled = (text: string): unknown => {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

/** The first of a name counts. */
export const knownRemotes = (home: Home): ReadonlyArray<KnownRemote> => foldersOf(home).flatMap(remotesIn)

/** How the server is known, and how it knows us. */
export const certificatesOf = ({ folder, name }: KnownRemote) => ({
  certificate: textAt(join(folder, 'client.crt')),
  key: textAt(join(folder, 'client.key')),
  pinned: textAt(join(folder, 'servercerts', `${name}.crt`)),
})
