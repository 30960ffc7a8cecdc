import { line, show } from './color.js'
import type { Look } from './look.js'
import { clean, prose, say, upTo } from './text.js'

/** What is known of an environment without touching the network. */
export interface Here {
  readonly file: string
  readonly environment: string
  readonly provider: string
  readonly simulated: boolean
  /** `run 12, apply, done, 3 d ago`. Left out: nothing has been applied. */
  readonly lastRun?: string
  /** The next command: `deployer plan`. */
  readonly next: string
}

/** A command, and what it is for. */
export type Way = readonly [command: string, says: string]
/** How to begin. */
export interface Ways {
  readonly ways: ReadonlyArray<Way>
  readonly note?: string
}

const INDENT = '  '
const COLUMN = 28
const rows = (ways: ReadonlyArray<Way>, look: Look) =>
  ways.flatMap(([command, says]) => say(upTo(INDENT + command, COLUMN), prose(says, look), look).map(text => line(text)))
const said = (text: string, look: Look) => say('', text, look).map(one => line(one))

/** For `deployer` alone where there is no environment: what it is, and how to begin. */
export const renderGreeting = ({ ways, note }: Ways, look: Look): string =>
  show(
    [
      ...said('deployer makes a running BitTorrent tracker out of one file, and keeps it so.', look),
      line(''),
      ...said('There is no environment file here or in a folder above. Write one with:', look),
      line(''),
      ...rows(ways, look),
      ...(note === undefined ? [] : [line(''), ...said(prose(note, look), look)]),
      line(''),
      line('Then:'),
      line(''),
      ...rows(THEN, look),
      line(''),
      ...said('More: deployer --help. An environment elsewhere: deployer plan FILE', look),
    ],
    look,
  )

const THEN: ReadonlyArray<Way> = [
  ['deployer plan', 'see what would change; changes nothing'],
  ['deployer apply', 'see it, agree, have it done and tested'],
  ['deployer destroy', 'take it down, after typing its name'],
]

/** For `deployer` alone beside an environment file. */
export const renderHere = (here: Here, look: Look): string =>
  show(
    [
      line(clean(`${here.environment} on ${here.provider}${here.simulated ? ' (simulated)' : ''}, ${here.file}`), 'strong'),
      line(`Last run: ${here.lastRun === undefined ? 'none yet' : prose(here.lastRun, look)}`),
      line(`Next: ${clean(here.next)}`),
      line(''),
      line('More: deployer --help'),
    ],
    look,
  )
