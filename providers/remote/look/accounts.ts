import { createHash } from 'node:crypto'
import { type AccountAt, accountIn } from '../../../engine/account.js'
import type { Asks } from '../../../engine/contract.js'
import { INSIDE, inServer, lying } from '../database.js'
import { word, words } from '../words.js'
import { keysOf, linesOf, type Question, Unread } from './question.js'

/** What root is asked; the rest says which passwords the server takes. `first`: the one that it was made with. */
const LOOK = `${INSIDE}
while read -r name by code; do
  decoded "$code"
  if [ "$name" != root ]; then if serves "$name" "$clear"; then echo "takes $name $by"; fi
  elif [ -z "$root" ] && enter root "$clear" "$1"; then root=$by told=$said; fi
done
if [ -z "$root" ]; then if enter root "$MYSQL_ROOT_PASSWORD" "$1" || enter root '' "$1"; then root=first told=$said; fi; fi
[ -z "$root" ] || printf 'takes root %s\\n%s\\n' "$root" "$told"`

const questionOf = (users: ReadonlyArray<string>): string => {
  const names = users.map(user => `'${user}'`)
  const retains = "IF(JSON_CONTAINS_PATH(User_attributes, 'one', '$.additional_password'), ' retains', '')"
  const asked = [
    ...names.map(name => `SELECT CONCAT('user ', user, ${retains}) FROM mysql.user WHERE host = '%' AND user = ${name}`),
    "SELECT CONCAT('database ', schema_name) FROM information_schema.schemata WHERE schema_name NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')",
    ...names.map(name => `SHOW GRANTS FOR ${name}@'%'`),
  ]
  return asked.map(one => `${one};`).join(' ')
}

interface Server extends Pick<AccountAt, 'project' | 'service' | 'folder'> {
  readonly users: ReadonlyArray<string>
}
const idOf = ({ project, service, folder }: Omit<AccountAt, 'user'>): string => `${project}/${service} ${folder}`

const serversOf = (keys: ReadonlyArray<string>): ReadonlyArray<Server> => {
  const servers = new Map<string, Server>()
  for (const { user, ...at } of keys.map(accountIn)) {
    const server = servers.get(idOf(at)) ?? { ...at, users: [] }
    servers.set(idOf(at), { ...server, users: user === 'root' ? server.users : [...server.users, user] })
  }
  return [...servers.values()]
}

const scriptOf = (server: Server, nonce: string): string => `printf 'server %s\\n' ${word(idOf(server))}
for u in root ${words(server.users)}; do for by in current next; do
  f=${word(server.folder)}/$u; if [ $by = next ]; then f=$f.next; fi
  [ ! -f "$f" ] || { printf 'lies %s %s ' "$u" $by; { printf %s ${nonce}; cat -- "$f"; } | sha256sum; }
done; done
( ${lying(quoted(server), `root ${words(server.users)}`)}; ) | (
  lost() { echo "$*"; exit 0; }${inServer(quoted(server), LOOK, word(questionOf(server.users)))} || lost down it went away
)`

const quoted = ({ project, service, folder }: Server) => ({ project: word(project), service: word(service), folder: word(folder) })

export interface Account extends Omit<Asks['account'], 'accepts' | 'by'> {
  /** Digests under the nonce of the passwords that the server takes. */
  readonly takes: { readonly [by in 'current' | 'next' | 'first']?: string }
}

const GRANT = /^GRANT (.+) TO `((?:[^`]|``)+)`@`%`( WITH GRANT OPTION)?$/
const valuesOf = (lines: ReadonlyArray<string>, start: string): ReadonlyArray<string> =>
  lines.flatMap(line => (line.startsWith(start) ? [line.slice(start.length)] : []))

const accountOf = (user: string, lines: ReadonlyArray<string>): Account | undefined => {
  const taken = valuesOf(lines, `takes ${user} `)
  const knows = valuesOf(lines, 'takes root ').length > 0
  const [there] = lines.filter(line => line === `user ${user}` || line === `user ${user} retains`)
  if (user !== 'root' && knows && there === undefined) return undefined
  const lies = new Map(valuesOf(lines, `lies ${user} `).map(line => line.split(/ +/, 2) as [string, string]))
  const grants = lines.flatMap(line => {
    const [, what = '', to, option = ''] = GRANT.exec(line) ?? []
    return to === user && what !== 'USAGE ON *.*' ? [`${what}${option}`] : []
  })
  return {
    takes: Object.fromEntries(taken.map(by => [by, lies.get(by) ?? ''])),
    ...(there?.endsWith(' retains') === true && { retains: true as const }),
    grants: grants.sort(),
    databases: [...valuesOf(lines, 'database ')].sort(),
  }
}

export const accounts: Question<'account'> = {
  ask: 'account',
  script: (probes, nonce) =>
    `${serversOf(keysOf(probes))
      .map(server => scriptOf(server, nonce))
      .join('\n')}\ntrue`,
  parse: (text, probes) => {
    const servers = new Map<string, Array<string>>()
    for (const line of linesOf(text)) {
      const [id] = valuesOf([line], 'server ')
      if (id === undefined) [...servers.values()].at(-1)?.push(line)
      else servers.set(id, [])
    }
    return new Map(
      keysOf(probes).flatMap(key => {
        const { user, ...at } = accountIn(key)
        const said = servers.get(idOf(at)) ?? []
        const [down] = valuesOf(said, 'down ')
        if (down !== undefined) return [[key, new Unread(down)] as const]
        const account = said.includes('none') ? undefined : accountOf(user, said)
        return account === undefined ? [] : [[key, account as never] as const]
      }),
    )
  },
  settled: (account, { nonce, wanted }) => {
    const { takes, ...rest } = account as unknown as Account
    const right = wanted === undefined ? undefined : createHash('sha256').update(nonce).update(wanted).digest('hex')
    const by = (['current', 'next'] as const).filter(one => takes[one] !== undefined)
    const best = by.find(one => takes[one] === right) ?? by[0]
    const accepts =
      best === undefined ? (takes.first === undefined ? 'neither' : 'previous') : takes[best] === right ? 'wanted' : 'previous'
    return { accepts, ...(best && { by: best }), ...rest }
  },
}
