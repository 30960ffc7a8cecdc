import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Masked } from '../../cli/masked.js'
import { byteMaskOf } from '../../engine/mask.js'

const mask = byteMaskOf(['hunter22', 'pa%ss wörd'])
const LOG = Buffer.concat([
  Buffer.from('one hunter22 two\n\n?token=pa%25ss+w%c3%b6rd&x\n'),
  Buffer.from([0xff, 0x00, 0xc3, 0x0a]),
  Buffer.from('hunter22 at the end'),
])
const through = (pieces: ReadonlyArray<Buffer>): Buffer => {
  const heard: Array<Buffer> = []
  const masked = new Masked(mask, bytes => heard.push(bytes))
  for (const piece of pieces) masked.take(piece)
  masked.end()
  return Buffer.concat(heard)
}

test('wherever it is cut in pieces, what comes through is the same, and without a secret', () => {
  const whole = mask(LOG)
  assert.not(/hunter22|%c3%b6/.test(whole.toString('latin1')))
  fc.assert(
    fc.property(fc.array(fc.nat(LOG.length), { maxLength: 8 }), cuts => {
      const at = [0, ...[...cuts].sort((a, b) => a - b), LOG.length]
      assert.ok(through(at.slice(1).map((to, index) => LOG.subarray(at[index], to))).equals(whole))
    }),
  )
})

test('a line comes through as soon as it is whole', () => {
  const heard: Array<string> = []
  const masked = new Masked(mask, bytes => heard.push(bytes.toString()))
  masked.take(Buffer.from('a\nb'))
  assert.equal(heard, ['a\n'])
  masked.take(Buffer.from('c\nd\n'))
  assert.equal(heard, ['a\n', 'bc\nd\n'])
  masked.end()
  assert.equal(heard.length, 2)
})

test.run()
