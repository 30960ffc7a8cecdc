import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { E } from '../../../specs/fp.js'
import { loadSpec } from '../../../specs/load/index.js'
import { folderWith } from '../../support/files.js'
import { House, loadedOf, problemsOf } from './house.js'

const asWritten = { decode: (value: unknown) => ({ value, issues: [] }) }
const wholeOf = async (files: { readonly [name: string]: string }) => (await loadedOf(files, asWritten)).value

test('mappings merge, and lists replace as a whole', async () => {
  const files = {
    'a.yaml': 'extends: b.yaml\nname: a\ntracker: { udp: [1], api: { port: 2 } }\n',
    'b.yaml': 'tracker: { udp: [6, 7], private: true, api: { port: 1, x: 1 } }\nvm: { cpus: 4 }\n',
  }
  assert.equal(await wholeOf(files), { name: 'a', tracker: { udp: [1], private: true, api: { port: 2, x: 1 } }, vm: { cpus: 4 } })
})

test('of several bases the later one wins, in any format', async () => {
  const files = {
    'a.yaml': 'extends: [b.toml, c.json]\nname: a\n',
    'b.toml': 'vm.cpus = 1\nvm.disk = "b"\n',
    'c.json': '{"vm": {"cpus": 2}}',
  }
  assert.equal(await wholeOf(files), { name: 'a', vm: { cpus: 2, disk: 'b' } })
})

test('a base extends others, relative to its own folder', async () => {
  const files = {
    'a.yaml': 'extends: base/b.yaml\nname: a\n',
    'base/b.yaml': 'extends: ../c.yaml\nvm: { cpus: 1 }\n',
    'c.yaml': 'vm: { disk: c }\n',
  }
  assert.equal(await wholeOf(files), { name: 'a', vm: { cpus: 1, disk: 'c' } })
  assert.equal((await loadedOf(files)).files, ['a.yaml', 'base/b.yaml', 'c.yaml'])
})

test('secrets, the database and a provider of another kind replace as a whole', async () => {
  const base = `
provider: { kind: lxd, pool: p }
grafana: { password: { generate: 32, version: 2 } }
tracker: { database: { driver: mysql, host: h, user: u } }
compose-stack: { services: { a: { environment: { T: { env: A }, U: x } } } }
`
  const over = `
provider: { kind: sandbox, seed: 1 }
grafana: { password: { env: P } }
tracker: { database: { driver: mysql, host: i } }
compose-stack: { services: { a: { environment: { T: { file: f } } } } }
`
  assert.equal(await wholeOf({ 'a.yaml': `name: a\nextends: b.yaml${over}`, 'b.yaml': base }), {
    name: 'a',
    provider: { kind: 'sandbox', seed: 1 },
    grafana: { password: { env: 'P' } },
    tracker: { database: { driver: 'mysql', host: 'i' } },
    'compose-stack': { services: { a: { environment: { T: { file: 'f' }, U: 'x' } } } },
  })
})

test('a provider of the same kind merges, also where one is written short', async () => {
  const merged = async (base: string, over: string) =>
    (await wholeOf({ 'a.yaml': `name: a\nextends: b.yaml\nprovider: ${over}\n`, 'b.yaml': `provider: ${base}\n` })).provider
  assert.equal(await merged('{ kind: lxd, pool: p }', '{ kind: lxd, project: q }'), { kind: 'lxd', pool: 'p', project: 'q' })
  assert.equal(await merged('{ kind: lxd, pool: p }', '{ project: q }'), { kind: 'lxd', pool: 'p', project: 'q' })
  assert.equal(await merged('{ kind: lxd, pool: p }', 'lxd'), { kind: 'lxd', pool: 'p' })
  assert.equal(await merged('lxd', '{ project: q }'), { kind: 'lxd', project: 'q' })
  assert.equal(await merged('{ kind: lxd, pool: p }', 'sandbox'), 'sandbox')
})

test('a section of null takes away what the base has, and only in a file that extends one', async () => {
  const files = { 'a.yaml': 'name: a\nextends: b.yaml\ngrafana: null\ncaddy:\n', 'b.yaml': 'grafana: { port: 1 }\nvm: { cpus: 1 }\n' }
  assert.equal(await wholeOf(files), { name: 'a', vm: { cpus: 1 } })
  assert.equal(await problemsOf({ 'a.yaml': 'name: a\nextends: b.yaml\n', 'b.yaml': 'caddy:\n' }), [
    'b.yaml:1:1 VALUE_NULL caddy: nothing stands here. Write email below it, indented, or remove the line.',
  ])
  assert.equal(await problemsOf({ 'a.yaml': 'name: a\nextends: b.yaml\ntracker: { api: null }\n', 'b.yaml': 'tracker: { api: {} }\n' }), [
    'a.yaml:3:17 VALUE_NULL tracker.api: nothing stands here. Write {} or remove the line.',
  ])
})

