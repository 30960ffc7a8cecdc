import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ROOMS, TREE, textOf, topOf } from './support/tree.js'

const FOLDERS = [...ROOMS, '.ci', 'docs', 'examples', 'schema', 'scripts', 'test']

/** Tables, and rules that stand in one place on purpose. */
const LONG = ['specs/fault.ts', 'resources/rules.ts']
const linesOf = (file: string): number => textOf(file).split('\n').length - 1
const limitOf = (file: string): number => (topOf(file) === 'test' ? 400 : 250)

test('every top-level folder is a known one', () => {
  assert.equal(
    [...new Set(TREE.filter(file => file.includes('/')).map(topOf))].filter(folder => !FOLDERS.includes(folder)),
    [],
  )
})

test('no file of code is longer than a few screens, unless it reads better whole', () => {
  const long = TREE.filter(file => file.endsWith('.ts') && linesOf(file) > limitOf(file))
  assert.equal(
    long.filter(file => !LONG.includes(file)).map(file => `${file} has ${linesOf(file)} lines`),
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

const lock = JSON.parse(textOf('package-lock.json')) as {
  readonly packages: {
    readonly [path: string]: { readonly resolved?: string; readonly optionalDependencies?: { readonly [name: string]: string } }
  }
}

test('the lockfile names no host to fetch from, so that any registry serves', () => {
  const named = Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)
  assert.equal(
    named.map(([path]) => path),
    [],
  )
})

test('the lockfile lists the optional packages of every platform, without which npm ci refuses', () => {
  const missing = Object.values(lock.packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter(name => !Object.keys(lock.packages).some(path => path.endsWith(`node_modules/${name}`)))
  assert.equal(missing, [])
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

test('a page that code refers to is there', () => {
  const broken = TREE.filter(file => file.endsWith('.ts')).flatMap(file =>
    [...textOf(file).matchAll(/\bdocs\/[\w/-]+\.md\b/g)].filter(([page]) => !existsSync(page)).map(([page]) => `${file} refers to ${page}`),
  )
  assert.equal(broken, [])
})

test.run()
