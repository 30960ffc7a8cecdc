import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse as parseToml } from 'smol-toml'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse as parseYaml } from 'yaml'
import { helpOf } from '../cli/help.js'
import { type Entry, TABLE } from '../cli/table.js'
import { asked } from '../cli/words.js'
import { filled, transcriptsIn } from '../scripts/transcript.js'
import { FAULTS } from '../specs/fault.js'
import { ISSUES } from '../specs/issue.js'
import { deployer, folder } from './support/cli.js'
import { TREE, textOf } from './support/tree.js'

const PAGES = TREE.filter(file => file.endsWith('.md') && !file.startsWith('docs/decisions/'))

for (const page of transcriptsIn('.')) {
  test(`${page} shows what commands show today`, async () => {
    assert.is(textOf(page), await filled(textOf(page)))
  })
}

test('the pages that show commands are the ones that are meant to', () => {
  const pages = [
    'README.md',
    ...['automation', 'environment-file', 'first-steps', 'images', 'secrets', 'state'].map(name => `docs/${name}.md`),
  ]
  assert.equal(transcriptsIn('.'), pages)
})

test('a page helps with faults that exist', () => {
  const rows = PAGES.flatMap(page =>
    [...textOf(page).matchAll(/^\| ([A-Z][A-Z_]+(?:, [A-Z][A-Z_]+)*) \|/gm)].map(([, codes = '']) => codes),
  )
  const unknown = rows.flatMap(codes => codes.split(', ')).filter(code => !(code in FAULTS) && !(code in ISSUES))
  assert.ok(rows.length > 20)
  assert.equal(unknown, [])
})

interface Block {
  readonly comment: string
  readonly language: string
  readonly text: string
}

const blocksOf = (page: string): ReadonlyArray<Block> =>
  [...textOf(page).matchAll(/(?:^<!-- ((?:(?!-->)[\s\S])*)-->\n)?^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, comment = '', language = '', text = '']) => ({
      comment,
      language,
      text,
    }),
  )

test('whatever looks like a terminal was made by running it', () => {
  const typed = PAGES.flatMap(page =>
    blocksOf(page)
      .filter(({ comment, language, text }) => (language === 'console' || /^\$ /m.test(text)) && !comment.startsWith('run:'))
      .map(({ text }) => `${page}: ${text.split('\n')[0]}`),
  )
  assert.equal(typed, [])
})

/** Command lines of a page, wherever code is shown: without what surrounds `deployer` in a shell. */
const linesOf = (page: string): ReadonlyArray<string> => {
  const blocks = blocksOf(page).flatMap(({ language, text }) =>
    text.split('\n').flatMap(line => (language === 'console' ? (line.startsWith('$ ') ? [line.slice(2)] : []) : [line])),
  )
  const prose = textOf(page).replace(/^```[\s\S]*?^```$/gm, '')
  const indented = [...prose.matchAll(/^ {4}(\S.*)$/gm)].map(([, line]) => line ?? '')
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '')
  return [...blocks, ...indented, ...inline].map(line => line.trim().replace(/^(\w+=\S+ )+/, ''))
}

const GROUPS = new Set(TABLE.map(({ words }) => words.split(' ')[0]))

