import { run } from '../../lab/run.js'
import { type Figure, median } from '../measure.js'
import { type Bench, type Sent, witnessIn } from './converged.js'

/** `plan` where nothing is to be done, and a connection of its own that runs the script which that plan sent; alternating. */
export const planFigures = async (bench: Bench, scratch: string, runs: number): Promise<ReadonlyArray<Figure>> => {
  const sent = await sentBy(bench, scratch)
  const [plans, colds]: [number[], number[]] = [[], []]
  for (let round = 0; round < runs; round++) {
    plans.push((await bench.deployer('plan', '--detailed-exitcode')).seconds)
    colds.push(await cold(sent))
  }
  return [
    { name: 'plan', value: median(plans), unit: 's' },
    { name: 'plan_ssh', value: median(colds), unit: 's' },
    { name: 'plan_to_ssh', value: median(plans) / median(colds), unit: 'x' },
  ]
}

const sentBy = async ({ desk }: Bench, scratch: string): Promise<Sent> => {
  const witness = await witnessIn(scratch)
  const before = process.env.PATH
  process.env.PATH = witness.path
  await desk.run('plan').finally(() => {
    process.env.PATH = before
  })
  return witness.sent()
}

/** The same ssh, with nothing open before it and nothing left after it. */
const cold = async ({ words, script }: Sent): Promise<number> => {
  const alone = words.map(word => (/^ControlMaster=/.test(word) ? 'ControlMaster=no' : word.replace(/^ControlPath=.*/, 'ControlPath=none')))
  const began = performance.now()
  const { code, stdout, stderr } = await run(['ssh', ...alone], { input: script, env: { LC_ALL: 'C' } })
  const seconds = (performance.now() - began) / 1000
  if (code !== 0 || !/^[0-9a-f]+ all$/m.test(stdout)) throw new Error(`ssh ended with ${code} before the end of the look\n${stderr}`)
  return seconds
}
