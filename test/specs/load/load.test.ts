import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { saysOf } from '../../../specs/fault.js'
import { E } from '../../../specs/fp.js'
import { loadSpec } from '../../../specs/load/index.js'
import { folderWith } from '../../support/files.js'
import { faultOf, House, load, loadedOf, problemsOf } from './house.js'

const GOOD = {
  'a.yaml': 'name: demo\nprovider: lxd\ntracker:\n  udp: [6969, { port: 6970, bind: public }]\n  api: { admin_token: { env: TOKEN } }\n',
  'a.toml': 'name = "demo"\nprovider = "lxd"\n[tracker]\nudp = [6969, { port = 6970, bind = "public" }]\napi.admin_token.env = "TOKEN"\n',
  'a.json':
    '{ "name": "demo", "provider": "lxd", "tracker": { "udp": [6969, { "port": 6970, "bind": "public" }],\n "api": { "admin_token": { "env": "TOKEN" } } } }',
}

const at = (cwd: string, file: string) =>
  loadSpec<unknown>({ file, codec: House, decode: value => ({ value, issues: [] }), variables: {}, cwd, home: '/' })()
const refusal = async (cwd: string, file: string) => {
  const loaded = await at(cwd, file)
  return E.isLeft(loaded) ? loaded.left : undefined
}

test('YAML, TOML and JSON say the same', async () => {
  const [yaml, ...others] = await Promise.all(Object.entries(GOOD).map(async ([name, text]) => (await loadedOf({ [name]: text })).value))
  for (const other of others) assert.equal(other, yaml)
  assert.equal(yaml.tracker.udp, [6969, { port: 6970, bind: 'public' }])
})

test('places are found in all formats, those of what is not there nearby', async () => {
  const places = async (name: keyof typeof GOOD) => {
    const { placeOf } = await loadedOf({ [name]: GOOD[name] })
    return [placeOf(['tracker', 'udp', 1, 'port']), placeOf(['tracker', 'udp', 1, 'port'], 'key'), placeOf(['tracker', 'database'])].map(
      one => `${one.line}:${one.col}+${one.length}`,
    )
  }
  assert.equal(await places('a.yaml'), ['4:23+4', '4:17+4', '3:1+7'])
  assert.equal(await places('a.toml'), ['4:23+4', '4:16+4', '3:2+7'])
  assert.equal(await places('a.json'), ['1:75+4', '1:67+6', '1:49+52'])
})

test('an empty file is an empty mapping, and anything but a mapping is refused', async () => {
  for (const name of ['a.yaml', 'a.toml'])
    assert.equal(await problemsOf({ [name]: '' }), [`${name}:1:1 KEY_MISSING name: environment needs name. Expected a name.`])
  assert.equal(await problemsOf({ 'a.json': '' }), ['a.json:1:1 SYNTAX : no value stands here. The file ends too early.'])
  assert.equal(await problemsOf({ 'a.yaml': '- x\n' }), [
    'a.yaml:1:1 VALUE_INVALID : a list stands here. Expected sections, such as name: demo, with a blank after the colon.',
  ])
  assert.equal(await problemsOf({ 'a.json': '"hunter2"' }), [
    'a.json:1:1 VALUE_INVALID : a single value stands here. Expected sections, such as name: demo, with a blank after the colon.',
  ])
})

test('all problems come at once, in the order of the file, with warnings among them', async () => {
  assert.equal(
    await problemsOf({
      'a.yaml': 'tracker: { api: { admin_token: hunter22 }, prot: 1, udp: [x] }\nname: demo\nname: twice\nvm: { cpus: 0 }\n',
    }),
    [
      'a.yaml:1:32 SECRET_LITERAL tracker.api.admin_token: stands in clear in this file. Refer to it with { env: NAME }, { file: path } or { command: [argv] }.',
      'a.yaml:1:44 KEY_UNKNOWN tracker.prot: tracker has no such key. It has udp, http, private, api, database.',
      'a.yaml:1:59 VALUE_INVALID tracker.udp.0: text stands here. Expected a mapping with port, bind, domain.',
      'a.yaml:3:1 KEY_DUPLICATE name: stands on line 2 already. Remove one of the two.',
      'a.yaml:4:13 VALUE_INVALID vm.cpus: 0 is out of range. Expected a whole number from 1 to 64.',
    ],
  )
})

