import type { Asks } from '../../../engine/contract.js'
import { word, words } from '../words.js'
import { keysOf, linesOf, type Question } from './question.js'

export const users: Question<'user'> = {
  ask: 'user',
  script: probes => `for u in ${words(keysOf(probes))}; do
  line=$(getent passwd "$u") || continue
  home=\${line%:*} home=\${home##*:}
  printf 'user %s\\ngroups %s\\nfirst %s\\n' "$line" "$(id -nG -- "$u")" "$(id -gn -- "$u")"
  if [ "$u" = root ] || { LC_ALL=C sudo -n -l -U "$u" 2>/dev/null | grep -q 'NOPASSWD: ALL$'; }; then echo sudo; fi
  if [ -f "$home/.ssh/authorized_keys" ]; then sed 's/^/key /' "$home/.ssh/authorized_keys"; echo; fi
done`,
  parse: text => {
    const found = new Map<string, Asks['user']>()
    let name = ''
    for (const line of linesOf(text)) {
      const [sort = ''] = line.split(' ', 1)
      const rest = line.slice(sort.length + 1)
      const user = found.get(name)
      if (sort === 'user') {
        const fields = rest.split(':')
        name = fields[0] ?? ''
        found.set(name, { shell: fields[6] || '/bin/sh', groups: [], sudo: false, keys: [] })
      } else if (user !== undefined) found.set(name, withLine(user, sort, rest))
    }
    return found
  },
}

const withLine = (user: Asks['user'], sort: string, rest: string): Asks['user'] => {
  if (sort === 'groups') return { ...user, groups: rest.split(' ').filter(group => group !== '') }
  if (sort === 'first') return { ...user, groups: user.groups.filter(group => group !== rest) }
  if (sort === 'sudo') return { ...user, sudo: true }
  const key = rest.trim()
  return sort !== 'key' || key === '' || key.startsWith('#') ? user : { ...user, keys: [...user.keys, key] }
}

export const members: Question<'member'> = {
  ask: 'member',
  script: probes =>
    keysOf(probes)
      .map(key => {
        const [user = '', group = ''] = key.split('/')
        return `case " $(id -nG -- ${word(user)} 2>/dev/null) " in *" "${word(group)}" "*) printf '%s\\n' ${word(key)};; esac`
      })
      .join('\n'),
  parse: text =>
    new Map(
      linesOf(text).map(key => {
        const [user = '', group = ''] = key.split('/')
        return [key, { user, group }] as const
      }),
    ),
}
