import * as t from 'io-ts'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type AnyType,
  bool,
  decode,
  draftOf,
  field,
  isSecretPath,
  list,
  map,
  optional,
  pattern,
  plain,
  short,
  spec,
  tagged,
  text,
  whenWhole,
  where,
  whole,
  word,
} from '../../specs/codec.js'

const Port = whole(1, 65535, 'a port from 1 to 65535')
const Door = spec('door', {
  port: field(Port, 'Its number.', 6969),
  open: optional(bool, true, 'Whether it is open.'),
  note: optional(text, undefined, 'For people.'),
})
type Door = t.TypeOf<typeof Door>
const House = spec('house', {
  doors: optional(list(Door), [], 'Its doors.'),
  colour: optional(word('red', 'green'), 'red', 'Its colour.'),
})

const said = (codec: AnyType, value: unknown) =>
  decode(codec, value).issues.map(
    ({ code, path, what, expected }) => `${code} ${path.join('.')}: ${what}${expected === undefined ? '' : ` ${expected}`}`,
  )

test('defaults are filled in, and what has none is not there', () => {
  const door: Door = { port: 1, open: true }
  assert.equal(decode(House, { doors: [{ port: 1 }] }), { value: { doors: [door], colour: 'red' }, issues: [] })
  assert.equal(decode(House, {}), { value: { doors: [], colour: 'red' }, issues: [] })
})

test('all problems are reported at once, unknown keys among them', () => {
  assert.equal(said(House, { doors: [{ prot: 1 }, { port: 0, open: 'yes' }, null, 'x'], color: 'red' }), [
    'KEY_UNKNOWN color: house has no such key. Did you mean colour?',
    'KEY_UNKNOWN doors.0.prot: door has no such key. Did you mean port?',
    'KEY_MISSING doors.0.port: door needs port. Expected a port from 1 to 65535.',
    'VALUE_INVALID doors.1.port: 0 is out of range. Expected a port from 1 to 65535.',
    'VALUE_INVALID doors.1.open: yes is a word here, as in YAML 1.2, not a boolean. Expected true or false, without quotes.',
    'VALUE_NULL doors.2: nothing stands here. Write port below it, indented, or remove the line.',
    'VALUE_INVALID doors.3: text stands here. Expected a mapping with port, open, note.',
  ])
})

test('a key that nothing is near to is answered with all keys there are', () => {
  assert.equal(said(Door, { port: 1, zzzzzz: 1 }), ['KEY_UNKNOWN zzzzzz: door has no such key. It has port, open, note.'])
})

test('numbers and words in the wrong clothes are told apart', () => {
  assert.equal(said(Port, '80'), ['VALUE_INVALID : a number in quotes is text. Expected a port from 1 to 65535.'])
  assert.equal(said(Port, 1.5), ['VALUE_INVALID : not a whole number. Expected a port from 1 to 65535.'])
  assert.equal(said(text, 5), ['VALUE_INVALID : a number stands here. Expected text: put it in quotes.'])
  assert.equal(said(text, ' '), ['VALUE_INVALID : this is empty. Write something, or remove the line.'])
  assert.equal(said(word('red', 'green'), 'gren'), ['VALUE_INVALID : not a word that is known here. Did you mean green?'])
})

test('a condition says what it expects', () => {
  const Even = where(t.number, n => n % 2 === 0, 'an even number')
  assert.equal(decode(Even, 4), { value: 4, issues: [] })
  assert.equal(said(Even, 3), ['VALUE_INVALID : not an even number.'])
  assert.equal(said(Even, 'x'), ['VALUE_INVALID : text stands here. Expected a number.'])
})

test('a mapping with a tag complains as the one that is meant, and a bare word is short for it', () => {
  const Shape = tagged('kind', { dot: spec('dot', {}), disc: spec('disc', { radius: optional(Port, 5, 'How wide.') }) }, { bare: true })
  assert.equal(decode(Shape, 'disc').value, { kind: 'disc', radius: 5 })
  assert.equal(decode(Shape, { kind: 'dot' }).value, { kind: 'dot' })
  assert.equal(said(Shape, { kind: 'disc', raduis: 3 }), ['KEY_UNKNOWN raduis: disc has no such key. Did you mean radius?'])
  assert.equal(said(Shape, 'disk'), ['VALUE_INVALID : not a kind that is known here. Did you mean disc?'])
  assert.equal(said(Shape, {}), ['KEY_MISSING kind: kind is missing. Expected dot, disc.'])
})

test('a broken value in a draft is met only by who touches it', () => {
  const { draft } = draftOf(House, { doors: [{ port: 0 }, { port: 2 }], colour: 'green' })
  if (typeof draft === 'symbol') throw new Error('no draft')
  assert.is(
    whenWhole(() => draft.colour),
    'green',
  )
  assert.is(
    whenWhole(() => draft.doors[1]?.port),
    2,
  )
  assert.is(
    whenWhole(() => draft.doors.map(door => door.port)),
    undefined,
  )
})

test('keys that JavaScript knows are unknown keys like any other', () => {
  const value = JSON.parse('{"__proto__": {"port": 1}, "constructor": 1, "port": 2}')
  assert.equal(
    decode(Door, value).issues.map(issue => issue.path),
    [['__proto__'], ['constructor']],
  )
  assert.equal(said(map(text, plain), JSON.parse('{"__proto__": 1}')), ['KEY_UNKNOWN __proto__: this cannot be a key.'])
  assert.equal(said(plain, JSON.parse('{"a": {"__proto__": 1}}')), [
    'VALUE_INVALID : __proto__ cannot be a key. Expected what JSON can say.',
  ])
})

test('what is nested without end, and what is far too much, is refused in few words', () => {
  let deep: unknown = 1
  for (let i = 0; i < 100_000; i++) deep = [deep]
  assert.equal(said(plain, deep), ['VALUE_INVALID : this is nested more than 32 deep. Expected what JSON can say.'])
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`key${i}`, i]))
  assert.is(decode(Door, many).issues.length, 1000)
})

test('a codec is an io-ts type like any other', () => {
  const both = t.type({ door: Door })
  assert.is(both.decode({ door: { port: 1 } })._tag, 'Right')
  const read = Door.decode({ port: 0 })
  assert.equal(read._tag === 'Left' && read.left.map(error => error.message), ['0 is out of range. Expected a port from 1 to 65535.'])
  assert.is(Door.is({ port: 1, open: true }), true)
  assert.is(Door.is({ port: 0, open: true }), false)
})

test('a short form stands for a mapping', () => {
  const One = short(Port, port => ({ port }))
  assert.equal(decode(One, 5).value, { port: 5 })
})

test('a pattern shows an example', () => {
  assert.equal(said(pattern('name', /^[a-z]+$/, 'a name', 'demo'), 'A1'), ['VALUE_INVALID : not a name. Expected something like demo.'])
})

test('nothing is a secret path where no secret is', () => {
  assert.is(isSecretPath(House, ['doors', 0, 'port']), false)
  assert.is(isSecretPath(House, ['__proto__', 'x']), false)
})

test.run()
