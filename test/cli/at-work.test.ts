import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { waitForWork } from '../../cli/at-work.js'

const work = [{ environment: 'demo', addr: 'docker.main', run: 3 }] as const

const waiting = (stop = new AbortController()) => {
  const told: string[] = []
  let now = 0
  const sleep = async (ms: number): Promise<void> => {
    now += ms
  }
  const whileBusy = waitForWork({ now: () => now, sleep }, stop.signal, text => void told.push(text))
  return { told, whileBusy, passes: (ms: number) => sleep(ms) }
}

test('what is at work is told once, and looked at again', async () => {
  const { told, whileBusy } = waiting()
  assert.equal([await whileBusy(work), await whileBusy(work)], [true, true])
  assert.equal(told, ['Still at work on the host: docker.main of demo. Waiting for it.\n'])
})

test('after ten minutes, and at Ctrl-C, what is there is taken as it is', async () => {
  const { whileBusy, passes } = waiting()
  await passes(601_000)
  assert.is(await whileBusy(work), false)
  const stop = new AbortController()
  stop.abort()
  assert.is(await waiting(stop).whileBusy(work), false)
})

test.run()