test('problems are placed in the file that has them, the environment file first', async () => {
  const files = { 'z.yaml': 'name: 1\nextends: [b.yaml, c.toml]\n', 'b.yaml': 'vm: { cpus: x }\n', 'c.toml': '[tracker]\nprot = 1\n' }
  assert.equal(
    (await problemsOf(files)).map(one => one.slice(0, 35)),
    ['z.yaml:1:7 VALUE_INVALID name: a nu', 'b.yaml:1:13 VALUE_INVALID vm.cpus: ', 'c.toml:2:1 KEY_UNKNOWN tracker.prot'],
  )
})

test('what a file replaced is still not shown when its line is', async () => {
  const files = {
    'a.yaml': 'name: a\nextends: b.yaml\ngrafana: { password: { env: P } }\n',
    'b.yaml': 'grafana: { password: hunter2, prot: 1 }\n',
  }
  assert.is((await problemsOf(files)).length, 1)
  const cwd = folderWith(files)
  const loaded = await loadSpec({
    file: 'a.yaml',
    codec: House,
    decode: () => ({ issues: [{ code: 'VALUE_INVALID', level: 'error', path: ['grafana', 'prot'], what: 'x' }] }),
    variables: {},
    cwd,
    home: '/',
  })()
  assert.ok(E.isLeft(loaded) && loaded.left.code === 'SPEC_INVALID')
  assert.equal(loaded.left.issues[0]?.excerpt, 'grafana: { password: (secret), prot: (hidden) }')
})

test('files that extend each other in a circle are an error with the way', async () => {
  const circle = { 'a.yaml': 'name: a\nextends: b.yaml\n', 'b.yaml': 'extends: [c.yaml, a.yaml]\n', 'c.yaml': '' }
  assert.equal(await problemsOf(circle), [
    'b.yaml:1:19 EXTENDS_CYCLE extends: a circle: a.yaml -> b.yaml -> a.yaml. Take one of these lines away.',
  ])
  assert.equal(await problemsOf({ 'a.yaml': 'extends: ./a.yaml\n' }), [
    'a.yaml:1:10 EXTENDS_CYCLE extends: a circle: a.yaml -> a.yaml. Take one of these lines away.',
  ])
})

test('a circle through a symbolic link is one too', async () => {
  const cwd = folderWith({ 'a.yaml': 'extends: b.yaml\n' })
  symlinkSync('a.yaml', join(cwd, 'b.yaml'))
  const loaded = await loadSpec({ file: 'a.yaml', codec: House, decode: value => ({ value, issues: [] }), variables: {}, cwd, home: '/' })()
  assert.ok(E.isLeft(loaded) && loaded.left.code === 'SPEC_INVALID')
  assert.is(loaded.left.issues[0]?.code, 'EXTENDS_CYCLE')
})

test('the same base twice is read once', async () => {
  const files = {
    'a.yaml': 'name: a\nextends: [b.yaml, c.yaml, b.yaml]\n',
    'b.yaml': 'extends: d.yaml\n',
    'c.yaml': 'extends: d.yaml\n',
    'd.yaml': 'vm: { cpus: 3 }\n',
  }
  const { value, files: read } = await loadedOf(files)
  assert.is(value.vm.cpus, 3)
  assert.equal(read, ['a.yaml', 'b.yaml', 'd.yaml', 'c.yaml'])
})

test('a base that cannot be read is a problem of the line that names it', async () => {
  const files = {
    'a.yaml': 'name: a\nextends:\n  - no.yaml\n  - sub\n  - b.txt\n  - bad.yaml\n',
    'sub/x': '',
    'b.txt': '',
    'bad.yaml': 'a: [\n',
  }
  assert.equal(await problemsOf(files), [
    'a.yaml:3:5 EXTENDS_MISSING extends: there is no file no.yaml. The path is relative to a.yaml.',
    'a.yaml:4:5 EXTENDS_MISSING extends: sub is a folder, not a file. The path is relative to a.yaml.',
    'a.yaml:5:5 EXTENDS_MISSING extends: b.txt is neither .yaml, .yml, .toml nor .json. The path is relative to a.yaml.',
    'bad.yaml:2:1 SYNTAX : ] is missing, or this line stands too far left. What belongs together stands in the same column.',
  ])
})

test('extends that is no path is an error', async () => {
  assert.equal(await problemsOf({ 'a.yaml': 'name: a\nextends: [b.yaml, { a: 1 }]\n', 'b.yaml': '' }), [
    'a.yaml:2:19 VALUE_INVALID extends: not a path. Expected a path such as base.yaml, or a list of them.',
  ])
})

test('a chain without end is given up', async () => {
  const files = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`f${i}.yaml`, `extends: f${i + 1}.yaml\n`]))
  const problems = await problemsOf(files, { file: 'f0.yaml' })
  assert.match(problems.join('\n'), 'more than 100 files extend each other')
})

test.run()
