import fc from 'fast-check'
import { stringify as tomlOf } from 'smol-toml'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { stringify as yamlOf } from 'yaml'
import type { Path } from '../../../specs/issue.js'
import { parseText } from '../../../specs/load/format.js'
import { placeOfSpan, type Source } from '../../../specs/load/source.js'
import { type Parsed, plainOf, type Tree } from '../../../specs/load/tree.js'

const sourceOf = (text: string): Source => ({ file: 'f', folder: '/', text, skip: 0 })
const parse = (text: string, extension = '.yaml') => parseText(sourceOf(text), extension)
const said = ({ problems }: Parsed) =>
  problems.map(({ issue, span }) => {
    const { line, col } = placeOfSpan(span)
    return `${line}:${col} ${issue.code} ${issue.path.join('.')}: ${issue.what}`
  })
const plain = ({ tree }: Parsed) => (tree === undefined ? undefined : plainOf(tree))

type Seen = { readonly path: Path; readonly text: string; readonly value: unknown }
const leaves = (tree: Tree, path: Path = []): ReadonlyArray<Seen> => {
  if (tree.is === 'mapping') return [...tree.entries].flatMap(([key, one]) => leaves(one.tree, [...path, key]))
  if (tree.is === 'list') return tree.items.flatMap((one, index) => leaves(one, [...path, index]))
  const { source, from, to } = tree.span
  return [{ path, text: source.text.slice(from, to), value: tree.value }]
}

const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('yes', 'null', '1', '__proto__', 'a b', 'é', '日本', '😀', 'x: y', '# no', '<<x'),
)
const printable = word.map(text => text.replace(/[^\P{Cc}\n\t]/gu, ''))
const scalar = fc.oneof(
  printable,
  fc.integer(),
  fc.boolean(),
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map(n => (Object.is(n, -0) ? 0 : n)),
)
const key = printable.filter(text => text !== '<<')
const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map(Object.fromEntries),
  ),
}))
const mapping = fc.array(fc.tuple(key, value), { maxLength: 5 }).map(Object.fromEntries)

const sameInPlaces = async (text: string, extension: string, wanted: unknown, written: (text: string) => unknown) => {
  const parsed = await parse(text, extension)
  assert.equal(parsed.problems, [])
  assert.is(JSON.stringify(plain(parsed)), JSON.stringify(wanted))
  if (parsed.tree !== undefined) for (const leaf of leaves(parsed.tree)) assert.equal(written(leaf.text), leaf.value, JSON.stringify(leaf))
}

test('every value of a YAML file stands where its place says', async () => {
  const { parse: read } = await import('yaml')
  const written = (text: string) => (/^[|>]/.test(text) ? undefined : read(text))
  await fc.assert(
    fc.asyncProperty(mapping, fc.constantFrom({}, { collectionStyle: 'flow' as const }), async (wanted, style) => {
      const text = yamlOf(wanted, { version: '1.2', aliasDuplicateObjects: false, blockQuote: false, lineWidth: 0, ...style })
      await sameInPlaces(text, '.yaml', wanted, written)
    }),
    { numRuns: 300 },
  )
})

test('every value of a JSON file stands where its place says', async () => {
  await fc.assert(
    fc.asyncProperty(mapping, fc.constantFrom(undefined, 2, '\t'), async (wanted, space) => {
      await sameInPlaces(JSON.stringify(wanted, null, space), '.json', wanted, text => JSON.parse(text))
    }),
    { numRuns: 300 },
  )
})

test('every value of a TOML file stands where its place says', async () => {
  const { parse: read } = await import('smol-toml')
  await fc.assert(
    fc.asyncProperty(mapping, async wanted => {
      const text = tomlOf(wanted)
      const ordered = read(text)
      await sameInPlaces(text, '.toml', ordered, one => read(`x = ${one}`).x)
    }),
    { numRuns: 300 },
  )
})

test('what JSON is, is what JSON.parse takes', async () => {
  const isJson = (text: string) => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }
  const signs = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '1',
    '-',
    '0',
    '.5',
    'e3',
    'true',
    'null',
    ' ',
    '\n',
    '"',
    '\\u12',
    '\\',
    "'",
    '/',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.array(signs).map(all => all.join('')),
        fc.json().map(text => text.slice(0, 30)),
        fc.json(),
      ),
      async text => {
        if (/[^\P{Cc}\n\t\r]/u.test(text) || text.trim() === '') return
        const { problems } = await parse(text, '.json')
        assert.is(
          problems.every(({ issue }) => issue.code !== 'SYNTAX'),
          isJson(text),
          text,
        )
      },
    ),
    { numRuns: 1000 },
  )
})

