import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { byteMaskOf, maskOf } from '../../engine/mask.js'
import { type Encoder, encodeAs } from '../../specs/encode.js'

const VALUE = `it's "q" $HOME #;\\ é 世界 🎈`
const ENCODERS: ReadonlyArray<Encoder> = ['url', 'env', 'json', 'base64', 'toml', 'yaml', 'shell', 'sql', 'cnf']

test('a secret is hidden as it is and as any encoder of ours writes it', () => {
  const mask = maskOf([VALUE])
  for (const form of [VALUE, ...ENCODERS.map(as => encodeAs(VALUE, [as]))])
    assert.is(mask(`a ${form} z`).replace(/["']/g, ''), 'a (secret) z')
})

test('a secret is hidden however somebody percent-encodes it', () => {
  const mask = maskOf(['a b/c+d~é'])
  const written = ['a%20b%2Fc%2Bd~%C3%A9', 'a+b/c%2bd%7E%c3%a9', 'a b%2fc+d~é', encodeURIComponent('a b/c+d~é'), encodeURI('a b/c+d~é')]
  for (const one of written) assert.is(mask(`?token=${one}&x=1`), '?token=(secret)&x=1')
})

test('each line of a secret of several lines is hidden by itself', () => {
  assert.is(maskOf(['first line\nsecond line\n}'])('a first line b\nc second line d\n}'), 'a (secret) b\nc (secret) d\n}')
})

test('of secrets that begin alike the longer one is hidden whole', () => {
  assert.is(maskOf(['hunter', 'hunter22'])('hunter22 hunter'), '(secret) (secret)')
})

test('nothing else is hidden, nor by anything shorter than four characters', () => {
  assert.is(maskOf([])('text'), 'text')
  assert.is(maskOf(['abc', ''])('abc'), 'abc')
  assert.is(maskOf(['a.c(d'])('abc(d a.c(d'), 'abc(d (secret)')
})

test('a secret of any length is hidden', () => {
  for (const length of [1000, 1001, 100_000]) {
    const value = VALUE.repeat(Math.ceil(length / VALUE.length)).slice(0, length)
    assert.is(maskOf([value])(`a ${value} z ${encodeAs(value, ['url'])}`), 'a (secret) z (secret)')
  }
})

test('of bytes only those of a secret change, whatever stands around them', () => {
  const around = Buffer.from([0xff, 0xfe, 0x00, 0xc3])
  const mask = byteMaskOf([VALUE, 'plain-one'])
  const both = mask(Buffer.concat([around, Buffer.from(VALUE), around, Buffer.from('plain-one'), around]))
  assert.ok(both.equals(Buffer.concat([around, Buffer.from('(secret)'), around, Buffer.from('(secret)'), around])))
  const none = Buffer.concat([around, Buffer.from('nothing'), around])
  assert.is(mask(none), none)
})

test('no value of four characters or more comes through, in text or in bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 4, maxLength: 60 }), fc.constantFrom(...ENCODERS), (value, as) => {
      const text = `<${value}><${encodeAs(value, [as])}>`
      const hidden = maskOf([value])(text)
      if (!'<(secret)><'.includes(value)) assert.not(hidden.includes(value))
      assert.is(byteMaskOf([value])(Buffer.from(text)).toString('utf8'), Buffer.from(hidden).toString('utf8'))
    }),
  )
})

test.run()
