import { word } from './words.js'

/**
 * For the shell in a container of MySQL, which reads lines of `USER FILE PASSWORD`, the password in base64, so that none is in a list
 * of arguments there or here. Beside those that lie on the host root may still have the one that the server was made with, or, where
 * making it was cut off, none.
 */
export const INSIDE = `root= told= clear=
decoded() { clear=$(printf %s "$1" | base64 -d; printf x); clear=\${clear%x}; }
client() { MYSQL_PWD=$2 mysql --user="$1" --protocol=socket --default-character-set=utf8mb4 --connect-timeout=10 -N -B -r "$3" "$4"; }
enter() { # USER PASSWORD SQL
  said=$(client "$1" "$2" --force "--execute=$3" 2>&1 </dev/null)
  case $said in
    *'ERROR 2'[0-9][0-9][0-9]' ('*) echo "down $said"; exit 1;;
    *'ERROR 1045 ('*|*'ERROR 1698 ('*|*'ERROR 3118 ('*) return 1;;
  esac
}
serves() { # USER PASSWORD: one that is let in with a password that has expired may ask for nothing
  enter "$1" "$2" 'SELECT 1' && [ "$(printf '%s\\n' "$said" | tail -n 1)" = 1 ]
}`

/** Words of the shell. */
export interface At {
  readonly project: string
  readonly service: string
  readonly folder: string
}

export const lying = ({ folder }: Pick<At, 'folder'>, users: string): string => `for u in ${users}; do for by in current next; do
  f=${folder}/$u; if [ $by = next ]; then f=$f.next; fi
  [ ! -f "$f" ] || { printf '%s %s ' "$u" $by; base64 -w 0 -- "$f"; echo; }
done; done`

/** Where the server does not run, `lost none` or `lost down WHY` of whoever asks is called in its place. */
export const inServer = ({ project, service }: Pick<At, 'project' | 'service'>, script: string, args = ''): string => `
  command -v docker >/dev/null || lost none
  systemctl is-active -q docker.service || lost down the engine does not run
  there=$(timeout 20 docker --host unix:///run/docker.sock ps -a --no-trunc --filter label=com.docker.compose.project=${project} \\
    --filter label=com.docker.compose.service=${service} --filter label=com.docker.compose.oneoff=False --format '{{.State}} {{.ID}}') || lost down the engine does not answer
  [ -n "$there" ] || lost none
  id=$(printf '%s\\n' "$there" | sed -n 's/^running //p' | head -n 1)
  [ -n "$id" ] || lost down "the server is \${there%% *}"
  timeout 60 docker --host unix:///run/docker.sock exec -i "$id" sh -c ${word(script)} sh ${args}`