test('warnings come with the value, with places and without secrets', async () => {
  const { issues } = await loadedOf({ 'a.yaml': 'name: demo\ngrafana: { password: "correct horse" }\n' })
  assert.equal(
    issues.map(({ code, place, excerpt, caret }) => ({ code, place, excerpt, caret })),
    [
      {
        code: 'SECRET_LITERAL',
        place: { file: 'a.yaml', line: 2, col: 22, length: 15 },
        excerpt: 'grafana: { password: (secret) }',
        caret: { from: 21, length: 8 },
      },
    ],
  )
})

test('a missing file, a folder, a pipe, a forbidden and an unknown file are each told apart', async () => {
  const cwd = folderWith({ 'a.txt': 'x', 'b.yaml': 'name: b\n', 'b.yaml2/x': '' })
  mkdirSync(join(cwd, 'c.yaml'))
  execFileSync('mkfifo', [join(cwd, 'd.yaml')])
  symlinkSync('e.yaml', join(cwd, 'e.yaml'))
  assert.equal(await refusal(cwd, 'z.yaml'), { code: 'FILE_MISSING', file: 'z.yaml', folder: cwd })
  assert.is((await refusal(cwd, 'b.yaml/x.yaml'))?.code, 'FILE_MISSING')
  assert.equal(await refusal(cwd, 'a.txt'), { code: 'FILE_FORMAT_UNKNOWN', file: 'a.txt' })
  assert.equal(await refusal(cwd, 'c.yaml'), { code: 'FILE_NOT_A_FILE', file: 'c.yaml' })
  assert.equal(await refusal(cwd, 'd.yaml'), {
    code: 'FILE_UNREADABLE',
    file: 'd.yaml',
    why: 'it is a pipe, a socket or a device; save it to a file',
  })
  assert.equal(await refusal(cwd, 'e.yaml'), { code: 'FILE_UNREADABLE', file: 'e.yaml', why: 'its symbolic links form a circle' })
  assert.is((await refusal('/', '/dev/zero'))?.code, 'FILE_UNREADABLE')
  assert.is((await refusal(cwd, `${'n'.repeat(300)}.yaml`))?.code, 'FILE_UNREADABLE')
  assert.is((await refusal(cwd, 'a\0.yaml'))?.code, 'FILE_UNREADABLE')
})

test('a file that may not be read is a fault', async () => {
  const cwd = folderWith({ 'a.yaml': 'name: a\n' })
  chmodSync(join(cwd, 'a.yaml'), 0)
  const fault = await refusal(cwd, 'a.yaml')
  if (process.getuid?.() === 0) assert.is(fault, undefined)
  else assert.equal(fault, { code: 'FILE_UNREADABLE', file: 'a.yaml', why: 'permission denied' })
})

test('a file of 100 MB is refused without being read', async () => {
  const cwd = folderWith({ 'a.yaml': '' })
  truncateSync(join(cwd, 'a.yaml'), 100_000_000)
  const [memory, before] = [process.memoryUsage().rss, performance.now()]
  assert.equal(await refusal(cwd, 'a.yaml'), { code: 'FILE_TOO_LARGE', file: 'a.yaml', bytes: 100_000_000, limit: 1024 * 1024 })
  assert.ok(performance.now() - before < 100)
  assert.ok(process.memoryUsage().rss - memory < 10_000_000)
})

