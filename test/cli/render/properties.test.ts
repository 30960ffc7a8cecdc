import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Look } from '../../../cli/render/look.js'
import { renderPlan } from '../../../cli/render/plan.js'
import { renderReport } from '../../../cli/render/report.js'
import { shorten, widthOf, wrap } from '../../../cli/render/text.js'
import { renderValue } from '../../../cli/render/value.js'
import type { Plan } from '../../../engine/plan-value.js'
import type { RunReport } from '../../../engine/run-value.js'
import { plan, task } from './plans.js'

const CANARY = 'correct-horse-battery'
const words = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom('vm.main', 'a → b', 'tab\there', 'line\nbreak', ''))
const addr = fc.tuple(words, words).map(([kind, name]) => `${kind}.${name}` as const)
const text = fc.oneof(words, fc.constant(['a=', { digest: [CANARY] }, { secret: 'a.b', as: [] }] as const))
const value = fc.oneof(fc.jsonValue(), fc.constant(undefined), text) as fc.Arbitrary<never>
const source = fc.constantFrom('file', 'env', 'secret', 'host', 'both', 'lock', 'tool')
const fields = fc.array(
  fc.oneof(
    fc.record({ name: words, from: value, to: value, source }, { requiredKeys: ['name'] }),
    fc.constant({ name: 'token', from: CANARY, to: { value: CANARY }, secret: true }),
    fc.constant({ name: 'token', to: [CANARY], secret: true }),
  ),
  { maxLength: 4 },
)
const files = fc.array(fc.record({ path: words, lines: fc.array(words, { maxLength: 60 }) }), { maxLength: 2 })
const step = fc.record({
  do: fc.constant('put'),
  via: addr,
  path: words,
  content: text,
  mode: words,
  owner: words,
  group: words,
}) as fc.Arbitrary<never>
const tasks = fc.array(
  fc
    .tuple(
      addr,
      fc.constantFrom('create', 'update', 'replace', 'delete'),
      words,
      fc.record({ fields, files }),
      fc.array(step, { maxLength: 2 }),
    )
    .map(([at, action, sentence, more, steps]) =>
      task(at, action as 'create', sentence, { ...(more as object), steps, reasons: [sentence] }),
    ),
  { maxLength: 6 },
)
const plans: fc.Arbitrary<Plan> = fc
  .record({
    tasks,
    environment: words,
    host: words,
    unchanged: fc.array(addr, { maxLength: 3 }),
    unhandled: fc.array(addr, { maxLength: 3 }),
    drift: fc.array(fc.record({ addr, says: words, fate: fc.constantFrom('put back' as const, 'left alone' as const) }), { maxLength: 9 }),
    dangers: fc.array(fc.record({ word: fc.constantFrom('DATA LOST' as const, 'DOWN' as const), addr, says: words }), { maxLength: 2 }),
    consequences: fc.array(words, { maxLength: 2 }),
    reachable: fc.array(words, { maxLength: 30 }),
    overrides: fc.array(words, { maxLength: 2 }),
    busy: fc.array(words, { maxLength: 2 }),
    vanished: fc.array(addr, { maxLength: 2 }),
    blocked: fc.array(fc.record({ code: fc.constant('NOT_OURS' as const), what: words, id: words }), { maxLength: 1 }),
  })
  .map(plan)
const looks: fc.Arbitrary<Look> = fc.record({
  color: fc.boolean(),
  unicode: fc.boolean(),
  width: fc.integer({ min: 1, max: 300 }),
  verbosity: fc.integer({ min: -1, max: 3 }),
  steps: fc.boolean(),
  drift: fc.boolean(),
  terminal: fc.boolean(),
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: the only ones that are ours.
const uncolored = (said: string): string => said.replace(/\u001b\[[0-9;]*m/g, '')

test('every plan can be shown in every way, without a secret and without a character that acts on the terminal', () => {
  fc.assert(
    fc.property(plans, looks, (one, look) => {
      const said = renderPlan(one, look)
      assert.is(said.includes(CANARY), false)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what may not be there.
      assert.not.match(uncolored(said), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    }),
  )
})

test('without a terminal its width changes nothing', () => {
  fc.assert(
    fc.property(plans, looks, fc.integer({ min: 1, max: 300 }), (one, look, width) => {
      const plain = { ...look, terminal: false }
      assert.is(renderPlan(one, { ...plain, width }), renderPlan(one, plain))
    }),
  )
})

test('colour adds nothing: without it the same words stand there', () => {
  fc.assert(
    fc.property(plans, looks, (one, look) => {
      assert.is(uncolored(renderPlan(one, { ...look, color: true })), renderPlan(one, { ...look, color: false }))
    }),
  )
})

test('every report can be shown', () => {
  const seconds = fc.double({ min: 0, max: 1e6, noNaN: true })
  const reports = fc.record({
    run: fc.nat(),
    environment: words,
    outcome: fc.constantFrom('done', 'failed', 'interrupted'),
    done: fc.array(fc.record({ addr, action: fc.constantFrom('create', 'delete'), seconds }), { maxLength: 8 }),
    failed: fc.array(fc.record({ addr, fault: fc.record({ code: fc.constant('STEP_FAILED'), host: words, step: words, output: words }) })),
    skipped: fc.array(fc.record({ addr, needs: addr })),
    leftOff: fc.array(addr),
    notBegun: fc.array(addr),
    checks: fc.array(fc.record({ addr, says: words, result: fc.constantFrom('ok', 'failed', 'skipped') })),
    seconds,
  }) as fc.Arbitrary<RunReport>
  fc.assert(fc.property(reports, plans, looks, (one, of, look) => assert.is(renderReport(one, of, look).stdout.endsWith('\n'), true)))
})

test('a value stands on one line, and a shortened one in its room', () => {
  fc.assert(fc.property(fc.anything(), one => assert.not.match(renderValue(one), '\n')))
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 8, max: 90 }), fc.boolean(), (one, width, unicode) => {
      assert.is(widthOf(shorten(one, width, { unicode })) <= width, true)
    }),
  )
})

test('wrapping loses no word', () => {
  fc.assert(fc.property(words, fc.integer({ min: 1, max: 90 }), (one, width) => assert.is(wrap(one, width).join(' '), one)))
})

test.run()
