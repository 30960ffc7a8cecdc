import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { expected, savedPlan } from '../../cli/expect.js'
import { hintOf, saysOf } from '../../specs/fault.js'
import { E } from '../../specs/fp.js'

const whyNot = (text: string): string | undefined => {
  const read = expected(text)
  return E.isLeft(read) ? saysOf(read.left) : undefined
}

test('sixteen digits or more are a fingerprint, in either case', () => {
  assert.equal(expected('C41F7A02B8E64D10'), E.right('c41f7a02b8e64d10'))
  assert.equal(expected('a'.repeat(64)), E.right('a'.repeat(64)))
})

test('the eight digits that a plan shows are refused with the reason', () => {
  assert.is(whyNot('c41f7a02'), '--expect takes 16 digits or more: a plan with the same first 8 could be made on purpose')
})

test('where the plan that is meant is at hand, all the digits are shown', () => {
  const read = expected('C41F7A02', `c41f7a02b8e64d10${'0'.repeat(48)}`)
  assert.match(E.isLeft(read) ? saysOf(read.left) : '', 'The plan that there is now begins with c41f7a02b8e64d10')
  assert.match(E.isLeft(read) ? hintOf(read.left) : '', 'deployer apply --expect c41f7a02b8e64d10')
  const other = expected('c41f7a02', 'd'.repeat(64))
  assert.not.match(E.isLeft(other) ? saysOf(other.left) : '', 'begins with')
})

test('what is not hexadecimal is no fingerprint', () => {
  assert.match(whyNot('latest') ?? '', 'is no fingerprint')
})

const plan = { format: 1, environment: 'demo', tasks: [], fingerprint: 'ab'.repeat(32) }
const kept = { environment: 'demo', fingerprint: 'ab'.repeat(32), tasks: [], pins: [] }

test('a saved plan and the answer of plan --json are both known', () => {
  assert.equal(savedPlan(JSON.stringify(plan, undefined, 2)), kept)
  assert.equal(savedPlan(JSON.stringify({ format: 1, command: 'plan', ok: true, result: plan, warnings: [] })), kept)
})

test('a saved plan keeps what it looked up of images', () => {
  const pins = [{ image: 'mysql:8.4', digest: `sha256:${'1'.repeat(64)}` }]
  assert.equal(savedPlan(JSON.stringify({ ...plan, pins })), { ...kept, pins })
})

test('an environment file in JSON is no saved plan', () => {
  assert.is(savedPlan('{ "name": "demo", "provider": "sandbox", "tracker": { "udp": [6969] } }'), undefined)
  assert.is(savedPlan('name: demo\n'), undefined)
  assert.is(savedPlan('{ "tasks": ['), undefined)
})

test.run()
