import { join } from 'node:path'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Addr } from '../../engine/contract.js'
import { durationKey, type Remembered } from '../../engine/store.js'
import { doneWith, freshFolder, perform, right, startOf, writer } from '../support/state.js'

const addr = fc.constantFrom<Addr>('vm.main', 'docker.main', 'tracker.main', 'unit.a', 'unit.b', 'unit.c')
const json = fc.jsonValue().map(value => JSON.parse(JSON.stringify(value)))
const remembered = fc.record({
  spec: json,
  wanted: json,
  tool: fc.constantFrom('one', 'two'),
  protect: fc.boolean(),
  identity: fc.option(fc.dictionary(fc.string(), json), { nil: undefined }),
})
const change = fc.oneof(
  fc.record({ is: fc.constant('remember' as const), addr, remembered, seconds: fc.nat(100) }),
  fc.record({ is: fc.constant('forget' as const), addr, seconds: fc.nat(100) }),
  fc.record({ is: fc.constant('fail' as const), addr }),
)
const step = fc.oneof(
  fc.record({
    is: fc.constant('run' as const),
    environment: fc.constantFrom('demo', 'other'),
    changes: fc.array(change, { maxLength: 6 }),
    grouped: fc.boolean(),
  }),
  fc.record({ is: fc.constant('reopen' as const) }),
)

test('after any runs the memory equals a plain map', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), steps => {
      const project = freshFolder()
      const model = { demo: new Map<Addr, Remembered>(), other: new Map<Addr, Remembered>() }
      const durations = { demo: {} as Record<string, number>, other: {} as Record<string, number> }
      let store = writer(project)
      for (const one of steps) {
        if (one.is === 'reopen') {
          store.close()
          store = writer(project)
          continue
        }
        const environment = one.environment as 'demo' | 'other'
        const journal = right(store.begin(startOf(project, { environment, file: join(project, `${environment}.yaml`) })))
        const tasks = one.changes.map(change => {
          if (change.is === 'fail') return { addr: change.addr, action: 'update', result: { outcome: 'failed' as const, seconds: 1 } }
          durations[environment][durationKey(change.addr, change.is)] = change.seconds
          if (change.is === 'forget') {
            model[environment].delete(change.addr)
            return { addr: change.addr, action: 'forget', result: doneWith('forget', change.seconds) }
          }
          const { identity, ...rest } = change.remembered
          const kept = { addr: change.addr, kind: 'unit', ...rest, ...(identity === undefined ? {} : { identity: { ...identity } }) }
          model[environment].set(change.addr, { ...kept, run: journal.run })
          return { addr: change.addr, action: 'remember', result: doneWith(kept, change.seconds) }
        })
        if (one.grouped) {
          right(journal.intents(tasks))
          right(journal.results(tasks))
        } else for (const task of tasks) perform(journal, task.addr, task.action, task.result)
        right(journal.end('done'))
      }
      for (const environment of ['demo', 'other'] as const) {
        const memory = right(store.memory(environment))
        const wanted = [...model[environment].values()].sort((a, b) => (a.addr < b.addr ? -1 : 1))
        assert.equal(plain(memory.resources), plain(wanted))
        assert.equal(plain(memory.durations), plain(durations[environment]))
      }
      store.close()
    }),
    { numRuns: 25 },
  )
})

/** fast-check makes objects without a prototype, and with keys such as __proto__. */
const plain = (value: unknown): string => JSON.stringify(value, (_, one) => (isObject(one) ? Object.entries(one).sort(byKey) : one))
const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)
const isObject = (one: unknown): one is object => typeof one === 'object' && one !== null && !Array.isArray(one)

test.run()
