/**
 * The built program on real hosts, told while it happens.
 *   npm run e2e                a user's day, a line a scenario; `SEED=NUMBER npm run e2e` has the same moments again
 *   npm run e2e -- stack       each edit of a running stack: what its plan said beside what the host says
 */
import { SEED } from './e2e/chance.js'
import { clearAway } from './e2e/ground.js'
import { playAll } from './e2e/play.js'
import { isLabPossible } from './host.js'
import { showStack, whyNoStack } from './stack/show.js'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const playThrough = async (): Promise<boolean> => {
  const began = performance.now()
  const playing = await playAll({ seed: SEED, say })
  const ended = await Promise.all(playing.map(one => one.ended))
  const failed = ended.filter(({ problem }) => problem !== undefined)
  await clearAway()
  say(`${ended.length - failed.length} ok, ${failed.length} failed in ${Math.round((performance.now() - began) / 1000)} s`)
  return failed.length === 0
}

const [what] = process.argv.slice(2)
const isStack = what === 'stack'
const why = isStack ? whyNoStack() : isLabPossible()
if (what !== undefined && !isStack) {
  say(`there is no ${what}: npm run e2e, or npm run e2e -- stack`)
  process.exitCode = 2
} else if (why !== undefined) say(`skipped: ${why}`)
else if (!(await (isStack ? showStack(say) : playThrough()))) process.exitCode = 1