test('bytes that are not UTF-8 are placed, and a byte order mark is nothing', async () => {
  const fault = async (...bytes: ReadonlyArray<number>) => saysOf(await faultOf({ 'a.yaml': new Uint8Array(bytes) }))
  assert.is(await fault(0x61, 0x3a, 0x0a, 0xc3, 0xa9, 0xff, 0x62), 'a.yaml:2:2 is not valid UTF-8')
  assert.is(await fault(0xff, 0xfe, 0x61, 0), 'a.yaml:1:1 is not valid UTF-8')
  assert.is(await fault(0xef, 0xbf, 0xbd, 0x0a, 0xef, 0xbf, 0xbd, 0xe2, 0x82), 'a.yaml:2:2 is not valid UTF-8')
  assert.is((await loadedOf({ 'a.yaml': '\uFEFFname: demo\n' })).value.name, 'demo')
  assert.is((await loadedOf({ 'a.json': '\uFEFF{"name": "demo"}' })).value.name, 'demo')
})

test('files are named as typed, or as they are reached from here', async () => {
  const cwd = folderWith({ 'sub/a.yaml': 'name: 1\n' })
  const named = async (folder: string, file: string) => {
    const fault = await refusal(folder, file)
    return fault?.code === 'FILE_MISSING' ? fault.file : undefined
  }
  assert.is(await named(cwd, './sub/../b.yaml'), './sub/../b.yaml')
  assert.is(await named(cwd, join(cwd, 'b.yaml')), 'b.yaml')
  assert.is(await named(join(cwd, 'sub'), join(cwd, 'b.yaml')), '../b.yaml')
  assert.is(await named('/var/lib/some/deep/folder', '/b.yaml'), '/b.yaml')
})

test('paths are relative to the file that says them, those of defaults to home', async () => {
  const files = {
    'a.yaml': 'name: a\nextends: base/b.yaml\n',
    'base/b.yaml': 'ssh: { key: keys/one }\ngrafana: { password: { file: ~/secret } }\n',
  }
  const { cwd, value } = await loadedOf(files)
  assert.is(value.ssh.key, join(cwd, 'base/keys/one'))
  assert.equal(value.grafana.password.from, { file: '/home/me/secret' })
  assert.is((await loadedOf({ 'a.yaml': 'name: a\n' })).value.ssh.key, '/home/me/.ssh/id')
})

test('an excerpt shows neither secrets nor what unknown keys hold, wherever they stand on the line', async () => {
  const lines: ReadonlyArray<string> = [
    'tracker: { api: { admin_token: hunter2, prot: x } }',
    'tracker: { api: { admin_token: [hunter2], prot: x } }',
    'tracker: { api: { admin_token: { evn: hunter2 }, prot: x } }',
    'tracker: { api: { admin_tokn: { a: [hunter2] }, prot: x } }',
    'tracker: { api: { prot: x, admin_token: "hunter2\n hunter2" } }',
    'tracker: { api: { admin_token: a, admin_token: hunter2, prot: x } }',
    'x-a: { a: &a hunter2, b: &b { admin_token: hunter2, prot: x } }\ntracker: { api: { <<: *b, admin_token: *a } }',
    'compose-stack: { services: { a: { environment: { PASSWORD: hunter2 } } }, prot: x }',
    'grafana: { password: |\n    hunter2\n    , prot: x }',
    'tracker: { api: { admin_token: hunter2, prot: x }',
    'admin_token: hunter2: x',
    'ssh: { key: x }\nprivate_key: |\n  -----BEGIN\n hunter2hunter2\n',
    'password:\n- hunter2\n hunter2',
  ]
  for (const line of lines) {
    const fault = await faultOf({ 'a.yaml': `name: demo\n${line}\n` })
    assert.is(fault.code, 'SPEC_INVALID')
    assert.not.match(JSON.stringify(fault), 'hunter2', line)
  }
})

