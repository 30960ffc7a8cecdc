import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { everyPoint, happened } from '../support/crash.js'

test('an apply killed at any point is finished by the next one, and no machine is made twice', async () => {
  const points = await everyPoint('apply', undefined, folder => assert.is(happened(folder).split('"do":"machine create"').length, 2))
  assert.ok(points > 30, `${points} points`)
})

test.run()
