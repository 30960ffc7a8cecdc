import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunEvent } from '../../engine/run-value.js'

/** The compiler asks for a line when an event is added. */
const EVENTS: { readonly [At in RunEvent['at']]: true } = {
  begin: true,
  running: true,
  doing: true,
  again: true,
  done: true,
  failed: true,
  skipped: true,
  stopping: true,
  check: true,
}

test('every event of a run is explained to who reads it as JSON', () => {
  const [, table = ''] = readFileSync('docs/command-line.md', 'utf8').split('| at | when |')
  const rows = [...(table.split('\n\n')[0]?.matchAll(/^\| `([a-z]+)` \|/gm) ?? [])].map(([, at]) => at)
  assert.equal(rows, Object.keys(EVENTS))
})

test.run()
