import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { meets, quietTime } from '../../resources/reboot.js'

test('a host reboots at two where nothing else is said, and later where its backup runs then', () => {
  assert.is(quietTime(undefined), '02:00')
  assert.is(quietTime('0 3 * * *'), '02:00')
  assert.is(quietTime('0 2 * * *'), '02:30')
  assert.is(quietTime('45 1 * * *'), '02:30')
  assert.is(quietTime('0,30 2-4 * * *'), '05:00')
  assert.is(quietTime('0 * * * *'), '02:30')
})

test('where backups leave no time, the usual one stays', () => {
  assert.is(quietTime('*/10 * * * *'), '02:00')
  assert.ok(meets(quietTime('*/10 * * * *'), '*/10 * * * *'))
})

test('the end of a day is next to its beginning', () => {
  assert.ok(meets('23:58', '0 0 * * *'))
  assert.ok(meets('00:10', '50 23 * * *'))
  assert.not(meets('00:30', '0 0 * * *'))
  assert.not(meets('23:55', '0 0 * * *'))
})

test.run()
