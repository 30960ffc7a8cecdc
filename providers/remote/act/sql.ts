import { accountIn } from '../../../engine/account.js'
import type { StepOf } from '../../../engine/contract.js'
import { INSIDE, inServer, lying } from '../database.js'
import { word } from '../words.js'

export const ROOT_REFUSED = 'deployer:root-refused'

/**
 * A server that is told to retain a password, and then told the same again, retains that: the one before is refused from then on. So
 * whoever is let in with it already, `told USER PASSWORD`, is left as they are.
 *
 * A server that has just been started, or is starting again by itself, is waited for.
 */
const AS_ROOT = `${INSIDE}
knows=
for i in $(seq 60); do
  case $(client root '' --execute= --silent 2>&1 </dev/null) in *'ERROR 2'[0-9][0-9][0-9]' ('*) sleep 0.5;; *) break;; esac
done
while read -r name by code; do
  if [ "$name" = end ]; then break; fi
  decoded "$code"
  if [ "$name" = told ]; then
    if serves "$by" "$clear"; then knows=yes; fi
    continue
  fi
  if [ -z "$root" ] && enter root "$clear" 'SELECT 1'; then root=$by password=$clear; fi
done
for one in "$MYSQL_ROOT_PASSWORD" ''; do
  if [ -z "$root" ] && enter root "$one" 'SELECT 1'; then root=first password=$one; fi
done
[ -n "$root" ] || { echo ${ROOT_REFUSED}; exit 1; }
if [ -n "$knows" ]; then cat >/dev/null; exit 0; fi
{ echo "SET SESSION sql_mode = '';"; cat; } | client root "$password" --batch --unbuffered`

/** For THINGS. */
export const DATABASE = `
sql_as_root() ( # PROJECT SERVICE FOLDER [USER PASSWORD]: statements come in
  lost() { if [ "$1" = none ]; then echo 'No such container'; else shift; echo "$*"; fi; exit 1; }
  { ${lying({ folder: '"$3"' }, 'root')}; if [ $# = 5 ]; then printf 'told %s %s\\n' "$4" "$5"; fi; echo end; cat; } | {${inServer({ project: '"$1"', service: '"$2"' }, AS_ROOT)}
  }
)
account_there() { # PROJECT/SERVICE/USER FOLDER
  at=\${1%% *} folder=\${1#* }
  user=\${at##*/} at=\${at%/*}
  said=$(echo "SELECT 'there' FROM mysql.user WHERE user = '$user' AND host = IF(user = 'root', 'localhost', '%');" | sql_as_root "\${at%%/*}" "\${at#*/}" "$folder" 2>/dev/null)
  [ "$said" = there ]
}
account_drop() { # PROJECT/SERVICE/USER FOLDER: with its server it is gone already
  at=\${1%% *} folder=\${1#* }
  user=\${at##*/} at=\${at%/*}
  command -v docker >/dev/null || return 0
  there=$(docker --host unix:///run/docker.sock ps -aq --filter label=com.docker.compose.project="\${at%%/*}" --filter label=com.docker.compose.service="\${at#*/}" --filter label=com.docker.compose.oneoff=False) || return 1
  [ -n "$there" ] || return 0
  echo "DROP USER IF EXISTS '$user'@'%';" | sql_as_root "\${at%%/*}" "\${at#*/}" "$folder"
}
`

/** Statement and password go from shell to shell: no list of arguments has them. */
export const sqlScript = ({ project, service, folder, account, retains }: StepOf<'sql'>, statement: string, password?: string): string => {
  const spares = retains === true && account !== undefined && password !== undefined
  const told = spares ? ` ${word(accountIn(account).user)} "$(printf %s ${word(password)} | base64 -w 0)"` : ''
  return `printf '%s\\n' ${word(statement)} | sql_as_root ${word(project)} ${word(service)} ${word(folder)}${told}`
}
