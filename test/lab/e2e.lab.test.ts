/** On the lab's LXD: `npm run lab -- up`, then `npm run e2e`. */
import { suite } from 'uvu'
import { builtCli } from './cli.js'
import { drift } from './e2e/drift.js'
import { first } from './e2e/first.js'
import { clearAway, deskFor, environmentOf, nameOf } from './e2e/ground.js'
import { played, type Scenario } from './e2e/scenario.js'
import { ensureKey, isLabPossible } from './host.js'

const test = suite('a user and real hosts')
const why = isLabPossible()

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const playing = async (): Promise<ReadonlyArray<Scenario>> => {
  await clearAway()
  await ensureKey()
  const cli = await builtCli()
  const name = nameOf('life')
  const desk = deskFor(cli, environmentOf(name))
  return [...first(desk, name), ...drift(desk, name)]
}
if (why !== undefined) test(`skipped: ${why}`, () => say(`skipped: ${why}`))
else
  for (const scenario of await playing())
    test(scenario.says, async () => {
      const { seconds, problem } = await played(scenario)
      say(`${problem === undefined ? 'ok    ' : 'FAILED'} ${seconds.toFixed(1).padStart(6)} s  ${scenario.says}`)
      if (problem !== undefined) throw problem
    })

test.run()
