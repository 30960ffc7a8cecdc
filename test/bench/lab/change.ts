import { inside } from '../../lab/inside.js'
import { type Figure, median } from '../measure.js'
import { benchOf, TRACKER } from './converged.js'

const LEVELS = ['debug', 'info'] as const

/** What applying a change of one service takes beyond making its container again by hand. */
export const changeFigures = async (cli: string, runs: number): Promise<ReadonlyArray<Figure>> => {
  const bench = await benchOf(cli, 'change')
  try {
    await bench.deployer('apply', '--yes')
    const [changes, restarts]: [number[], number[]] = [[], []]
    for (let round = 0; round < runs; round++) {
      bench.rewrite({ tracker: { ...TRACKER, log_level: LEVELS[round % 2] } })
      changes.push((await bench.deployer('apply', '--yes')).seconds)
      const began = performance.now()
      await inside(bench.name, 'cd /opt/torrust && docker compose up -d --no-deps --force-recreate tracker')
      restarts.push((performance.now() - began) / 1000)
    }
    return [
      { name: 'change', value: median(changes), unit: 's' },
      { name: 'restart_by_hand', value: median(restarts), unit: 's' },
      { name: 'change_over_restart', value: median(changes) - median(restarts), unit: 's' },
    ]
  } finally {
    await bench.remove()
  }
}
