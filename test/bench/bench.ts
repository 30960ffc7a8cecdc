/**
 * `npm run bench`: one line a figure, `name value unit`.
 *   --max N    no size above N            --runs N   so many runs of each, instead of 3 to 9
 *   --json     one object instead         --check    ends with 1 when a figure misses its target
 *   --write    puts them in docs/benchmarks.md
 * Every figure is a whole process of the release build, from its start to its end; the median of several.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { RELEASE } from '../../scripts/bundle.js'
import type { Written } from './counting.js'
import { type Figure, median, renderFigure, timed } from './measure.js'
import { writePage } from './page.js'
import type { Said } from './program.js'
import { TARGETS } from './targets.js'

const { values: options } = parseArgs({
  options: {
    max: { type: 'string', default: '5000' },
    runs: { type: 'string' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const sizes = [10, 100, 1000, 5000].filter(size => size <= Number(options.max))
const runsOf = (usual: number): number => Number(options.runs ?? usual)

// Inside the tree: the native module is found from there, and it is on a real disk where /tmp may be memory.
const cache = resolve('node_modules/.cache')
mkdirSync(cache, { recursive: true })
const scratch = mkdtempSync(join(cache, 'bench-'))
const program = join(scratch, 'program.js')
const floor = join(scratch, 'floor.js')

const figures: Figure[] = []
const add = (name: string, value: number, unit: Figure['unit']): void => {
  figures.push({ name, value, unit })
  if (!options.json) process.stdout.write(`${renderFigure({ name, value, unit })}\n`)
}
const measured = (name: string): number | undefined => figures.find(figure => figure.name === name)?.value

const bundle = async (): Promise<void> => {
  const entryPoints = ['test/bench/program.ts', 'test/bench/floor.ts']
  await build({ ...RELEASE, entryPoints, outdir: scratch })
  if (!existsSync('dist/deployer.js')) await timed(['--import', 'tsx', 'scripts/build.ts'])
}

/** Alternating, so that whatever else the machine does falls on both. */
const start = async (): Promise<void> => {
  const [ours, bare]: [number[], number[]] = [[], []]
  for (let run = 0; run < Math.max(runsOf(25), 5); run++) {
    ours.push((await timed(['dist/deployer.js', '--version'])).seconds)
    bare.push((await timed(['-e', '0'])).seconds)
  }
  add('start_ratio', median(ours) / median(bare), 'x')
  add('floor_node', median(bare), 's')
}

const deploy = async (folder: string, ...words: ReadonlyArray<string | number>): Promise<Said & { readonly seconds: number }> => {
  const [command, ...rest] = words
  const { seconds, stdout } = await timed([program, String(command), folder, ...rest.map(String)])
  return { ...(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Said), seconds }
}

/** What is done in this order to one host, from nothing, and how many tasks that must be. */
const CYCLE = [
  { name: 'plan', words: ['plan'], revision: 1, tasks: (size: number) => size + 1 },
  { name: 'apply', words: ['apply'], revision: 1, tasks: (size: number) => size + 1 },
  { name: 'plan_noop', words: ['plan'], revision: 1, tasks: () => 0 },
  { name: 'apply_noop', words: ['apply'], revision: 1, tasks: () => 0 },
  { name: 'plan_change', words: ['plan'], revision: 2, tasks: (size: number) => size },
  { name: 'apply_change', words: ['apply'], revision: 2, tasks: (size: number) => size },
] as const

interface Samples {
  readonly seconds: Map<string, number[]>
  readonly memory: number[]
  written?: Written
}

const sample = ({ seconds }: Samples, name: string, value: number): void => {
  seconds.set(name, [...(seconds.get(name) ?? []), value])
}

const cycle = async (size: number, samples: Samples): Promise<void> => {
  const folder = mkdtempSync(join(scratch, `${size}-`))
  for (const { name, words, revision, tasks } of CYCLE) {
    const said = await deploy(folder, ...words, size, revision)
    if (said.tasks !== tasks(size)) throw new Error(`${name} of ${size}: ${said.tasks} tasks instead of ${tasks(size)}`)
    sample(samples, name, said.seconds)
    samples.memory.push(said.megabytes)
    if (name === 'apply' && said.written !== undefined) samples.written = said.written
  }
  sample(samples, 'floor_sqlite', (await timed([floor, scratch, JSON.stringify(samples.written)])).seconds)
  rmSync(folder, { recursive: true })
}

const measure = async (size: number): Promise<void> => {
  const samples: Samples = { seconds: new Map(), memory: [] }
  for (let run = 0; run < runsOf(size > 1000 ? 3 : size > 100 ? 5 : 9); run++) await cycle(size, samples)
  for (const [name, seconds] of samples.seconds) add(`${name}_${size}`, median(seconds), 's')
  add(`memory_${size}`, Math.max(...samples.memory), 'MB')
  const { intents, results } = samples.written ?? {}
  if (intents !== undefined && results !== undefined) add(`commits_${size}`, intents.transactions + results.transactions, 'transactions')
}

const grow = (name: string): void => {
  const [small, large] = [measured(`${name}_1000`), measured(`${name}_5000`)]
  if (small !== undefined && large !== undefined) add(`growth_${name}`, large / small, 'x')
}

try {
  await bundle()
  await start()
  for (const size of sizes) await measure(size)
  grow('plan')
  grow('apply')
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

const machine = `Node ${process.version.slice(1)}, ${cpus().length} x ${cpus()[0]?.model}`
if (options.json) process.stdout.write(`${JSON.stringify({ machine, figures })}\n`)
if (options.write) writePage(figures, machine)
const missed = figures.filter(({ name, value }) => value > (TARGETS[name]?.most ?? Number.POSITIVE_INFINITY))
for (const figure of missed) process.stderr.write(`missed: ${renderFigure(figure)}, at most ${TARGETS[figure.name]?.most}\n`)
if (options.check && missed.length > 0) process.exitCode = 1
