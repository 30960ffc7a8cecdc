import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { applied, environment, everyPoint, other } from '../support/crash.js'

test('a change killed at any point is finished by the next apply', async () => {
  const points = await everyPoint('apply', await applied('other', other), () => undefined)
  assert.ok(points > 8, `${points} points`)
})

test('a destroy killed at any point is finished by the next one, and leaves nothing', async () => {
  const points = await everyPoint('destroy', await applied('whole', environment), () => undefined)
  assert.ok(points > 4, `${points} points`)
})

test.run()
