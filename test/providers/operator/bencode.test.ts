import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Malformed, parseBencode } from '../../../providers/operator/bencode.js'

const parse = (text: string) => parseBencode(Buffer.from(text, 'latin1'))

test('each sort of value is read', () => {
  assert.is(parse('i-42e'), -42)
  assert.is(parse('i0e'), 0)
  assert.is(String(parse('4:spam')), 'spam')
  assert.is((parse('0:') as Buffer).length, 0)
  assert.equal(parse('li1ei2ee'), [1, 2])
  assert.equal(
    parse('d1:ai1e2:bbld1:xi2eeee'),
    new Map<string, unknown>([
      ['a', 1],
      ['bb', [new Map([['x', 2]])]],
    ]),
  )
})

test('bytes stay bytes, also as keys', () => {
  const hash = Buffer.from([0, 255, 128])
  const value = parseBencode(Buffer.concat([Buffer.from('d3:'), hash, Buffer.from('3:'), hash, Buffer.from('e')]))
  assert.equal((value as Map<string, Buffer>).get(hash.toString('latin1')), hash)
})

for (const [why, text] of [
  ['leading zeros', 'i03e'],
  ['a minus zero', 'i-0e'],
  ['no digits', 'ie'],
  ['a length with zeros', '04:spam'],
  ['a text that is cut off', '5:spam'],
  ['a list that is cut off', 'li1e'],
  ['a dictionary that is cut off', 'd1:ai1e'],
  ['keys out of order', 'd1:bi1e1:ai2ee'],
  ['the same key twice', 'd1:ai1e1:ai2ee'],
  ['a key that is no text', 'di1ei2ee'],
  ['something behind the end', 'i1ei2e'],
  ['nothing at all', ''],
  ['a page of HTML', '<html>'],
  ['no end of depth', 'l'.repeat(100)],
] as const)
  test(`${why} is refused`, () =>
    assert.throws(
      () => parse(text),
      (cause: unknown) => cause instanceof Malformed,
    ))

test.run()
