import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sinceOf } from '../../cli/since.js'
import { E } from '../../specs/fp.js'

const said = (text: string): string | undefined => {
  const since = sinceOf(text, '')
  return E.isRight(since) ? since.right : undefined
}

test('a span counts back from now, and a day or an hour is as journalctl has it', () => {
  for (const [text, words] of [
    ['30m', '-30m'],
    ['2h', '-2h'],
    ['1w', '-1w'],
    ['yesterday', 'yesterday'],
    ['7:05', '7:05'],
    ['23:59:59', '23:59:59'],
    ['2024-02-29', '2024-02-29'],
    ['2026-03-31 14:30', '2026-03-31 14:30'],
    ['2026-03-31T14:30', '2026-03-31 14:30'],
  ] as const)
    assert.is(said(text), words)
})

test('what is no time, no hour or no day of the calendar is a mistake on the command line', () => {
  for (const text of ['', 'nonsense', '2', '2x', '-2h', '24:00', '12:60', '2026-02-30', '2026-13-01', '2026-03-31 25:00', 'today; id'])
    assert.is(said(text), undefined)
})

test.run()
