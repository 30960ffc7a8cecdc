import { KEY } from '../../lab/cache.js'
import { registriesOf } from '../../lab/images/registry.js'
import { query } from '../../lab/lxd.js'
import { must } from '../../lab/run.js'
import { best, type Figure } from '../measure.js'
import { benchOf, removeMachine, TRACKER } from './converged.js'

const SCRIPT = 'test/bench/from-nothing.sh'
export const DATABASES = ['sqlite', 'mysql'] as const
type Database = (typeof DATABASES)[number]

const sectionsFor = (database: Database): object => ({ tracker: { ...TRACKER, database }, ...(database === 'mysql' && { mysql: {} }) })

interface Samples {
  readonly seconds: number[]
  /** What the machine itself has worked: the same however busy everything around it is. */
  readonly work: number[]
}

const sample = async (samples: Samples, name: string, body: () => Promise<unknown>): Promise<void> => {
  const began = performance.now()
  await body()
  samples.seconds.push((performance.now() - began) / 1000)
  const { cpu } = await query<{ readonly cpu: { readonly usage: number } }>(`/1.0/instances/${name}/state`)
  samples.work.push(cpu.usage / 1e9)
}

/** From no machine to a tracker that answers, alternating with a script that an admin would write for the same. */
export const nothingFigures = async (cli: string, database: Database, runs: number): Promise<ReadonlyArray<Figure>> => {
  const [ours, script]: [Samples, Samples] = [
    { seconds: [], work: [] },
    { seconds: [], work: [] },
  ]
  const written = `bench-script-${process.pid}`
  const { mirror } = await registriesOf()
  for (let round = 0; round < runs; round++) {
    const bench = await benchOf(cli, 'nothing', sectionsFor(database))
    await sample(ours, bench.name, () => bench.deployer('apply', '--yes')).finally(bench.remove)
    await sample(script, written, () => must([SCRIPT, written, KEY, database, mirror.url], 'look at what it says')).finally(() =>
      removeMachine(written),
    )
  }
  return [
    { name: `from_nothing_${database}`, value: best(ours.seconds), unit: 's' },
    { name: `from_nothing_script_${database}`, value: best(script.seconds), unit: 's' },
    { name: `from_nothing_to_script_${database}`, value: best(ours.seconds) / best(script.seconds), unit: 'x' },
    { name: `work_to_script_${database}`, value: best(ours.work) / best(script.work), unit: 'x' },
  ]
}
