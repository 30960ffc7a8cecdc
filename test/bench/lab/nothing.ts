import { homedir } from 'node:os'
import { join } from 'node:path'
import { query } from '../../lab/lxd.js'
import { must } from '../../lab/run.js'
import { type Figure, median } from '../measure.js'
import { benchOf, removeMachine } from './converged.js'

const SCRIPT = 'test/bench/from-nothing.sh'
const KEY = join(homedir(), '.ssh', 'id_ed25519')

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

/** From no machine to a ready one with Docker, alternating with a script that an admin would write for the same. */
export const nothingFigures = async (cli: string, runs: number): Promise<ReadonlyArray<Figure>> => {
  const [ours, script]: [Samples, Samples] = [
    { seconds: [], work: [] },
    { seconds: [], work: [] },
  ]
  const written = `bench-script-${process.pid}`
  for (let round = 0; round < runs; round++) {
    const bench = benchOf(cli, 'nothing')
    await sample(ours, bench.name, () => bench.deployer('apply', '--yes')).finally(bench.remove)
    await sample(script, written, () => must([SCRIPT, written, KEY], 'look at what it says')).finally(() => removeMachine(written))
  }
  return [
    { name: 'from_nothing', value: median(ours.seconds), unit: 's' },
    { name: 'from_nothing_script', value: median(script.seconds), unit: 's' },
    { name: 'from_nothing_to_script', value: median(ours.seconds) / median(script.seconds), unit: 'x' },
    { name: 'work_to_script', value: median(ours.work) / median(script.work), unit: 'x' },
  ]
}
