import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openEnvironment } from '../cli/environment.js'
import { PRESENCE } from '../resources/environment.js'
import { kinds } from '../resources/registry.js'
import { E } from '../specs/fp.js'
import { contextIn, deployer, parsed } from './support/cli.js'
import { KEY } from './support/environments.js'
import { TREE, textOf } from './support/tree.js'

const FILES = TREE.filter(file => /^examples\/.*\.(ya?ml|toml|json)$/.test(file))
/** A base is read with what extends it. */
const ENVIRONMENTS = FILES.filter(file => /^\s*"?name"?\s*[:=]/m.test(textOf(file)))

const scratch: string[] = []
test.after(() => {
  for (const folder of scratch) rmSync(folder, { recursive: true, force: true })
})

/** What its owner would have in the environment, and in place of a program that only they have. */
const secretsOf = (file: string): { readonly [name: string]: string } => ({
  ...Object.fromEntries([...textOf(file).matchAll(/\benv: (\w+)/g)].map(([, name]) => [name ?? '', `value of ${name}`])),
  ...(/admin_token: \{ command:/.test(textOf(file)) && { DEPLOYER__TRACKER__API__ADMIN_TOKEN: '{ env: TOKEN }', TOKEN: 'a token' }),
})

/** What somebody has who copied the folder: the files, and an ssh key. */
const copied = (file: string): string => {
  const cwd = mkdtempSync(join(tmpdir(), 'deployer-example-'))
  scratch.push(cwd)
  cpSync(dirname(file), cwd, { recursive: true })
  mkdirSync(join(cwd, '.ssh'))
  writeFileSync(join(cwd, '.ssh', 'id_ed25519.pub'), `${KEY}\n`)
  return cwd
}
const nameOf = (file: string): string => file.slice(dirname(file).length + 1)

test('there are examples of every provider that can be written by hand, and of each format', () => {
  assert.equal(ENVIRONMENTS.length, 10)
  assert.equal([...new Set(ENVIRONMENTS.map(file => /\.\w+$/.exec(file)?.[0]))].sort(), ['.json', '.toml', '.yaml'])
})

for (const file of ENVIRONMENTS) {
  test(`${file} has neither errors nor warnings`, async () => {
    const cwd = copied(file)
    const { code, stdout, stderr } = await deployer(['validate', nameOf(file)], { cwd })
    assert.equal([code, stdout, stderr], [0, `${nameOf(file)}: 0 errors, 0 warnings.\n`, ''])
  })

  test(`${file} becomes a wish with all of its sections`, async () => {
    const opened = await openEnvironment(contextIn(copied(file)), nameOf(file))()
    if (E.isLeft(opened)) throw new Error(opened.left.code)
    const { wish, environment } = opened.right
    const sections = [...PRESENCE.always, ...PRESENCE.written.filter(kind => kind in environment)]
    const said = [...wish.resources.map(({ addr }) => addr), ...wish.unhandled]
    assert.equal(said.toSorted(), sections.map(kind => `${kind}.main`).toSorted())
    assert.equal(
      wish.resources.filter(({ kind }) => !kinds.has(kind)),
      [],
    )
    assert.is(wish.provider, environment.provider.kind)
    assert.ok(wish.reachable.length > 1)
  })

  test(`${file} is planned and applied on the simulated host, and then there is nothing left to do`, async () => {
    const cwd = copied(file)
    const env = { DEPLOYER__PROVIDER: 'sandbox', ...secretsOf(file) }
    const plan = parsed(await deployer(['plan', nameOf(file), '--json'], { cwd, env }))
    const actions = plan.result?.tasks.map(({ action }: { action: string }) => action) ?? []
    assert.equal([new Set(actions), actions.length >= PRESENCE.always.length], [new Set(['create']), true])
    assert.is((await deployer(['apply', nameOf(file), '--yes'], { cwd, env })).code, 0)
    assert.is((await deployer(['plan', nameOf(file), '--detailed-exitcode'], { cwd, env })).code, 0)
  })
}

test('the smallest example is the same in YAML, TOML and JSON', async () => {
  const smallest = ENVIRONMENTS.filter(file => file.startsWith('examples/minimal-sandbox'))
  const prints = await Promise.all(
    smallest.map(async file => parsed(await deployer(['plan', '--json'], { cwd: copied(file) })).result?.fingerprint),
  )
  assert.is(smallest.length, 3)
  assert.is(new Set(prints).size, 1)
})

test('every folder of examples is on their page, and every file says what it is', () => {
  const page = textOf('examples/README.md')
  assert.equal(
    readdirSync('examples', { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !page.includes(`](${entry.name}/`))
      .map(({ name }) => name),
    [],
  )
  const silent = FILES.filter(file => !/^(# .*\n){2}/.test(readFileSync(file, 'utf8')) && !/"description"/.test(readFileSync(file, 'utf8')))
  assert.equal(silent, [])
})

test.run()
