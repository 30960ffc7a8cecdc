import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Check } from '../../engine/contract.js'
import { earlyChecks } from '../../engine/run/early.js'
import type { Step } from '../../engine/vocabulary.js'
import { aNote, desk, planned } from '../support/paper-run.js'

const fileIsThere = (path: string, more: Partial<Check> = {}): Check => ({
  says: path,
  probe: { ask: 'file', key: path, via: 'provider' },
  expect: {},
  ...more,
})
const step = (word: 'up' | 'dir'): Step => ({ do: word }) as Step

const stage = async (checks: ReadonlyArray<Check>) => {
  const at = desk()
  const { input, ...made } = await planned(at, [aNote('a', 'x', 'provider')])
  const waits: Array<() => void> = []
  const clock = {
    now: () => 0,
    sleep: (_ms: number, until?: AbortSignal) =>
      new Promise<void>(resolve => {
        waits.push(resolve)
        until?.addEventListener('abort', () => resolve())
      }),
  }
  const looked: string[][] = []
  const provider = {
    ...input.provider,
    look: (...[probes, reveal]: Parameters<typeof input.provider.look>) => {
      looked.push(probes.map(({ key }) => key))
      return input.provider.look(probes, reveal)
    },
  }
  const entries = new Map([...made.entries].map(([addr, entry]) => [addr, { ...entry, kind: { ...entry.kind, checks: () => checks } }]))
  const checking = { planned: { ...made, input: { ...input, provider }, entries }, machines: new Map(), clock }
  const early = earlyChecks(checking)
  const rest = async () => {
    const results = await early.askTheRest({ ...checking, stop: AbortSignal.abort(), patience: 0 })
    return results.map(({ says, result }) => `${says} ${result}`)
  }
  return { at, early, looked, waits, rest }
}
const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 5))

test('of the host itself is asked while the last service starts, of all else once it has; nothing twice', async () => {
  const { at, early, looked, waits, rest } = await stage([fileIsThere('/host', { from: 'host' }), fileIsThere('/service')])
  at.paper.top.files.set('/host', 'x')
  early.lastStepBegins(step('up'))
  await turn()
  assert.equal(looked, [], 'the step has a head start')
  for (const over of waits) over()
  await turn()
  assert.equal(looked, [['/host']])
  at.paper.top.files.set('/service', 'x')
  early.lastStepDone()
  assert.equal(await rest(), ['/host ok', '/service ok'])
  assert.equal(looked, [['/host'], ['/service']])
})

test('what needs only the start is asked while it gets ready, once; without word of that, when it is done', async () => {
  const { at, early, looked, rest } = await stage([fileIsThere('/port', { from: 'start' }), fileIsThere('/service')])
  for (const path of ['/port', '/service']) at.paper.top.files.set(path, 'x')
  early.lastStepBegins(step('up'))
  early.lastStepWaits()
  await turn()
  assert.equal(looked, [['/port']])
  early.lastStepDone()
  assert.equal(await rest(), ['/port ok', '/service ok'])
  assert.equal(looked, [['/port'], ['/service']])
  early.lastStepBegins(step('up'))
  early.lastStepDone()
  assert.equal(await rest(), ['/port ok', '/service ok'])
  assert.equal(looked.at(-1), ['/port', '/service'])
})

test('a start that is done before that waits for nothing', async () => {
  const { at, early, looked, rest } = await stage([fileIsThere('/host', { from: 'host' }), fileIsThere('/service')])
  for (const path of ['/host', '/service']) at.paper.top.files.set(path, 'x')
  early.lastStepBegins(step('up'))
  early.lastStepDone()
  assert.equal(await rest(), ['/host ok', '/service ok'])
  assert.is(looked.flat().length, 2)
})

test('while anything but a service is at work nothing is asked', async () => {
  const { at, early, looked, waits, rest } = await stage([fileIsThere('/host', { from: 'host' })])
  early.lastStepBegins(step('dir'))
  await turn()
  assert.equal([waits.length, looked], [0, []])
  at.paper.top.files.set('/host', 'x')
  early.lastStepDone()
  assert.equal(await rest(), ['/host ok'])
})

test('what failed early is asked again, and what a last step that began anew has made old', async () => {
  const { at, early, looked, rest } = await stage([fileIsThere('/a'), fileIsThere('/b')])
  at.paper.top.files.set('/a', 'x')
  early.lastStepBegins(step('dir'))
  early.lastStepDone()
  await turn()
  at.paper.top.files.set('/b', 'x')
  assert.equal(await rest(), ['/a ok', '/b ok'])
  assert.equal(looked, [['/a', '/b'], ['/b']])
  early.lastStepBegins(step('dir'))
  assert.equal(await rest(), ['/a ok', '/b ok'])
  assert.equal(looked.at(-1), ['/a', '/b'])
})

test.run()
