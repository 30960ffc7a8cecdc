import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Event } from '../../engine/channel.js'
import type { Step } from '../../engine/contract.js'
import { inTurn, type Queues } from '../../engine/run/in-turn.js'

const via = 'vm.main' as const
const install: Step = { do: 'install', via, packages: ['ufw'], mutex: 'packages' }
const after: Step = { do: 'unit', via, name: 'ufw.service', active: true }
const part = { root: via, steps: [install, after] }
const passed = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** A batch that ends, or says something, when it is told to. */
const batchIn = (queues: Queues, what: typeof part | { root: typeof via; steps: Step[] } = part) => {
  const batch = { begun: false, say: (_: Event): void => undefined, end: (): void => undefined, fail: (): void => undefined }
  const whole = inTurn(what, queues, heard => {
    batch.begun = true
    batch.say = heard
    return new Promise<void>((resolve, reject) => {
      batch.end = resolve
      batch.fail = () => reject(new Error('a bug'))
    })
  })
  return Object.assign(batch, { whole })
}

test('two batches that install never do so at once, and the second waits no longer than for that', async () => {
  const queues: Queues = new Map()
  const [first, second] = [batchIn(queues), batchIn(queues)]
  await passed()
  assert.equal([first.begun, second.begun], [true, false])
  first.say({ is: 'started', step: 1 })
  await passed()
  assert.is(second.begun, false)
  first.say({ is: 'done', step: 0 })
  await passed()
  assert.is(second.begun, true)
})

test('a batch that ends without having said so, or breaks, gives the package manager up', async () => {
  const queues: Queues = new Map()
  const [first, second, third] = [batchIn(queues), batchIn(queues), batchIn(queues)]
  await passed()
  first.end()
  await first.whole
  await passed()
  assert.equal([second.begun, third.begun], [true, false])
  second.fail()
  assert.is(await second.whole.catch((bug: Error) => bug.message), 'a bug')
  await passed()
  assert.is(third.begun, true)
})

test('a batch that installs nothing waits for nobody', async () => {
  const queues: Queues = new Map()
  batchIn(queues)
  const other = batchIn(queues, { root: via, steps: [after] })
  await passed()
  assert.is(other.begun, true)
})

test.run()