test('a secret is not shown, whatever is wrong with it, unless that makes it a key', async () => {
  const sign = fc.constantFrom(
    '"',
    "'",
    '*',
    '&',
    '!',
    '|',
    '>',
    '%',
    '@',
    '`',
    '[',
    ']',
    '{',
    '}',
    ':',
    ': ',
    ', ',
    '#',
    ' # ',
    '- ',
    '? ',
    '\\',
    '\\x',
    ' ',
    '=',
    '\t',
    '\n',
    '\n  ',
    'x',
    '1',
  )
  const around = fc.array(sign, { maxLength: 4 }).map(all => all.join(''))
  const line = fc.constantFrom<(one: string) => readonly [string, string]>(
    one => ['a.yaml', `tracker: { api: { admin_token: ${one}, prot: 1 } }\n`],
    one => ['a.yaml', `tracker:\n  api:\n    admin_token: ${one}\n    prot: 1\n`],
    one => ['a.toml', `[tracker.api]\nadmin_token = ${one}\nprot = 1\n`],
    one => ['a.toml', `tracker.api = { admin_token = ${one}, prot = 1 }\n`],
    one => ['a.json', `{"tracker": {"api": {"admin_token": ${one}, "prot": 1 } } }\n`],
  )
  await fc.assert(
    fc.asyncProperty(line, around, around, async (write, before, after) => {
      const [name, text] = write(`${before}hunter2${after}`)
      const fault = await faultOf({ [name]: text })
      const isKey =
        /hunter2[^\n]*[:=?]|\?[^\n]*hunter2/.test(text) ||
        (fault.code === 'SPEC_INVALID' && fault.issues.some(({ path }) => /hunter2/.test(path.join())))
      if (!isKey) assert.not.match(JSON.stringify(fault), 'hunter2', text)
    }),
    { numRuns: 1500 },
  )
})

test('broken JSON and TOML do not show what may be a secret', async () => {
  assert.not.match(JSON.stringify(await faultOf({ 'a.json': '{"tracker": {"api": {"admin_token": "hunter2" "x": 1}}}' })), 'hunter2')
  assert.not.match(JSON.stringify(await faultOf({ 'a.json': '{"tracker": {"api": {"admin_token": \'hunter2\'}}}' })), 'hunter2')
  assert.not.match(JSON.stringify(await faultOf({ 'a.toml': '[tracker.api]\nadmin_token = hunter2\n' })), 'hunter2')
  assert.not.match(
    JSON.stringify(await faultOf({ 'a.toml': 'tracker.api.admin_token = "hunter2"\ntracker.api.admin_token = "hunter2"\n' })),
    'hunter2',
  )
})

test('of a file full of mistakes the first hundreds are shown, soon', async () => {
  for (const text of [
    'a: 1\n'.repeat(100_000),
    Array.from({ length: 50_000 }, (_, i) => `k${i}: 1`).join('\n'),
    `[${'"x", '.repeat(100_000)}]`,
  ]) {
    const before = process.cpuUsage()
    const fault = await faultOf({
      'a.yaml': `name: demo\nvm: { cpus: x }\ntracker: { udp: [x], http: ${text.startsWith('[') ? text : '[]'} }\n${text.startsWith('[') ? '' : text}`,
    })
    assert.ok(fault.code === 'SPEC_INVALID' && fault.issues.length <= 500)
    // Its own work, whatever else the machine does.
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 20_000_000, `${(user + system) / 1000} ms`)
  }
})

test('an unknown table of TOML shows its name and not what it holds', async () => {
  const text = 'name = "demo"\n[grfana]\npassword = "hunter2"\n[vm]\nc.d = { e = "hunter2", f = 1 }\n'
  const fault = await faultOf({ 'a.toml': text })
  assert.equal(fault.code === 'SPEC_INVALID' && fault.issues.map(issue => issue.excerpt), ['[grfana]', 'c.d = (hidden)'])
})

test('a file cut off anywhere is refused or read, and nothing is thrown', async () => {
  for (const [name, text] of Object.entries(GOOD)) {
    for (let length = 0; length < text.length; length += 3) await load({ [name]: text.slice(0, length) })
  }
})

test('arbitrary bytes are refused or read, and nothing is thrown', async () => {
  const cwd = folderWith({})
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), fc.constantFrom('a.yaml', 'a.toml', 'a.json'), async (bytes, name) => {
      writeFileSync(join(cwd, name), bytes)
      const loaded = await at(cwd, name)
      assert.ok(E.isRight(loaded) || /^(FILE_NOT_UTF8|SPEC_INVALID)$/.test(loaded.left.code))
    }),
    { numRuns: 500 },
  )
})

test.run()