test('arbitrary text is refused or read, and nothing is thrown', async () => {
  const bits = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '  ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '&a ',
    '*a',
    '<<: ',
    '"',
    "'",
    '|',
    '>',
    '#',
    '!',
    '!!str ',
    '%',
    '---\n',
    '? ',
    '=',
    '.',
    '\t',
    '\r\n',
    '0x',
    '1',
    '\\',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(bits, { maxLength: 40 }).map(all => all.join('')),
  )
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom('.yaml', '.toml', '.json'), async (one, extension) => {
      const { tree, problems } = await parse(one, extension)
      assert.ok(tree !== undefined || problems.length > 0)
    }),
    { numRuns: 1500 },
  )
})

test('a YAML file may have anchors, aliases, merges and comments', async () => {
  const parsed = await parse('x-a: &a { port: 1, open: true } # c\nb: *a\nc: { <<: *a, port: 2 }\nd: { port: 3, <<: [*a] }\n')
  assert.equal(said(parsed), [])
  assert.equal(plain(parsed), {
    'x-a': { port: 1, open: true },
    b: { port: 1, open: true },
    c: { port: 2, open: true },
    d: { port: 3, open: true },
  })
})

test('keys of YAML are words, also where they look like numbers', async () => {
  assert.equal(
    plain(await parse('1: a\ntrue: b\n1.0: c\n__proto__: d\n')),
    Object.fromEntries([
      ['1', 'a'],
      ['true', 'b'],
      ['1.0', 'c'],
      ['__proto__', 'd'],
    ]),
  )
})

test('yes, no, on and off are words, and 010 is ten', async () => {
  assert.equal(plain(await parse('a: yes\nb: no\nc: on\nd: 010\ne: 0o10\nf: ~\n')), { a: 'yes', b: 'no', c: 'on', d: 10, e: 8, f: null })
})

test('a key that stands twice is an error at the second, in all formats', async () => {
  assert.equal(said(await parse('a: 1\nb: { c: 1, c: 2 }\na: 3\n')), [
    '2:12 KEY_DUPLICATE b.c: stands on line 2 already.',
    '3:1 KEY_DUPLICATE a: stands on line 1 already.',
  ])
  assert.equal(said(await parse('{"a": 1,\n "a": 2}', '.json')), ['2:2 KEY_DUPLICATE a: stands on line 1 already.'])
  assert.equal(said(await parse('a = 1\na = 2\n', '.toml')), ['2:1 KEY_DUPLICATE : is defined already.'])
})

test('aliases that explode are refused at once, in little memory', async () => {
  const levels = Array.from(
    { length: 30 },
    (_, i) =>
      `x-${i}: &a${i} [${
        i === 0
          ? '1'
          : Array(10)
              .fill(`*a${i - 1}`)
              .join(', ')
      }]`,
  )
  const before = performance.now()
  const parsed = await parse(levels.join('\n'))
  assert.equal(said(parsed), ['5:26 ALIAS_LIMIT : the aliases up to here stand for more than 10,000 values.'])
  assert.ok(performance.now() - before < 500)
})

test('an alias inside of its own anchor, or without one, is an error', async () => {
  assert.equal(said(await parse('a: &a [*a]\n')), ['1:8 SYNTAX : stands inside of what it refers to.'])
  assert.equal(said(await parse('a: *b\n')), ['1:4 SYNTAX : there is no such anchor above.'])
})

for (const [name, text, extension] of [
  ['lists in YAML', '['.repeat(100_000), '.yaml'],
  ['mappings in YAML', '{a: '.repeat(100_000), '.yaml'],
  ['dashes in YAML', '- '.repeat(100_000), '.yaml'],
  ['closed lists in JSON', '['.repeat(100_000) + ']'.repeat(100_000), '.json'],
  ['mappings in JSON', '{"a":'.repeat(100_000), '.json'],
  ['lists in TOML', `a = ${'['.repeat(100_000)}`, '.toml'],
  ['dotted keys in TOML', `${'a.'.repeat(50_000)}a = 1`, '.toml'],
  ['headers in TOML', `[${'a.'.repeat(50_000)}a]`, '.toml'],
] as const)
  test(`100,000 nested ${name} are a problem and no full stack`, async () => {
    const before = performance.now()
    const { problems } = await parse(text, extension)
    assert.equal(
      problems.map(({ issue }) => issue.what),
      ['nested too deeply.'],
    )
    assert.ok(performance.now() - before < 10_000)
  })

for (const [name, text, extension] of [
  ['keys', Array.from({ length: 30_000 }, (_, i) => `key${i}: 1`).join('\n'), '.yaml'],
  ['the same key', 'a: 1\n'.repeat(30_000), '.yaml'],
  ['directives', '%a\n'.repeat(100_000), '.yaml'],
  ['open quotes', '"'.repeat(200_000), '.yaml'],
  ['anchors', '&a '.repeat(100_000), '.yaml'],
  ['blanks', ' \n'.repeat(500_000), '.toml'],
  ['escapes', `"${'\\n'.repeat(400_000)}"`, '.json'],
] as const)
  test(`a file full of ${name} is done with in seconds`, async () => {
    const before = performance.now()
    await parse(text, extension)
    assert.ok(performance.now() - before < 15_000, `${performance.now() - before} ms`)
  })

