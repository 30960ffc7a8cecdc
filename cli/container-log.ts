import { type Entry, linesWanted, type Wanted } from './journal.js'

export interface Container {
  readonly project: string
  readonly service: string
}

const SCRIPT = `c=$(docker ps -aq --filter "label=com.docker.compose.project=$1" --filter "label=com.docker.compose.service=$2" | head -n 1)
[ -n "$c" ] || { echo "$2 has no container here" >&2; exit 1; }
when=$3
shift 3
if [ -n "$when" ]; then set -- --since "$(date -d "$when" +%s)" "$@"; fi
exec docker logs "$@" "$c" 2>&1`

const SPANS: { readonly [unit: string]: string } = { s: 'seconds', m: 'minutes', min: 'minutes', h: 'hours', d: 'days', w: 'weeks' }

/** A time in journalctl's words, in those of date. */
const dateOf = (since: string): string => {
  const [, count, unit = ''] = /^-(\d+)([a-z]+)$/.exec(since) ?? []
  if (count !== undefined) return `-${count} ${SPANS[unit] ?? unit}`
  return since === 'today' || since === 'yesterday' ? `${since} 0:00` : since
}

/** The command that shows it on the host: what its container printed, on both streams. */
export const dockerLogs = (
  { project, service }: Container,
  { follow, since, json, ...wanted }: Omit<Wanted, 'services'>,
): ReadonlyArray<string> => {
  const lines = linesWanted({ follow, since, ...wanted })
  return [
    ...['sh', '-c', SCRIPT, 'sh', project, service, since === undefined ? '' : dateOf(since)],
    ...(json ? ['--timestamps'] : []),
    ...(follow ? ['--follow'] : []),
    ...(lines === undefined ? [] : [`--tail=${lines}`]),
  ]
}

/** Of lines with their times in front. */
export const entriesOf = (text: string, service: string): ReadonlyArray<Entry> =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const [, time = '', said = ''] = /^(\S+) ?(.*)$/.exec(line) ?? []
      return { time: new Date(time).toISOString(), unit: service, text: said }
    })
