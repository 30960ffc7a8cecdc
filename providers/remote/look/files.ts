import { gunzipSync } from 'node:zlib'
import type { Asks, Owned } from '../../../engine/contract.js'
import { words } from '../words.js'
import { Unread } from './question.js'
import { type Entry, parseTar } from './tar.js'

interface Paths {
  readonly open: ReadonlyArray<string>
  readonly secret: ReadonlyArray<string>
  readonly bare: ReadonlyArray<string>
}

/** All about paths in one question: of `secret` ones only a digest under the nonce leaves the host, of `bare` ones nothing but whose they are. */
export const filesScript = ({ open, secret, bare }: Paths, nonce: string): string =>
  `printf 'open '
for p in ${words(open)}; do
  if [ -f "$p" ] || [ -d "$p" ]; then printf '%s\\0' "$p"; fi
done | tar --format=gnu -chPf - --hard-dereference --no-recursion --null -T - | gzip -1 | base64 -w 0
printf '\\nend\\n'
for p in ${words(secret)}; do
  [ -f "$p" ] || continue
  printf 'secret %s ' "$(stat -L -c '%04a %U %u %G %g' -- "$p")"
  { printf %s ${nonce}; cat -- "$p"; } | sha256sum | { read -r digest _; printf '%s' "$digest"; }
  printf ' %s\\n' "$p"
done
for p in ${words(bare)}; do
  [ ! -f "$p" ] || printf 'bare %s -- %s\\n' "$(stat -L -c '%04a %U %u %G %g' -- "$p")" "$p"
done`

export interface Secret {
  readonly mode: string
  readonly owner: string
  readonly group: string
  readonly uid: string
  readonly gid: string
  readonly digest: string
}
export interface Files {
  readonly bare: ReadonlyMap<string, Omit<Secret, 'digest'>>
  readonly open: ReadonlyMap<string, Entry>
  readonly secret: ReadonlyMap<string, Secret>
}

export const parseFiles = (text: string): Files => {
  const [first = '', ...rest] = text.split('\n')
  const end = rest.indexOf('end')
  if (!first.startsWith('open ') || end !== 0) throw new Unread('files were not listed to their end')
  const entries = parseTar(gunzipSync(Buffer.from(first.slice('open '.length), 'base64')))
  const secret = new Map<string, Secret>()
  const bare = new Map<string, Omit<Secret, 'digest'>>()
  for (const line of rest.slice(1)) {
    if (line === '') continue
    const [, sort, mode = '', owner, uid = '', group, gid = '', digest = '', path] =
      /^(secret|bare) (\d+) (\S+) (\d+) (\S+) (\d+) ([0-9a-f]{64}|--) (.+)$/s.exec(line) ?? []
    if (path === undefined || (sort === 'bare') !== (digest === '--')) throw new Unread('a file could not be read')
    const known = { mode, owner: named(owner, uid), group: named(group, gid), uid, gid }
    if (sort === 'bare') bare.set(path, known)
    else secret.set(path, { ...known, digest })
  }
  return { open: new Map(entries.map(entry => [entry.path, entry])), secret, bare }
}

/** As `tar` has it too: who has no name on the host is a number. */
const named = (name = '', number: string): string => (name === 'UNKNOWN' ? number : name)

export const ownedBy = ({ mode, owner, group, uid, gid }: Entry | Omit<Secret, 'digest'>, numeric = false): Owned =>
  numeric ? { mode, owner: uid, group: gid } : { mode, owner, group }

export const fileOf = ({ open }: Files, path: string, numeric = false): Asks['file'] | undefined => {
  const entry = open.get(path)
  return entry === undefined || entry.folder ? undefined : { ...ownedBy(entry, numeric), content: entry.content.toString('utf8') }
}

export const dirOf = ({ open }: Files, path: string, numeric = false): Asks['dir'] | undefined => {
  const entry = open.get(path)
  return entry === undefined || !entry.folder ? undefined : ownedBy(entry, numeric)
}

/** A schedule as cron reads it. */
export const cronOf = (files: Files, path: string): Asks['cron'] | undefined => {
  const content = fileOf(files, path)?.content
  return content === undefined ? undefined : { lines: content.split('\n').filter(line => line.trim() !== '' && !line.startsWith('#')) }
}
