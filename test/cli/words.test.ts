import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { asked } from '../../cli/words.js'

const wordsOf = (...argv: string[]): string => {
  const what = asked(argv)
  return what.is === 'command' ? what.entry.words : what.is
}

test('the longest words win', () => {
  assert.is(wordsOf('state', 'list'), 'state list')
  assert.is(wordsOf('list'), 'list')
})

test('options may stand before the words', () => {
  assert.is(wordsOf('--json', '-f', 'prod.yaml', 'plan'), 'plan')
})

test('half of two words is a group, and no words are nothing', () => {
  assert.is(wordsOf('secret'), 'group')
  assert.is(wordsOf('--json'), 'nothing')
  assert.is(wordsOf('plna'), 'unknown')
})

test('what stands behind -- is no command', () => {
  assert.is(wordsOf('--', 'plan'), 'nothing')
})

test.run()