/** The words behind `deployer`; inline code may leave that out where an option makes clear what it is. */
const wordsOf = (line: string): ReadonlyArray<string> | undefined => {
  const [command = ''] = line.split(/ [|>#]|2>&1|;| && /)
  const words = command.split(/\s+/).filter(word => word !== '')
  if (words[0] === 'deployer') return words.slice(1)
  if (line.startsWith('--') || (GROUPS.has(words[0]) && words.some(word => word.startsWith('--')))) return words
  return undefined
}

const EVERYWHERE = ['--help', '-h', '--json', '--version']
const optionsOf = async (entry: Entry): Promise<ReadonlyArray<string>> => {
  const { result } = await helpOf({ is: 'command', entry })
  const { options } = result as unknown as { readonly options: ReadonlyArray<{ readonly names: string }> }
  return [...EVERYWHERE, ...options.flatMap(({ names }) => names.split(', ').map(name => name.split(' ')[0] ?? name))]
}

/** What is wrong with a command line, if anything. */
const wrongWith = async (typed: ReadonlyArray<string>): Promise<string | undefined> => {
  const words = typed.includes('--') ? typed.slice(0, typed.indexOf('--')) : typed
  const options = words.filter(word => word.startsWith('-')).map(word => word.replace(/=.*/, '').replace(/^-v+$/, '-v'))
  if (/^[A-Z]+$/.test(words[0] ?? '')) return undefined
  const what = asked(words[0]?.startsWith('-') ? [] : words)
  if (what.is === 'unknown') return `no command ${what.word}`
  if (what.is === 'group' && what.word !== undefined && !/[{|]/.test(what.word)) return `no command ${what.group} ${what.word}`
  const possible = what.is === 'command' ? [what.entry] : TABLE
  const known = new Set((await Promise.all(possible.map(optionsOf))).flat())
  const wrong = options.find(option => !known.has(option))
  return wrong === undefined ? undefined : `no option ${wrong}`
}

/** Options that stand alone there are npm's and node's. */
const OF_CODE = ['AGENTS.md', 'CONTRIBUTING.md', 'docs/benchmarks.md']

test('every command and option that a page names exists', async () => {
  const wrong: string[] = []
  let count = 0
  for (const page of PAGES)
    for (const line of linesOf(page)) {
      const words = wordsOf(line)
      if (words === undefined || (!line.startsWith('deployer') && OF_CODE.includes(page))) continue
      count++
      const why = await wrongWith(words)
      if (why !== undefined) wrong.push(`${page}: ${line}: ${why}`)
    }
  assert.equal(wrong, [])
  assert.ok(count > 100, `only ${count} command lines were found`)
})

test('a command line that is wrong would be found', async () => {
  assert.is(await wrongWith(['plna']), 'no command plna')
  assert.is(await wrongWith(['state', 'shwo']), 'no command state shwo')
  assert.is(await wrongWith(['plan', '--yes']), 'no option --yes')
  assert.is(await wrongWith(['--sesame']), 'no option --sesame')
  assert.is(await wrongWith(['apply', '-vv', '--expect', 'x']), undefined)
  assert.is(await wrongWith(['exec', '--sudo', '--', 'df', '-h']), undefined)
  assert.equal(wordsOf('deployer plan --json | jq .x'), ['plan', '--json'])
})

const READ: { readonly [language: string]: (text: string) => unknown } = {
  yaml: text => parseYaml(text),
  toml: text => parseToml(text),
  json: text => JSON.parse(text),
}

/** A part of an environment file, made whole. Files of a page's session are read there. */
const partsOf = (page: string): ReadonlyArray<object> =>
  blocksOf(page)
    .filter(({ comment, language }) => language in READ && !comment.startsWith('write:'))
    .map(({ language, text }) => READ[language]?.(text) as object)

for (const page of PAGES.filter(file => partsOf(file).length > 0)) {
  test(`parts of environment files in ${page} are without errors`, async () => {
    for (const part of partsOf(page)) {
      const cwd = folder()
      writeFileSync(join(cwd, 'base.yaml'), 'prometheus: {}\n')
      const whole = { name: 'demo', provider: 'sandbox', tracker: { udp: [6969] }, ...part }
      writeFileSync(join(cwd, 'environment.json'), JSON.stringify({ ...whole, ...('provider' in part ? { provider: 'sandbox' } : {}) }))
      const { code, stdout } = await deployer(['validate'], { cwd })
      assert.is(code, 0, `${JSON.stringify(part)}\n${stdout}`)
    }
  })
}

test('every page for users can be reached from the README', () => {
  const linked = (page: string): ReadonlyArray<string> =>
    [...textOf(page).matchAll(/\]\(([^)#\s]+\.md)(?:#[^)]*)?\)/g)].map(([, link]) => join(dirname(page), link ?? ''))
  const reached = new Set(['README.md'])
  for (const page of reached) for (const next of linked(page)) if (TREE.includes(next)) reached.add(next)
  const lost = PAGES.filter(page => (page.startsWith('docs/') || page.startsWith('examples/')) && !reached.has(page))
  assert.equal(lost, [])
})

test.run()
