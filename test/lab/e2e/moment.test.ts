import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { chanceOf } from './chance.js'
import { momentsIn } from './moment.js'

const LOG = `2026-01-01T00:00:09.000Z 7 exec on 10.77.0.2
2026-01-01T00:00:10.000Z 7 run 3 of demo begins, plan abc, fence 1
2026-01-01T00:00:10.000Z 7 run 3 begin: update tracker.main
2026-01-01T00:00:10.400Z 7 run 3 running {"addr":"tracker.main"}
2026-01-01T00:00:12.000Z 7 run 3 done {"addr":"tracker.main","seconds":1.6}
2026-01-01T00:00:14.000Z 7 run 3 check {"addr":"tracker.main","says":"udp","result":"ok","milliseconds":12,"answer":{"taken":true}}
2026-01-01T00:00:14.000Z 7 run 3 of demo ended: done
2026-01-01T00:00:20.000Z 8 run 4 begin: update vm.main
2026-01-01T00:00:40.000Z 8 run 4 of demo ended: done
`

test('moments lie one in each equal part of the first run, from the start of the program on', () => {
  const half = momentsIn(LOG, 4, () => 0.5)
  assert.equal(half, [
    { event: 'begin: update tracker.main', ms: 150 },
    { event: 'running {"addr":"tracker.main"}', ms: 850 },
    { event: 'done {"addr":"tracker.main"', ms: 350 },
    { event: 'done {"addr":"tracker.main"', ms: 1_450 },
  ])
  assert.equal(
    momentsIn(LOG, 1, () => 0),
    [{ ms: 0 }],
  )
})

test('the last of all is what comes out alike each time, and the same seed has the same moments', () => {
  assert.equal(
    momentsIn(LOG, 1, () => 1),
    [{ event: 'of demo ended: done', ms: 0 }],
  )
  assert.equal(momentsIn(LOG, 10, chanceOf(7)), momentsIn(LOG, 10, chanceOf(7)))
  assert.not.equal(momentsIn(LOG, 10, chanceOf(7)), momentsIn(LOG, 10, chanceOf(8)))
})

test.run()
