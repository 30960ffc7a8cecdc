/** `npm run bench:lab`: figures from real hosts on the lab's LXD, each with its limit; ends with 1 when one misses it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { builtCli } from '../../lab/cli.js'
import { isLabPossible } from '../../lab/host.js'
import type { Figure } from '../measure.js'
import { writeRealHosts } from '../page.js'
import { changeFigures } from './change.js'
import { type Bench, benchOf, removeLeftovers } from './converged.js'
import { growthFigures } from './growth.js'
import { DATABASES, nothingFigures } from './nothing.js'
import { peerFigures } from './peers.js'
import { planFigures } from './plan.js'
import { type Row, renderRow, rowOf } from './table.js'

const HELP = `npm run bench:lab -- [options], with the lab up (npm run lab -- up). It makes its own machines and removes them.

  --only PARTS   some of these, with a comma between:
                   growth    a look at 10 and at 500 managed files            1 min
                   plan      a plan at a converged machine, and one cold ssh  1 min
                   peers     pyinfra, mitogen and Ansible beside apply        3 min
                   nothing   from no machine to a tracker, beside a script    6 min
                   sqlite, mysql: nothing with this database only             2, 4 min
                   change    one service changed, beside its restart by hand  1 min
  --runs N       so many rounds of each, instead of 3 to 9
  --max FACTOR   lets everything be so many times slower, on a busy machine
  --json         one object instead of a line for each figure
  --write        puts all of it in docs/benchmarks.md; not with --only
  --help
`
const PARTS = ['growth', 'plan', 'peers', 'nothing', ...DATABASES, 'change'] as const
type Part = (typeof PARTS)[number]

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string' },
    max: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const asked = options.only?.split(',') ?? ['growth', 'plan', 'peers', 'nothing', 'change']
const isAsked = (part: Part): boolean => asked.includes(part)
const refusal = (): string | undefined => {
  const unknown = asked.find(part => !PARTS.some(known => known === part))
  if (unknown !== undefined) return `There is no part ${unknown}.`
  return options.write && options.only !== undefined ? 'The page has all parts: --write goes without --only.' : undefined
}
const refused = options.help ? HELP : refusal()
if (refused !== undefined) {
  const out = options.help ? process.stdout : process.stderr
  out.write(`${refused.trimEnd()}\n`)
  process.exit(options.help ? 0 : 1)
}

const runsOf = (usual: number): number => Number(options.runs ?? usual)
const rows: Row[] = []
const skipped: string[] = []

const add = (figures: ReadonlyArray<Figure> | string): void => {
  if (typeof figures === 'string') {
    skipped.push(figures)
    process.stderr.write(`skipped: ${figures}\n`)
    return
  }
  const some = figures.map(figure => rowOf(figure, Number(options.max)))
  rows.push(...some)
  if (!options.json) process.stdout.write(some.map(row => `${renderRow(row)}\n`).join(''))
}

const onConverged = async (cli: string, scratch: string): Promise<void> => {
  const bench: Bench = await benchOf(cli, 'converged')
  try {
    await bench.deployer('apply', '--yes')
    if (isAsked('plan')) add(await planFigures(bench, scratch, runsOf(9)))
    if (isAsked('peers')) add(await peerFigures(bench, scratch, runsOf(3)))
  } finally {
    await bench.remove()
  }
}

const why = isLabPossible()
if (why !== undefined) add(why)
else {
  const scratch = mkdtempSync(join(tmpdir(), 'deployer-bench-'))
  mkdirSync(join(scratch, 'ansible'))
  try {
    await removeLeftovers()
    const cli = await builtCli()
    if (isAsked('growth')) add(await growthFigures(scratch, runsOf(9)))
    if (isAsked('plan') || isAsked('peers')) await onConverged(cli, scratch)
    for (const database of DATABASES) if (isAsked('nothing') || isAsked(database)) add(await nothingFigures(cli, database, runsOf(3)))
    if (isAsked('change')) add(await changeFigures(cli, runsOf(5)))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
const machine = `Node ${process.version.slice(1)}, ${cpus().length} x ${cpus()[0]?.model}; Debian 13 containers of LXD on it`
if (options.write && why === undefined) writeRealHosts(rows, machine)
if (options.json) process.stdout.write(`${JSON.stringify({ rows, skipped })}\n`)
if (rows.some(({ ok }) => !ok)) process.exitCode = 1
