import { inside } from '../inside.js'

/** What a host itself has to say of a stack. */
export interface Seen {
  /** Which container it is and since when it runs, by the service's name. */
  readonly starts: ReadonlyMap<string, string>
  /** Of every file of ours and of the system, but for what programs write while they run. */
  readonly files: ReadonlyMap<string, string>
}

const CUT = '--- files'

const scriptFor = (project: string): string => `docker ps -aq --filter label=com.docker.compose.project=${project} |
  xargs -r docker inspect -f '{{index .Config.Labels "com.docker.compose.service"}} {{.Id}} {{.State.StartedAt}}'
echo '${CUT}'
find /etc /opt /usr/local -xdev -type f ! -path '/opt/*/storage/mysql/data/*' ! -path '/opt/*/storage/tracker/lib/*' \\
  ! -path '/opt/*/storage/tracker/log/*' -exec sha256sum {} +`

/** The machine is called as its environment. */
export const seenOn = async (name: string): Promise<Seen> => {
  const [starts = [], files = []] = (await inside(name, scriptFor(name))).split(`${CUT}\n`).map(text => text.split('\n').filter(Boolean))
  return {
    starts: new Map(starts.map(line => [line.split(' ')[0] ?? '', line])),
    files: new Map(files.map(line => [line.slice(66), line.slice(0, 64)])),
  }
}

export const changed = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): ReadonlyArray<string> =>
  [...new Set([...before.keys(), ...after.keys()])].filter(key => before.get(key) !== after.get(key)).sort()

/** Services that were there before, are there now, and stopped in between. */
export const restartedIn = (before: Seen, after: Seen): ReadonlyArray<string> =>
  changed(before.starts, after.starts).filter(service => before.starts.has(service) && after.starts.has(service))
