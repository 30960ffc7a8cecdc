import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { enveloped } from '../../../providers/remote/envelope.js'
import { word, words } from '../../../providers/remote/words.js'

const HOSTILE = [
  '',
  ' ',
  "'",
  "''",
  "a'b",
  '"',
  '\\',
  '\\\\n',
  '$HOME',
  '$(touch /tmp/never)',
  '`id`',
  '*',
  '~',
  '-n',
  '-e',
  '!!',
  '#',
  ';exit 1',
  'a\nb',
  '\n',
  '\r\n',
  '\t',
  '%s%n',
  '{a,b}',
  '}',
  '\u0001\u007f',
  'grüße \u{1f980}',
  '\u0081\u0082\u0088',
]
const SHELLS = ['dash', 'bash', 'bash --posix'] as const

const saidBy = (shell: string, script: string): Buffer => {
  const [command = '', ...args] = shell.split(' ')
  return spawnSync(command, args, { input: script }).stdout
}
const backFrom = (shell: string, texts: ReadonlyArray<string>): ReadonlyArray<string> =>
  saidBy(shell, enveloped(`printf '%s\\0' ${words(texts)}`))
    .toString('utf8')
    .split('\0')
    .slice(0, -1)

for (const shell of SHELLS) {
  test(`${shell} reads every hostile word as it was meant`, () => {
    assert.equal(backFrom(shell, HOSTILE), HOSTILE)
  })

  test(`${shell} reads any words as they were meant`, () => {
    const texts = fc.array(
      fc.string({ unit: 'binary' }).map(text => Buffer.from(text.replaceAll('\0', '')).toString('utf8')),
      { minLength: 1, maxLength: 20 },
    )
    fc.assert(
      fc.property(texts, one => {
        assert.equal(backFrom(shell, one), one)
      }),
      { numRuns: 40 },
    )
  })
}

test('a word with a NUL is a bug, not a shorter word', () => {
  assert.throws(() => word('a\0b'), /NUL/)
})

test.run()
