import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endsInRun } from '../scripts/test-files.js'
import { codeOf, type Import, importsOf, ROOMS, TREE, topOf } from './support/tree.js'

/** Imports go from a higher room to a lower one; rooms of one height do not know each other. */
const HEIGHT: { readonly [room: string]: number } = {
  bin: 4,
  cli: 3,
  resources: 2,
  providers: 2,
  state: 2,
  engine: 1,
  specs: 0,
}

const sources = TREE.filter(file => file.endsWith('.ts') && ROOMS.includes(topOf(file)))
const imports = sources.flatMap(importsOf)
const isOwn = (name: string): boolean => ROOMS.includes(topOf(name)) && name.includes('/')
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
  { names: ['zx', 'zx/core', 'ws', 'node:net', 'node:tls', 'node:dgram', 'node:http', 'node:https', 'node:dns'], places: ['providers/'] },
]

/** node:net also knows how addresses are written. */
const isAboutAddresses = ({ of, names }: Import): boolean =>
  of === 'node:net' && names.length > 0 && names.every(name => ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress'].includes(name))

for (const { names, places } of RESERVED)
  test(`${names.join(', ')}: imported in ${places.join(', ')} only`, () => {
    const elsewhere = imports.filter(one => names.includes(one.of) && !within(places)(one.file) && !isAboutAddresses(one))
    assert.equal(elsewhere.map(says), [])
  })

test('zx, slower to import than Node is to start, and ws are imported lazily', () => {
  assert.equal(imports.filter(({ of, how }) => /^(zx|ws)\b/.test(of) && how === 'static').map(says), [])
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

test('in specs only loading and writing touch files, and nothing the console', () => {
  const specs = sources.filter(within(['specs/']))
  const filing = specs.flatMap(importsOf).filter(({ file, of }) => /^node:fs/.test(of) && !within(['specs/load', 'specs/write.ts'])(file))
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

test.run()
