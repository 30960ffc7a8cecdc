import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse as parseYaml } from 'yaml'
import { saysOf } from '../../specs/fault.js'
import { E } from '../../specs/fp.js'
import { isPinnable } from '../../specs/image.js'
import { parsePins, renderPins } from '../../specs/pins.js'

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`
const read = (text: string) => {
  const pins = parsePins(text, 'prod.lock')
  return E.isRight(pins) ? Object.fromEntries(pins.right) : saysOf(pins.left)
}

test('a lock file has one image a line, sorted, and YAML reads it so too', () => {
  const pins = new Map([
    ['torrust/tracker:develop', digest('a')],
    ['localhost:5000/one', digest('c')],
    ['mysql:8.4', digest('b')],
  ])
  const text = renderPins(pins)
  const [comment, ...lines] = text.split('\n')
  assert.match(comment ?? '', /^# /)
  assert.equal(lines, [`localhost:5000/one: ${digest('c')}`, `mysql:8.4: ${digest('b')}`, `torrust/tracker:develop: ${digest('a')}`, ''])
  assert.equal(parseYaml(text), Object.fromEntries(pins))
})

const anImage = fc
  .tuple(
    fc.constantFrom('', 'localhost:5000/', 'r.example.com/', '10.0.0.1:5000/'),
    fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9]{1,8})?$/),
    fc.stringMatching(/^(:[\w][\w.-]{0,8})?$/),
  )
  .map(parts => parts.join(''))
  .filter(isPinnable)

test('what was written is read again', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        anImage,
        fc.stringMatching(/^[0-9a-f]{64}$/).map(hex => `sha256:${hex}`),
      ),
      pins => {
        const text = renderPins(new Map(Object.entries(pins)))
        assert.equal(read(text), { ...pins })
      },
    ),
  )
})

test('what people and their editors make of it is read too', () => {
  const expected = { 'mysql:8.4': digest('b'), 'caddy:2': digest('c') }
  assert.equal(read(`---\r\n# mine\r\n\r\n"mysql:8.4":   '${digest('b')}'  # why\r\ncaddy:2: ${digest('c')}`), expected)
  assert.equal(read(''), {})
  assert.equal(read('# only this\n{}\n'), {})
})

test('nonsense is told with its line', () => {
  for (const [text, why] of [
    [`mysql:8.4: ${digest('b')}\nwhat is this\n`, 'prod.lock:2: not an image and its digest'],
    [`\n\nmysql:8.4: sha256:abc\n`, 'prod.lock:3: the digest of mysql:8.4 is not sha256: and 64 digits of 0-9 and a-f'],
    [`MySQL:8.4: ${digest('b')}\n`, 'prod.lock:1: not an image such as mysql:8.4'],
    [`mysql:8.4@${digest('a')}: ${digest('b')}\n`, 'prod.lock:1: not an image such as mysql:8.4'],
    [`one:1: ${digest('a')}\ntwo:1: ${digest('a')}\none:1: ${digest('b')}\n`, 'prod.lock:3: one:1 stands on line 1 already'],
    [`<<<<<<< HEAD\nmysql:8.4: ${digest('b')}\n`, 'prod.lock:1: two versions of this file were merged and not settled'],
    ['[[package]]\nname = "serde"\n', 'prod.lock:1: not an image and its digest'],
  ] as const)
    assert.is(read(text), why)
})

test.run()
