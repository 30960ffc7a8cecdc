import { isDeepStrictEqual } from 'node:util'
import { type Case, type Deed, type Group, type Move, probeOf } from './case.js'
import { plain, RULES } from './compare.js'
import { ASKS, type Ask, DOES, type Do } from './covered.js'
import { groupsOn } from './groups/index.js'
import { type Recording, recordingOf } from './recording.js'
import { played } from './run.js'
import { DEBIANS, type Debian, sandboxWorld } from './sandbox.js'

const deedsOf = (move: Move): ReadonlyArray<Deed> => {
  if ('act' in move) return [move.act]
  if ('look' in move) return [{ asks: move.look }]
  return 'during' in move ? [move.during, ...move.others.flatMap(deedsOf)] : []
}
const casesOf = (debian: Debian): ReadonlyArray<Case> => groupsOn(debian).flatMap(({ cases }) => cases)

/** The sorts of probes and steps that any case is about. */
export const covered = (): { readonly asks: ReadonlySet<Ask>; readonly does: ReadonlySet<Do> } => {
  const deeds = DEBIANS.flatMap(casesOf).flatMap(({ moves }) => moves.flatMap(deedsOf))
  return {
    asks: new Set(deeds.flatMap(({ asks = [] }) => asks.map(asking => probeOf(asking).ask))),
    does: new Set(deeds.flatMap(({ steps = [] }) => steps.map(step => step.do))),
  }
}

interface Row {
  readonly group: string
  readonly equal: number
  readonly cases: number
}

const rowOf = async ({ name, cases }: Group, world: Awaited<ReturnType<typeof sandboxWorld>>, { cases: said }: Recording): Promise<Row> => {
  let equal = 0
  for (const one of cases) if (isDeepStrictEqual(plain(await played(one, world)), plain(said[one.says]?.said ?? []))) equal += 1
  return { group: name, equal, cases: cases.length }
}

/** The sandbox beside what a real host said, group by group. */
export const rowsOn = async (debian: Debian): Promise<ReadonlyArray<Row>> => {
  const world = await sandboxWorld(debian)
  const rows: Array<Row> = []
  for (const group of groupsOn(debian)) rows.push(await rowOf(group, world, recordingOf(debian)))
  await world.close()
  return rows
}

const table = (all: ReadonlyArray<ReadonlyArray<Row>>): string => {
  const [first = []] = all
  const total = (rows: ReadonlyArray<Row>): Row => ({
    group: 'all',
    equal: rows.reduce((sum, { equal }) => sum + equal, 0),
    cases: rows.reduce((sum, { cases }) => sum + cases, 0),
  })
  const cell = (row: Row | undefined): string => (row === undefined || row.cases === 0 ? '' : `${row.equal} of ${row.cases}`)
  const lines = first.map(({ group }, index) => `| ${group} | ${all.map(rows => cell(rows[index])).join(' | ')} |`)
  const head = `| cases | ${DEBIANS.map(debian => `sandbox = Debian ${debian}`).join(' | ')} |`
  return [head, `|---|${all.map(() => '--:|').join('')}`, ...lines, `| all | ${all.map(rows => cell(total(rows))).join(' | ')} |`].join(
    '\n',
  )
}

const named = (words: ReadonlyArray<string>): string => words.map(word => `\`${word}\``).join(', ')

/** Where a case would say nothing of a host. */
const ELSEWHERE: ReadonlyArray<string> = [
  "Steps on a machine as a whole (`machine create`, `machine update`, `machine delete`) are the provider's: test/lab/lxd.lab.test.ts.",
  'A connection that is cut, and what the last holder sweeps away: test/lab/ssh.lab.test.ts and the tests of removal beside it.',
  'Trials and starts that fail, and what comes back then: test/lab/containers.lab.test.ts.',
  'Databases and what answers from outside are asked by this machine, in the protocols of clients: test/lab/checks.lab.test.ts, test/lab/examples.lab.test.ts.',
  "Docker's own archive could not be reached where this was recorded. On Debian 12 containers happened to an engine and a Compose of the same names and versions, built from Debian's sources (test/lab/docker-archive.sh).",
]

/** What the sandbox takes for granted, and a real host does not. */
const SIMPLER: ReadonlyArray<string> = [
  'Packages come without those that they need; every one can be had, and every name under `net.`, `kernel.` and the like is a setting of the kernel.',
  'Links are seen through, and are not things themselves. What is in files of the system, such as /etc/passwd, is not known.',
  'A chain takes any rule, and the engine any key that it can read; also one that it does not start with.',
  'ufw keeps an order of its own for IPv6. `rules` tells those of both families in the order of IPv4, then those of IPv6 alone. A rule of both families and one of a single family have one place there; here they are two rules.',
]

const list = (lines: ReadonlyArray<string>): string => lines.map(line => `- ${line}`).join('\n')

export const conformancePage = async (): Promise<string> => {
  const all = []
  for (const debian of DEBIANS) all.push(await rowsOn(debian))
  const { asks, does } = covered()
  const recorded = DEBIANS.map(recordingOf).map(({ os, kernel }) => `${os} (kernel ${kernel})`)
  const missing = [named(ASKS.filter(ask => !asks.has(ask))), named(DOES.filter(one => !does.has(one)))]
  return `# Does the sandbox tell the truth?

Generated from recordings of real hosts; do not edit. One list of cases (test/conformance/groups) happens to a fresh host and to the
sandbox, through the same channel contract, and every answer, ledger entry and fault code is compared. Where they differ, the
sandbox is wrong, or the channel to real hosts misreads them: a test fails until one is mended.

${table(all)}

Recorded on ${recorded.join(' and ')}.
\`npm test\` holds the sandbox to the recordings; \`npm test -- conformance.lab\` holds it to two fresh hosts, and with \`UPDATE=1\`
records what they say.

## Left out of the comparison

${list([...RULES.map(({ name, because }) => `${name}: ${because}.`), "names: what the host and its operator's key were called that day.", 'words: of a fault its code and step are compared, not what the host printed.'])}

## Not covered

Sorts of probes that no case asks, since it is not a host that answers them: ${missing[0]}. Sorts of steps: ${missing[1]}.

${list(ELSEWHERE)}

## Simpler than a real host

${list(SIMPLER)}
`
}
