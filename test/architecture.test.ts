import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endsInRun } from '../scripts/test-files.js'
import { codeOf, importsOf, TREE, textOf, topOf } from './support/tree.js'

/** Imports go from a higher room to a lower one; rooms of one height do not know each other. */
const HEIGHT: { readonly [room: string]: number } = { bin: 4, cli: 3, resources: 2, providers: 2, state: 2, engine: 1, specs: 0 }
const FOLDERS = [...Object.keys(HEIGHT), '.ci', 'docs', 'examples', 'schema', 'scripts', 'test']

/** Files that read better whole than split. */
const LONG = ['specs/fault.ts']
const LINES = 250

const sources = TREE.filter(file => file.endsWith('.ts') && topOf(file) in HEIGHT)
const imports = sources.flatMap(importsOf)
const isOwn = (name: string): boolean => topOf(name) in HEIGHT && name.includes('/')
const within = (places: ReadonlyArray<string>) => (file: string) => places.some(place => file === place || file.startsWith(place))
const says = ({ file, of }: { file: string; of: string }): string => `${file} imports ${of}`

test('imports go one way: bin, cli, resources or providers or state, engine, specs', () => {
  const height = (file: string): number => HEIGHT[topOf(file)] ?? -1
  const against = imports.filter(({ file, of }) => isOwn(of) && topOf(file) !== topOf(of) && height(file) <= height(of))
  assert.equal(against.map(says), [])
})

test('the program imports nothing from its tests, scripts or examples', () => {
  assert.equal(imports.filter(({ of }) => /^(test|scripts|examples|docs)\//.test(of)).map(says), [])
})

test('every relative import names a file that is there', () => {
  assert.equal(
    imports.filter(({ of }) => of.includes('/') && !of.startsWith('@') && !of.startsWith('node:') && !existsSync(of)).map(says),
    [],
  )
})

test('no kind of resource imports another kind', () => {
  const kindOf = (file: string): string | undefined => /^resources\/([^/]+)\//.exec(file)?.[1]
  const crossing = imports.filter(({ file, of }) => kindOf(file) !== undefined && kindOf(of) !== undefined && kindOf(file) !== kindOf(of))
  assert.equal(crossing.map(says), [])
})

/** What only some places may import. */
const RESERVED: ReadonlyArray<{ readonly names: ReadonlyArray<string>; readonly places: ReadonlyArray<string> }> = [
  { names: ['fp-ts'], places: ['specs/fp.ts'] },
  { names: ['io-ts'], places: ['specs/', 'resources/', 'engine/contract.ts'] },
  { names: ['better-sqlite3'], places: ['state/'] },
  { names: ['clipanion'], places: ['cli/', 'bin/'] },
  { names: ['zx', 'node:net', 'node:tls', 'node:dgram', 'node:http', 'node:https', 'node:dns'], places: ['providers/'] },
]

for (const { names, places } of RESERVED)
  test(`${names.join(', ')}: imported in ${places.join(', ')} only`, () => {
    const elsewhere = imports.filter(({ file, of }) => names.includes(of) && !within(places)(file))
    assert.equal(elsewhere.map(says), [])
  })

test('zx, slower to import than Node is to start, is imported lazily', () => {
  assert.equal(imports.filter(({ of, how }) => of === 'zx' && how === 'static').map(says), [])
})

/** What would make a pure room depend on the moment, the machine or chance. */
const WORLD =
  /\bconsole\.|\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bfetch\(|\brandom(?:UUID|Bytes)\b/g
const worldly = (file: string): ReadonlyArray<string> => (codeOf(file).match(WORLD) ?? []).map(word => `${file} says ${word}`)

test('engine and resources touch no console, process, clock, chance or file', () => {
  const pure = sources.filter(within(['engine/', 'resources/']))
  const found = [
    ...pure.flatMap(worldly),
    ...pure
      .flatMap(importsOf)
      .filter(({ of }) => /^node:(fs|os|child_process|timers)/.test(of))
      .map(says),
  ]
  assert.equal(found, [])
})

test('in specs only loading touches files, and nothing the console', () => {
  const specs = sources.filter(within(['specs/']))
  const filing = specs.flatMap(importsOf).filter(({ file, of }) => /^node:fs/.test(of) && !within(['specs/load', 'specs/secret'])(file))
  assert.equal([...filing.map(says), ...specs.filter(file => /\bconsole\./.test(codeOf(file)))], [])
})

test('the engine knows no kind by name', () => {
  const kinds = /'(vm|compose-stack|tracker|mysql|prometheus|grafana|caddy|backup)(\.main)?'/g
  assert.equal(
    sources.filter(within(['engine/'])).flatMap(file => (codeOf(file).match(kinds) ?? []).map(word => `${file} says ${word}`)),
    [],
  )
})

test('nothing is declared that is not there', () => {
  assert.equal(
    sources.filter(file => /^export declare (const|function|class)/m.test(codeOf(file))),
    [],
  )
})

const tests = TREE.filter(file => file.endsWith('.test.ts'))

test('every test file ends in .run(), without which uvu runs nothing', () => {
  assert.equal(
    tests.filter(file => !endsInRun(file)),
    [],
  )
})

test('no test is marked as the only one, or skipped', () => {
  assert.equal(
    tests.filter(file => /^\s*\w+\.(only|skip)\(/m.test(codeOf(file))),
    [],
  )
})

test('every top-level folder is a known one', () => {
  assert.equal(
    [...new Set(TREE.filter(file => file.includes('/')).map(topOf))].filter(folder => !FOLDERS.includes(folder)),
    [],
  )
})

test(`no file of code has more than ${LINES} lines, unless it reads better whole`, () => {
  const linesOf = (file: string): number => textOf(file).split('\n').length - 1
  const long = TREE.filter(file => file.endsWith('.ts') && linesOf(file) > LINES)
  assert.equal(
    long.filter(file => !LONG.includes(file)).map(file => `${file} has ${linesOf(file)}`),
    [],
  )
  assert.equal(
    LONG.filter(file => !long.includes(file)),
    [],
    'allowed to be long, but is not',
  )
})

test('no file names the machine that it was written on', () => {
  const words = [process.cwd(), homedir()].filter(path => path.split('/').length > 2).map(path => `${path}/`)
  assert.equal(
    TREE.filter(file => words.some(word => textOf(file).includes(word))),
    [],
  )
})

test('the lockfile names no host to fetch from, so that any registry serves', () => {
  assert.not.match(textOf('package-lock.json'), /"resolved"/)
})

const linksOf = (page: string): ReadonlyArray<string> =>
  [
    ...textOf(page)
      .replace(/```[\s\S]*?```|`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, link]) => link ?? '')

/** The id that a heading gets on the usual hosts of Markdown. */
const idsOf = (page: string): ReadonlyArray<string> =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replace(/ /g, '-'),
  )

test('links between pages lead somewhere', () => {
  const broken = TREE.filter(file => file.endsWith('.md')).flatMap(page =>
    linksOf(page)
      .filter(link => !/^[a-z]+:/.test(link))
      .filter(link => {
        const [path = '', id] = link.split('#')
        const target = path === '' ? page : join(dirname(page), path)
        return !existsSync(target) || (id !== undefined && target.endsWith('.md') && !idsOf(target).includes(id))
      })
      .map(link => `${page} links to ${link}`),
  )
  assert.equal(broken, [])
})

test.run()
