/** On the lab's LXD: `npm run lab -- up`, then `npm run e2e`, or this as a test among others; `SEED=NUMBER` as there. */
import { suite } from 'uvu'
import { SEED } from './e2e/chance.js'
import { clearAway } from './e2e/ground.js'
import { playAll } from './e2e/play.js'
import { isLabPossible } from './host.js'

const test = suite('a user and real hosts')
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const why = isLabPossible()
if (why !== undefined) test(`skipped: ${why}`, () => say(`skipped: ${why}`))
else {
  for (const { scenario, ended } of await playAll({ seed: SEED, say }))
    test(scenario.says, async () => {
      const { problem } = await ended
      if (problem !== undefined) throw problem
    })
  test.after(clearAway)
}

test.run()
