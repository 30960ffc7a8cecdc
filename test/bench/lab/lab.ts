/**
 * `npm run bench:lab`: figures from real hosts on the lab's LXD (`npm run lab -- up`), each with its limit; ends with 1 when one
 * is too slow. It makes its own machines and removes them.
 *   --only plan,growth,peers,nothing,change   --runs N   --max FACTOR (everything may be so many times slower)   --json
 *   --write    puts them in docs/benchmarks.md
 */
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

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'plan,growth,peers,nothing,change' },
    runs: { type: 'string' },
    max: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const asked = options.only.split(',')
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
    if (asked.includes('plan')) add(await planFigures(bench, scratch, runsOf(9)))
    if (asked.includes('peers')) add(await peerFigures(bench, scratch, runsOf(3)))
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
    if (asked.includes('growth')) add(await growthFigures(scratch, runsOf(9)))
    if (asked.includes('plan') || asked.includes('peers')) await onConverged(cli, scratch)
    if (asked.includes('nothing')) for (const database of DATABASES) add(await nothingFigures(cli, database, runsOf(3)))
    if (asked.includes('change')) add(await changeFigures(cli, runsOf(5)))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
const machine = `Node ${process.version.slice(1)}, ${cpus().length} x ${cpus()[0]?.model}; Debian 13 containers of LXD on it`
if (options.write) writeRealHosts(rows, machine)
if (options.json) process.stdout.write(`${JSON.stringify({ rows, skipped })}\n`)
if (rows.some(({ ok }) => !ok)) process.exitCode = 1
