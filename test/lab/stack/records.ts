import { inside } from '../inside.js'
import type { Edit } from './changes.js'
import { good, type Running } from './running.js'

/** What a person reads before an edit is applied, and what the host's own records say of it afterwards. */
export const besideRecords = async (running: Running, { edit }: Edit): Promise<string> => {
  const { desk, name } = running
  running.file = edit(running.file)
  delete running.seen
  desk.write(running.file)
  const { stdout } = await desk.run('plan')
  const since = await inside(name, 'touch /run/before; date +%s')
  good(await desk.run('apply', '--yes'))
  return `${stdout.trimEnd()}\n\n${await inside(name, recordsSince(name, since.trim()))}`
}

/** Without what is only asked of containers. */
const EVENTS = ['create', 'start', 'stop', 'die', 'destroy', 'rename', 'restart', 'oom']

const recordsSince = (project: string, since: string): string => `echo "docker events:"
docker events --since ${since} --until "$(date +%s)" --filter type=container --filter label=com.docker.compose.project=${project} \\
  ${EVENTS.map(event => `--filter event=${event}`).join(' ')} --format '{{.Time}} {{.Action}} {{.Actor.Attributes.name}}' |
  while read -r at what; do echo "  $(date -u -d "@$at" +%T) $what"; done
echo "written, by their own times:"
find /etc /opt -xdev -type f -newer /run/before ! -path '/opt/*/storage/*/lib/*' ! -path '/opt/*/storage/*/log/*' ! -path '/opt/*/storage/mysql/data/*' -printf '  %TT %p\\n' |
  sed 's/\\.[0-9]*//' | sort
echo "running since:"
docker ps --filter label=com.docker.compose.project=${project} --format '{{.Names}}' | sort |
  while read -r name; do echo "  $(docker inspect -f '{{.State.StartedAt}}' "$name" | cut -c12-19) $name"; done`
