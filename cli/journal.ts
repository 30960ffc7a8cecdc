import type { Service } from './services.js'

export interface Wanted {
  readonly services: ReadonlyArray<Service>
  readonly follow: boolean
  readonly lines: number | undefined
  /** In journalctl's words. */
  readonly since: string | undefined
  readonly json: boolean
}

const ENOUGH = 100
const FEW = 10

/** As many as were asked for; otherwise all since then, or the last few. */
export const linesWanted = ({ follow, lines, since }: Pick<Wanted, 'follow' | 'lines' | 'since'>): number | undefined =>
  lines ?? (since !== undefined ? undefined : follow ? FEW : ENOUGH)

/** The command that shows it on the host. */
export const journalctl = ({ services, follow, lines: asked, since, json }: Wanted): ReadonlyArray<string> => {
  const lines = linesWanted({ follow, lines: asked, since })
  return [
    'journalctl',
    '--quiet',
    '--no-pager',
    '--all',
    ...(json ? ['--output=json'] : ['--output=short-iso', '--no-hostname']),
    ...(follow ? ['--follow'] : []),
    ...(lines === undefined ? [] : [`--lines=${lines}`]),
    ...(since === undefined ? [] : [`--since=${since}`]),
    ...services.flatMap(({ units }) => units.map(unit => `--unit=${unit}`)),
  ]
}

export interface Entry {
  readonly time: string
  readonly unit: string
  readonly text: string
}

/** Of `--output=json`, a line each; what is no text comes as numbers. */
export const entriesIn = (text: string): ReadonlyArray<Entry> =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const { MESSAGE: said, UNIT, _SYSTEMD_UNIT, __REALTIME_TIMESTAMP: micros } = JSON.parse(line) as { readonly [key: string]: unknown }
      return {
        time: new Date(Number(micros) / 1000).toISOString(),
        unit: String(UNIT ?? _SYSTEMD_UNIT ?? ''),
        text: Array.isArray(said) ? Buffer.from(said).toString('utf8') : String(said ?? ''),
      }
    })

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of what was logged.
const COLORS = /\u001b\[[0-9;?]*[A-Za-z]/g

export const withoutColors = (text: string): string => text.replace(COLORS, '')