test('several mistakes of YAML are reported at once, one a line', async () => {
  assert.equal(said(await parse('a: b: c\nd: [1, 2\ne: 3\nf: "x\n')), [
    '1:4 SYNTAX : one colon too many on this line.',
    '3:1 SYNTAX : ] is missing, or this line stands too far left.',
    '4:4 SYNTAX : a quote is not closed.',
  ])
})

test('a blank that is missing, a variable of the shell and stars without quotes get advice', async () => {
  const advice = async (text: string): Promise<ReadonlyArray<string | undefined>> =>
    (await parse(text)).problems.map(one => one.issue.expected)
  assert.equal(await advice(`a: { b: \${TOKEN} }\n`), ['For a variable of the environment write { env: NAME }.'])
  assert.equal(await advice('a: * * * * *\n'), ['Text that starts with * or & needs quotes.'])
})

test('tabs, control characters, second documents and foreign tags are named', async () => {
  assert.equal(said(await parse('a:\n\tb: 1\n')), ['2:1 SYNTAX : tabs are not allowed as indentation.'])
  assert.equal(said(await parse('a: b\0c\n')), ['1:5 SYNTAX : a control character stands here (U+0000).'])
  assert.equal(said(await parse('a: 1\n---\nb: 2\n')), ['2:1 SYNTAX : a second document begins here.'])
  assert.equal(said(await parse('a: !env B\n')), ['1:4 SYNTAX : a tag that means nothing here.'])
  assert.equal(said(await parse('a: !!str 1\n')), [])
  assert.equal(said(await parse('[a]: 1\n')), ['1:1 SYNTAX : a key is one word.'])
})

test('line ends of Windows change neither values nor lines', async () => {
  for (const [text, extension] of [
    ['a: x\r\nb:\r\n  c: "y"\r\nc: 1e999\r\n', '.yaml'],
    ['a = "x"\r\n[b]\r\nc = "y"\r\n[d]\r\ne = 2000-01-01\r\n', '.toml'],
  ] as const) {
    const parsed = await parse(text, extension)
    assert.equal((plain(parsed) as { a: string; b: unknown }).b, { c: 'y' })
    assert.is(parsed.problems.length, 1)
    assert.is(said(parsed)[0]?.slice(0, 2), extension === '.yaml' ? '4:' : '5:')
  }
})

test('numbers that a computer would round are refused', async () => {
  const what = 'VALUE_INVALID a: too large a number to be kept exactly.'
  assert.equal(said(await parse('a: 9007199254740993\n')), [`1:4 ${what}`])
  assert.equal(said(await parse('{"a": 9007199254740993}', '.json')), [`1:7 ${what}`])
  assert.equal(said(await parse('a = 9007199254740993', '.toml')), [`1:5 ${what}`])
  assert.equal(said(await parse('a: .nan\nb: 9007199254740991\n')), ['1:4 VALUE_INVALID a: not a number that can be counted with.'])
})

test('a date of TOML is refused at its place', async () => {
  assert.equal(said(await parse('[a]\nb = [1, 2020-01-01]\n', '.toml')), ['2:9 VALUE_INVALID a.b.1: a date, and nothing here takes one.'])
})

test('places in TOML follow dotted keys, tables and lists of tables', async () => {
  const { tree } = await parse('a.b = 1\n[c.d]\ne = { f = 2 }\n[[g]]\nh = 3\n[[g]]\nh = 4\n[g.i]\nj = 5\n', '.toml')
  const places = tree === undefined ? [] : leaves(tree).map(({ path, text }) => `${path.join('.')}=${text}`)
  assert.equal(places, ['a.b=1', 'c.d.e.f=2', 'g.0.h=3', 'g.1.h=4', 'g.1.i.j=5'])
})

for (const [name, text, expected] of [
  ['a comma too many', '{"a": [1,]}', '1:10 SYNTAX : a value is missing after the comma.'],
  ['a comment', '{\n  // c\n}', '2:3 SYNTAX : no key stands here.'],
  ['single quotes', `{"a": 'b'}`, '1:7 SYNTAX : no value stands here.'],
  ['nothing more', '{"a": [1', '1:7 SYNTAX : is not closed: ] is missing.'],
  ['an open quote', '{"a": "b\n}', '1:7 SYNTAX : text that does not end on its line, or has an escape that JSON does not know.'],
  ['two documents', '{} {}', '1:4 SYNTAX : something stands after the end of the document.'],
] as const)
  test(`JSON with ${name} is refused at the place of the mistake`, async () => {
    assert.equal(said(await parse(text, '.json')), [expected])
  })

test('TOML that is broken is refused at the place of the mistake', async () => {
  assert.equal(said(await parse('a = 1\nb = [1\nc = 2\n', '.toml')), ['3:1 SYNTAX : expected comma or end of structure.'])
})

test.run()
