import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Field } from '../../engine/contract.js'
import { plannedFields } from '../../engine/plan/sources.js'

test('what a run left on the host when it was cut off comes from the host, whatever else the file asks for', () => {
  const fields: ReadonlyArray<Field> = [
    { name: 'port', from: 22, to: 2222 },
    { name: 'undo', from: 'armed', left: true },
  ]
  const decision = { action: 'update', diff: { action: 'update', fields, files: [] }, stale: [] } as never
  assert.equal(
    plannedFields(decision, () => 'file'),
    [
      { name: 'port', from: 22, to: 2222, source: 'file' },
      { name: 'undo', from: 'armed', source: 'host' },
    ],
  )
})

test.run()
