/** `npm run e2e`: the built program on real hosts, a line a scenario. `SEED=NUMBER npm run e2e` has the same moments again. */
import { clearAway } from './e2e/ground.js'
import { playAll } from './e2e/play.js'
import { isLabPossible } from './host.js'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const playThrough = async (): Promise<void> => {
  const began = performance.now()
  const playing = await playAll({ seed: Number(process.env.SEED ?? Date.now() % 1_000_000), say })
  const ended = await Promise.all(playing.map(one => one.ended))
  const failed = ended.filter(({ problem }) => problem !== undefined)
  await clearAway()
  say(`${ended.length - failed.length} ok, ${failed.length} failed in ${Math.round((performance.now() - began) / 1000)} s`)
  process.exitCode = failed.length === 0 ? 0 : 1
}

const why = isLabPossible()
if (why === undefined) await playThrough()
else say(`skipped: ${why}`)
